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
    private int remaining;
    private long resetMillis;
    private long waitMillis;

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

    /** How many permits the key has left after this one, 0 when refused. */
    public int remaining() {
        return remaining;
    }

    /** When the quota is whole again if the key asks for nothing more, in milliseconds since 1970. */
    public long resetMillis() {
        return resetMillis;
    }

    /**
     * How many milliseconds from the asking until the key has a permit more than now if it asks for nothing more, rounded
     * up, at least 1.
     */
    public long waitMillis() {
        return waitMillis;
    }

    /** The same in seconds, rounded up; for {@code Retry-After} (RFC 9110 §10.2.3), which knows no fractions. */
    public int retryAfterSeconds() {
        return (int) Math.ceilDiv(waitMillis, 1000L);
    }

    void set(boolean granted, boolean shared, int remaining, long resetMillis, long waitMillis) {
        this.granted = granted;
        this.shared = shared;
        this.remaining = remaining;
        this.resetMillis = resetMillis;
        this.waitMillis = waitMillis;
    }
}
