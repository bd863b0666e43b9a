package dev.ponticello.limit;

/**
 * What a {@link RateLimiter} said about one request: whether it has a permit, and what is left of the quota.
 *
 * <p>A grant is meant to be kept and filled again, so that asking allocates nothing. Thread rule: one loop owns it; it
 * holds the last answer only.
 */
public final class Grant {
    private boolean granted;
    private boolean shared;
    private int limit;
    private int remaining;
    private long resetMillis;
    private int windowSeconds;
    private int retryAfterSeconds;

    /** Makes an empty grant, which grants nothing. */
    public Grant() {}

    /** Whether the request has its permit. */
    public boolean granted() {
        return granted;
    }

    /**
     * Whether the key had no count of its own, because the limiter has as many keys as it may have, and was counted
     * together with all other such keys.
     */
    public boolean shared() {
        return shared;
    }

    /** The quota: how many permits a key has in a window, at least 1. */
    public int limit() {
        return limit;
    }

    /** How many permits the key has left after this one, 0 when refused. */
    public int remaining() {
        return remaining;
    }

    /** When the quota is whole again, in milliseconds since 1970. */
    public long resetMillis() {
        return resetMillis;
    }

    /** The length of the window in seconds, at least 1. */
    public int windowSeconds() {
        return windowSeconds;
    }

    /**
     * How many seconds from the asking until the key surely has a permit again, rounded up, from 1 to the length of the
     * window; for {@code Retry-After} (RFC 9110 §10.2.3), which knows no fractions.
     */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    void set(boolean granted, boolean shared, int limit, int remaining, long resetMillis, int windowSeconds,
            int retryAfterSeconds) {
        this.granted = granted;
        this.shared = shared;
        this.limit = limit;
        this.remaining = remaining;
        this.resetMillis = resetMillis;
        this.windowSeconds = windowSeconds;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}
