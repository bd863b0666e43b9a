package dev.ponticello.listener;

import java.util.concurrent.TimeUnit;

/**
 * How fast a client must send: 240 bytes a second after the first 10 seconds, so that many connections cannot be held with a byte now and then. Time in which the gateway itself does not read is not
 * counted.
 */
final class MinimumRate {
    /** Over how long a client's taking is measured. */
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long BYTES_PER_SECOND = 240;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private long bytes;
    private long countedNanos;
    private long sinceNanos;
    private boolean paused;

    /** Begins to count. */
    void begin(long nowNanos) {
        bytes = 0;
        countedNanos = 0;
        sinceNanos = nowNanos;
        paused = false;
    }

    void add(long count) {
        bytes += count;
    }

    void pause(long nowNanos) {
        if (!paused) {
            countedNanos += nowNanos - sinceNanos;
            paused = true;
        }
    }

    void resume(long nowNanos) {
        if (paused) {
            sinceNanos = nowNanos;
            paused = false;
        }
    }

    /** How long the client may take until it is too slow with what it has sent so far. */
    long leftNanos(long nowNanos) {
        long counted = countedNanos + (paused ? 0 : nowNanos - sinceNanos);
        // Beyond this many bytes the product would overflow, and no client is too slow for years.
        long earned = bytes > Integer.MAX_VALUE * 4L ? Long.MAX_VALUE : bytes * NANOS_PER_SECOND / BYTES_PER_SECOND;
        long allowed = Math.max(GRACE_NANOS, earned);
        return allowed - counted;
    }

    /** How many bytes must have moved in so much time. */
    static long windowBytes(long nanos) {
        return nanos / NANOS_PER_SECOND * BYTES_PER_SECOND;
    }
}
