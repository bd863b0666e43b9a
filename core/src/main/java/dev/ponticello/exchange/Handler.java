package dev.ponticello.exchange;

/** Answers a request inside the gateway, on a virtual thread: it may block. One object for its place in the config, used by many threads at a time. */
@FunctionalInterface
public interface Handler {
    /**
     * Answers. It is interrupted when nobody waits for it any more: its time is over ({@link OwnAnswer#timeout}), the client has left, or the gateway stops.
     *
     * @param request with its whole body
     * @return the whole answer; null is an error
     * @throws Exception if it cannot: the client gets 500 and no word of it, the log gets all
     */
    Response handle(Request request) throws Exception;
}
