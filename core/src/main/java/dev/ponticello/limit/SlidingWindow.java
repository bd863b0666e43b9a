package dev.ponticello.limit;

import dev.ponticello.limit.KeyTable.Cell;
import dev.ponticello.limit.PeriodClock.Period;

/**
 * Gives each key {@code limit} permits in a window of time that moves on with the clock, counted in two buckets.
 *
 * <p>A bucket counts what was granted in one window, and the windows follow each other. What the bucket before counted
 * weighs by the share of the moving window that still covers it: 15 s into windows of 60 s, three quarters. A request
 * is granted if both, the part rounded down, come to less than the limit.
 *
 * <p>That is exact if the requests of the bucket before came evenly; a client that asks evenly at its limit is never
 * refused. Otherwise the estimate is wrong by less than what that bucket counted, either way. Whatever a key does, in
 * any time {@code d} it gets fewer than {@code limit × (1 + d ÷ window) + 1} permits: hardly more than the limit at
 * once, where a {@link FixedWindow} gives twice that around a border, and then no more than the limit's rate. Two
 * buckets cost the same however high the limit is; a list of moments, which would be exact, would not.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code limit}</td><td>permits of a key in a window</td><td>1…1,000,000,000</td></tr>
 * <tr><td>{@code windowMillis}</td><td>length of a window</td><td>whole seconds, 1000 to 365 days</td></tr>
 * <tr><td>{@code maxKeys}</td><td>keys with a count of their own</td><td>1…10,000,000</td></tr>
 * </table>
 *
 * <p>Time counts in milliseconds, in windows of more than 90 days in seconds. A key keeps its count while it asks at
 * least once in every window; one that was away for a whole window may lose its place, with nothing in it. A key that
 * starts anew just as a window ends may get one permit more for each loop that is late. The wall clock has no part in
 * it, so whatever steps it takes change nothing.
 *
 * <p>Thread rule: shared by all loops, lock-free. A call costs three atomic reads, and one compare-and-set if it
 * grants.
 */
public final class SlidingWindow extends RateLimiter {
    private static final int MOST_PERMITS = 1_000_000_000;

    /** The longest window of which all products of a count and a time are numbers of 63 bits. */
    private static final long MOST_WINDOW_IN_MILLIS = 90L * 24 * 60 * 60 * 1000;

    // A number in the table: the number of the window above, the permits given in it below.
    private static final long ONE_WINDOW = 1L << 32;

    private final int limit;
    private final long tickMillis;
    private final long windowTicks;
    private final PeriodClock clock;

    /**
     * Makes a limiter that has given no permit yet.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public SlidingWindow(int limit, long windowMillis, int maxKeys) {
        this(limit, windowMillis, tableFor(maxKeys),
                new PeriodClock(checkedWindow(windowMillis) * NANOS_OF_A_MILLI));
    }

    private SlidingWindow(int limit, long windowMillis, KeyTable table, PeriodClock clock) {
        super(table, checkedLimit(limit, MOST_PERMITS), (int) (windowMillis / 1000));
        this.limit = limit;
        this.tickMillis = windowMillis > MOST_WINDOW_IN_MILLIS ? 1000 : 1;
        this.windowTicks = windowMillis / tickMillis;
        this.clock = clock;
    }

    /**
     * A limiter with other numbers that goes on with the counts of this one: what both buckets have counted weighs
     * against the new limit.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public SlidingWindow with(int newLimit, long newWindowMillis) {
        return new SlidingWindow(newLimit, newWindowMillis, table,
                clock.with(checkedWindow(newWindowMillis) * NANOS_OF_A_MILLI));
    }

    @Override
    public void acquire(long key, long nowMillis, long nowNanos, Grant out) {
        while (true) {
            Period window = clock.at(nowNanos);
            long now = window.number() * ONE_WINDOW;
            long before = now - ONE_WINDOW;
            Cell cell = table.find(key, before, before, now + ONE_WINDOW);
            // Without a cell, or with one that has died or been turned to the next window, the window has just ended.
            long number = cell == null ? -1 : cell.number();
            while (cell != null && number >= before && number < now + ONE_WINDOW) {
                if (number < now) {
                    cell.turn(number, now);
                } else {
                    long previous = cell.previous();
                    if (previous >= now) {
                        break;
                    }
                    int used = (int) number;
                    int carried = previous < before ? 0 : (int) previous;
                    long elapsed = window.elapsedNanos(nowNanos) / (tickMillis * NANOS_OF_A_MILLI);
                    long left = limit - used - weight(carried, elapsed);
                    if (left <= 0) {
                        fill(out, false, table.isShared(cell), used, carried, elapsed, nowMillis);
                        return;
                    }
                    if (cell.change(number, number + 1)) {
                        fill(out, true, table.isShared(cell), used + 1, carried, elapsed, nowMillis);
                        return;
                    }
                }
                number = cell.number();
            }
        }
    }

    private void fill(Grant out, boolean granted, boolean shared, int used, int carried, long elapsed,
            long nowMillis) {
        int remaining = (int) Math.max(limit - used - weight(carried, elapsed), 0);
        // One permit more needs the bucket before to weigh at most this; if none is little enough, the next window's.
        int mayWeigh = limit - used - remaining - 1;
        long more = mayWeigh >= 0 ? ticksUntil(carried, mayWeigh)
                : windowTicks + ticksUntil(used, limit - remaining - 1);
        long whole = used == 0 ? ticksUntil(carried, 0) : windowTicks + ticksUntil(used, 0);
        out.set(granted, shared, remaining, nowMillis + (whole - elapsed) * tickMillis,
                (more - elapsed) * tickMillis);
    }

    /** What so many permits of the window before weigh so far into this one. */
    private long weight(int count, long elapsed) {
        return count * Math.max(windowTicks - elapsed, 0) / windowTicks;
    }

    /** How far into a window it is until so many permits of the one before weigh at most this. */
    private long ticksUntil(int count, int weight) {
        return count <= weight ? 0 : windowTicks + 1 - Math.ceilDiv((weight + 1L) * windowTicks, (long) count);
    }
}
