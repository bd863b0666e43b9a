package dev.ponticello.simulation;

/** What goes wrong in a simulation, each for one exchange unless it says otherwise. */
enum Fault {
    // ---- the client
    /** Ends the connection, by FIN or reset, at some byte that it sends or gets. */
    CLIENT_LEAVES,
    /** Sends FIN behind its request and goes on reading; where the gateway allows that, it is no fault. */
    CLIENT_HALF_CLOSES,
    /** Stops reading its answer for long. */
    CLIENT_STOPS_READING,
    /** Stops in the middle of a head for long. */
    CLIENT_STALLS_HEAD,
    /** Stops in the middle of a body for long. */
    CLIENT_STALLS_BODY,
    /** Sends bytes of a body one by one, each a second after the other. */
    CLIENT_DRIPS_BODY,
    /** Takes bytes of its answer one by one, each a second after the other. */
    CLIENT_DRIPS_READING,
    /** Sends what is no request. */
    CLIENT_MALFORMED_HEAD,
    /** Sends what is no chunk. */
    CLIENT_MALFORMED_BODY,
    // ---- own code
    /** Tasks of own code take long. */
    OWN_TASKS_SLOW,
    /** There is no thread for a task of own code. */
    OWN_TASKS_REFUSED,
    // ---- endpoints
    /** Refuses connections now and then; of the endpoint. */
    REFUSES,
    /** Does not answer when a connection is opened, now and then; of the endpoint. */
    HANGS_CONNECTING,
    /** Closes idle connections without a word; of the endpoint. */
    CLOSES_IDLE,
    /** Ends the connection before its answer. */
    CUTS_BEFORE_HEAD,
    /** Ends the connection in the middle of its head. */
    CUTS_HEAD,
    /** Ends the connection in the middle of its body. */
    CUTS_BODY,
    /** Never answers. */
    HANGS,
    /** Stops in the middle of its body for long. */
    STALLS,
    /** Stops reading the request for long. */
    STOPS_READING,
    /** Sends what is no answer. */
    MALFORMED_HEAD,
    /** Sends what is no chunk. */
    MALFORMED_BODY,
    /** Sends more interim answers than are allowed. */
    TOO_MANY_INTERIM,
    /** Sends something behind its answer that nobody asked for. */
    UNSOLICITED,
    /** Answers that it has failed: 500, 502, 503, 504. */
    FAILS;

    private final boolean endpoints = !name().startsWith("CLIENT_") && !name().startsWith("OWN_");

    /** Whether it is the client who does it. */
    boolean isClients() {
        return name().startsWith("CLIENT_");
    }

    /** Whether it is an endpoint that does it. */
    boolean isEndpoints() {
        return endpoints;
    }
}
