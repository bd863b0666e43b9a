package dev.ponticello.exchange;

/** A check of a request that may block, such as one that asks a database; see {@link Decision#await(Check, java.time.Duration)}. */
@FunctionalInterface
public interface Check {
    /**
     * Decides, on a virtual thread. It is interrupted when nobody waits for it any more: its deadline is over, the client has left, or the gateway stops.
     *
     * @param request without a body: policies see heads only
     * @throws Exception if it cannot tell: the request is then refused with 500, never let through
     */
    Decision decide(Request request) throws Exception;
}
