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
 * <p>A key keeps its count while it asks at least once in every window; one that was away for a whole window may lose
 * its place, with nothing in it.
 *
 * <p>A clock that steps back never makes a quota whole; what it does do is told at {@link WindowClock}.
 *
 * <p>Thread rule: shared by all loops, lock-free. A call costs two atomic reads, and one compare-and-set if it grants.
 */
public final class FixedWindow extends RateLimiter {
    // A number in the table: the number of the window above, the permits given in it below.
    private static final long ONE_WINDOW = 1L << 32;

    private final int limit;
    private final long windowMillis;
    private final WindowClock clock;

    /**
     * Makes a limiter that has given no permit yet.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public FixedWindow(int limit, long windowMillis, int maxKeys) {
        this(limit, windowMillis, tableFor(maxKeys), new WindowClock(checkedWindow(windowMillis)));
    }

    private FixedWindow(int limit, long windowMillis, KeyTable table, WindowClock clock) {
        super(table, checkedLimit(limit, Integer.MAX_VALUE), (int) (windowMillis / 1000));
        this.limit = limit;
        this.windowMillis = windowMillis;
        this.clock = clock;
    }

    /**
     * A limiter with other numbers that goes on with the counts of this one: what a key has used, it has used of the new
     * limit too, until the new window ends.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public FixedWindow with(int newLimit, long newWindowMillis) {
        return new FixedWindow(newLimit, newWindowMillis, table, clock.with(checkedWindow(newWindowMillis)));
    }

    @Override
    public void acquire(long key, long nowMillis, long nowNanos, Grant out) {
        while (true) {
            Window window = clock.at(nowMillis);
            long fresh = window.number() * ONE_WINDOW;
            Cell cell = table.find(key, fresh, fresh - ONE_WINDOW, fresh + ONE_WINDOW);
            // Without a cell, or with one that has died or been used in the next window, the window has just ended.
            long number = cell == null ? -1 : cell.number();
            while (cell != null && number >= fresh && number < fresh + ONE_WINDOW) {
                int used = (int) number;
                boolean granted = used < limit;
                if (!granted || cell.change(number, number + 1)) {
                    int remaining = granted ? limit - used - 1 : 0;
                    out.set(granted, table.isShared(cell), remaining, window.endMillis(),
                            Math.clamp(window.endMillis() - nowMillis, 1, windowMillis));
                    return;
                }
                number = cell.number();
            }
        }
    }
}
