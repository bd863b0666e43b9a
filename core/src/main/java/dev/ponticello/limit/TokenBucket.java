package dev.ponticello.limit;

import dev.ponticello.limit.KeyTable.Cell;
import dev.ponticello.limit.PeriodClock.Period;

/**
 * Gives each key {@code burst} permits at once, and after that one whenever the {@code limit}th part of a window has
 * passed.
 *
 * <p>The bucket of a key is kept as one moment, at which it will be full again if nothing more is taken; a permit moves
 * the moment on by the time in which one comes back (the generic cell rate algorithm of ITU-T I.371). That is the token
 * bucket exactly: in any time {@code d} a key gets at most {@code burst + limit × d ÷ window} permits.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code limit}</td><td>permits that come back in a window</td><td>1…1,000,000,000</td></tr>
 * <tr><td>{@code windowMillis}</td><td>length of a window</td><td>whole seconds, 1000 to 365 days</td></tr>
 * <tr><td>{@code burst}</td><td>permits that a full bucket holds</td><td>at least 1, coming back within 365 days</td></tr>
 * <tr><td>{@code maxKeys}</td><td>keys with a bucket of their own</td><td>1…10,000,000</td></tr>
 * </table>
 *
 * <p>The time in which a permit comes back is whole nanoseconds, rounded down: up to a rate of 1000 a second that is one
 * permit in a million too many. A key keeps its place while its bucket is not full and as long again, at least a
 * second; then nothing is in it. A key whose bucket was full just then may get one permit more for each loop that is
 * late. The wall clock has no part in it, so whatever steps it takes change nothing.
 *
 * <p>Thread rule: shared by all loops, lock-free. A call costs two atomic reads, and one compare-and-set if it grants.
 */
public final class TokenBucket extends RateLimiter {
    private static final int MOST_PERMITS = 1_000_000_000;
    private static final long NANOS_OF_A_SECOND = 1_000_000_000;
    private static final long MOST_REFILL_NANOS = 365 * 24 * 3600 * NANOS_OF_A_SECOND;

    private final long intervalNanos;
    private final long refillNanos;
    private final long keptNanos;
    private final PeriodClock clock;

    /**
     * Makes a limiter whose buckets are all full.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public TokenBucket(int limit, long windowMillis, int burst, int maxKeys) {
        this(interval(limit, windowMillis), burst, tableFor(maxKeys), new PeriodClock(NANOS_OF_A_SECOND));
    }

    private TokenBucket(long intervalNanos, int burst, KeyTable table, PeriodClock clock) {
        super(table, burst, (int) Math.ceilDiv(refill(intervalNanos, burst), NANOS_OF_A_SECOND));
        this.intervalNanos = intervalNanos;
        this.refillNanos = burst * intervalNanos;
        this.keptNanos = Math.max(refillNanos, NANOS_OF_A_SECOND);
        this.clock = clock.with(keptNanos);
    }

    private static long interval(int limit, long windowMillis) {
        return checkedWindow(windowMillis) * NANOS_OF_A_MILLI / checkedLimit(limit, MOST_PERMITS);
    }

    private static long refill(long intervalNanos, int burst) {
        long most = MOST_REFILL_NANOS / intervalNanos;
        if (burst < 1 || burst > most) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: 1…" + most + ")");
        }
        return burst * intervalNanos;
    }

    /**
     * A limiter with other numbers that goes on with the buckets of this one: each will be full at the moment at which it
     * would have been.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public TokenBucket with(int newLimit, long newWindowMillis, int newBurst) {
        return new TokenBucket(interval(newLimit, newWindowMillis), newBurst, table, clock);
    }

    @Override
    public void acquire(long key, long nowMillis, long nowNanos, Grant out) {
        while (true) {
            Period period = clock.at(nowNanos);
            long now = period.startNanos() + period.elapsedNanos(nowNanos);
            // A bucket that was full before the period began is full now, whatever its moment.
            Cell cell = table.find(key, period.startNanos(), period.startNanos() - keptNanos, Long.MAX_VALUE);
            long fullAt = cell == null ? -1 : cell.number();
            while (cell != null && fullAt >= 0) {
                long missing = Math.max(fullAt - now, 0);
                if (missing > refillNanos - intervalNanos) {
                    fill(out, false, table.isShared(cell), missing, nowMillis);
                    return;
                }
                if (cell.change(fullAt, now + missing + intervalNanos)) {
                    fill(out, true, table.isShared(cell), missing + intervalNanos, nowMillis);
                    return;
                }
                fullAt = cell.number();
            }
        }
    }

    private void fill(Grant out, boolean granted, boolean shared, long missingNanos, long nowMillis) {
        int remaining = (int) (Math.max(refillNanos - missingNanos, 0) / intervalNanos);
        long waitNanos = missingNanos - (refillNanos - (remaining + 1) * intervalNanos);
        out.set(granted, shared, remaining, nowMillis + Math.ceilDiv(missingNanos, NANOS_OF_A_MILLI),
                Math.ceilDiv(waitNanos, NANOS_OF_A_MILLI));
    }
}
