package dev.ponticello.http;

/** A response that is going to a client: any number of interim heads, the final head, then the body as in {@link MessageSink}. */
public interface ResponseSink extends MessageSink {
    /** Sends an interim head (1xx, RFC 9110 §15.2), without waiting for more to send; not to a client that knows none, or that does not wait for a 100 any more. */
    void informational(ResponseHead head);

    /**
     * Sends the final head. Its {@link ResponseHead#bodyLength()} says how the body that follows is framed: with a body length of 0 no data may follow, only the end.
     *
     * @param request the head that is answered, which decides on version and connection
     */
    void head(ResponseHead head, RequestHead request);

    /** The rest of the request's body is not wanted. Before the head, so that it can announce if the connection ends for that (RFC 9112 §9.6). */
    void dropRequest();

    /** Ends the message so that the client can tell that it is not whole. */
    void cut();
}
