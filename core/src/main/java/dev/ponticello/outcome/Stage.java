package dev.ponticello.outcome;

import java.util.Locale;

/** Where an exchange is. An exchange passes them in this order; SELECT to AWAIT repeat with each attempt. */
public enum Stage {
    /** Its head is decoded, its path made canonical, its client's address settled. */
    RECEIVE,
    /** The route is found. */
    MATCH,
    /** The policies of the chain see the request. */
    ADMIT,
    /** The breaker permits and the balancer picks an endpoint. */
    SELECT,
    /** A stream to the endpoint is taken from the pool or opened. */
    CONNECT,
    /** The head is written, the body begins to flow. */
    SEND,
    /** The final head of the answer is waited for. */
    AWAIT,
    /** The answer is relayed. */
    RELAY,
    /** It has ended; everything that was borrowed goes back. */
    CONCLUDE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in logs: {@code receive}. */
    public String label() {
        return label;
    }
}
