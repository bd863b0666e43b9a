package dev.ponticello.limit;

import dev.ponticello.limit.KeyTable.Cell;
import dev.ponticello.limit.WindowClock.Window;

/**
 * Gives each key {@code limit} permits in each window of time, the windows being aligned to the epoch.
 *
 * <p>It is exact: however many loops ask, a key gets {@code limit} permits in a window and not one more. It lets
 * through up to twice the limit around a border of two windows, which is the nature of the algorithm.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code limit}</td><td>permits of a key in a window</td><td>at least 1</td></tr>
 * <tr><td>{@code windowMillis}</td><td>length of a window</td><td>whole seconds, 1000 to 365 days</td></tr>
 * <tr><td>{@code maxKeys}</td><td>keys with a count of their own</td><td>1…10,000,000</td></tr>
 * </table>
 *
 * <p>Memory is bounded by {@code maxKeys} and used only as keys come: 40 bytes for a key; for 100,000 keys 1 MiB more
 * once there are some hundreds, and 9 MiB at most. A key keeps its count while it asks at least once in every
 * window; one that was away for a whole window may lose its place, with nothing in it. While all places are taken, all
 * further keys share one quota of {@code limit} permits (and are {@linkplain Grant#shared() told so}): a client that
 * was there before keeps its own, however many addresses an attacker has.
 *
 * <p>A clock that steps back never makes a quota whole; what it does do is told at {@link WindowClock}.
 *
 * <p>Thread rule: shared by all loops, lock-free. A call costs two atomic reads, and one compare-and-set if it grants.
 */
public final class FixedWindow extends RateLimiter {
    private static final long MOST_WINDOW_MILLIS = 365L * 24 * 60 * 60 * 1000;
    private static final int MOST_KEYS = 10_000_000;

    // A number in the table: the number of the window above, the permits given in it below.
    private static final int WINDOW_SHIFT = 32;

    private final int limit;
    private final int windowSeconds;
    private final WindowClock clock;
    private final KeyTable table;

    /**
     * Makes a limiter that has given no permit yet.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public FixedWindow(int limit, long windowMillis, int maxKeys) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        if (windowMillis < 1000 || windowMillis > MOST_WINDOW_MILLIS || windowMillis % 1000 != 0) {
            throw new IllegalArgumentException("windowMillis: " + windowMillis
                    + " (expected: a multiple of 1000 from 1000 to " + MOST_WINDOW_MILLIS + ")");
        }
        if (maxKeys < 1 || maxKeys > MOST_KEYS) {
            throw new IllegalArgumentException("maxKeys: " + maxKeys + " (expected: 1…" + MOST_KEYS + ")");
        }
        this.limit = limit;
        this.windowSeconds = (int) (windowMillis / 1000);
        this.clock = new WindowClock(windowMillis);
        this.table = new KeyTable(maxKeys);
    }

    private FixedWindow(int limit, FixedWindow counts) {
        this.limit = limit;
        this.windowSeconds = counts.windowSeconds;
        this.clock = counts.clock;
        this.table = counts.table;
    }

    /**
     * A limiter with another limit that goes on with the counts of this one; both may be asked at the same time.
     *
     * @throws IllegalArgumentException if the limit is below 1
     */
    public FixedWindow with(int otherLimit) {
        if (otherLimit < 1) {
            throw new IllegalArgumentException("limit: " + otherLimit + " (expected: >= 1)");
        }
        return new FixedWindow(otherLimit, this);
    }

    @Override
    public void acquire(long key, long nowMillis, Grant out) {
        while (true) {
            Window window = clock.at(nowMillis);
            long fresh = (long) window.number() << WINDOW_SHIFT;
            Cell cell = table.find(key, fresh, fresh - (1L << WINDOW_SHIFT));
            // Without a cell, or with one that has died or been used in the next window, the window has just ended.
            long number = cell == null ? 0 : cell.number();
            while (cell != null && number >> WINDOW_SHIFT == window.number()) {
                int used = (int) number;
                boolean granted = used < limit;
                if (!granted || cell.change(number, number + 1)) {
                    int remaining = granted ? limit - used - 1 : 0;
                    out.set(granted, table.isShared(cell), limit, remaining, window.endMillis(), windowSeconds,
                            secondsUntil(window.endMillis(), nowMillis));
                    return;
                }
                number = cell.number();
            }
        }
    }

    /** How many keys have a count of their own. */
    public int keys() {
        return table.size();
    }

    private int secondsUntil(long endMillis, long nowMillis) {
        return Math.clamp(Math.ceilDiv(endMillis - nowMillis, 1000L), 1, windowSeconds);
    }
}
