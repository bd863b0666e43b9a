package dev.ponticello.limit;

/**
 * Gives each key so many permits in a time, and no more.
 *
 * <p>Thread rule: shared by all loops; lock-free; asking allocates nothing, but for the first request of a key.
 */
public abstract sealed class RateLimiter permits FixedWindow {
    RateLimiter() {}

    /**
     * Asks for one permit.
     *
     * @param key a fingerprint of who asks, made with a {@link KeyHash} whose secret the clients do not know
     * @param nowMillis the wall clock, in milliseconds since 1970; it may stand still, jump and step back
     * @param out is filled with the answer
     */
    public abstract void acquire(long key, long nowMillis, Grant out);
}
