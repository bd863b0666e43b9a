package dev.ponticello.limit;

/**
 * Gives each key so many permits in a time, and no more.
 *
 * <p>Memory is bounded by the number of keys that have a count of their own, and used only as keys come: 48 bytes for a
 * key; for 100,000 keys 1 MiB more once there are some hundreds, and 10 MiB at most. While all places are taken, all
 * further keys share one quota (and are {@linkplain Grant#shared() told so}): a client that was there before keeps its
 * own, however many addresses an attacker has. A check costs the same with one key and with ten million.
 *
 * <p>The numbers of a limiter never change, but a second one with other numbers can go on with its counts
 * ({@code with(…)}); both may be asked at the same time.
 *
 * <p>Thread rule: shared by all loops; lock-free; asking allocates nothing, but for the first request of a key and the
 * first of a window.
 */
public abstract sealed class RateLimiter permits FixedWindow, SlidingWindow, TokenBucket {
    static final long NANOS_OF_A_MILLI = 1_000_000;

    private static final long MOST_WINDOW_MILLIS = 365L * 24 * 60 * 60 * 1000;
    private static final int MOST_KEYS = 10_000_000;

    final KeyTable table;
    private final int quota;
    private final int windowSeconds;

    RateLimiter(KeyTable table, int quota, int windowSeconds) {
        this.table = table;
        this.quota = quota;
        this.windowSeconds = windowSeconds;
    }

    static KeyTable tableFor(int maxKeys) {
        if (maxKeys < 1 || maxKeys > MOST_KEYS) {
            throw new IllegalArgumentException("maxKeys: " + maxKeys + " (expected: 1…" + MOST_KEYS + ")");
        }
        return new KeyTable(maxKeys);
    }

    static int checkedLimit(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1…" + most + ")");
        }
        return limit;
    }

    static long checkedWindow(long windowMillis) {
        if (windowMillis < 1000 || windowMillis > MOST_WINDOW_MILLIS || windowMillis % 1000 != 0) {
            throw new IllegalArgumentException("windowMillis: " + windowMillis
                    + " (expected: a multiple of 1000 from 1000 to " + MOST_WINDOW_MILLIS + ")");
        }
        return windowMillis;
    }

    /**
     * Asks for one permit.
     *
     * @param key a fingerprint of who asks, made with a {@link KeyHash} whose secret the clients do not know
     * @param nowMillis the wall clock, in milliseconds since 1970; it may stand still, jump and step back
     * @param nowNanos the same moment on a clock that never steps, in nanoseconds since any moment; loops may be a little
     *            apart
     * @param out is filled with the answer
     */
    public abstract void acquire(long key, long nowMillis, long nowNanos, Grant out);

    /** How many permits a key has when it has used none, at least 1. */
    public final int quota() {
        return quota;
    }

    /** In how many seconds a whole quota is given, rounded up, at least 1. */
    public final int windowSeconds() {
        return windowSeconds;
    }

    /** How many keys have a count of their own. */
    public final int keys() {
        return table.size();
    }
}
