package dev.ponticello.limit;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Says in which window a moment lies, for all loops alike, whatever the wall clock does.
 *
 * <p>Windows are aligned to the epoch. Each new one gets the next number; counts belong to a number, so a quota is
 * whole again exactly when the number grows. The number never falls, and the clock alone cannot make it grow twice for
 * the same time:
 *
 * <table>
 * <caption>What a reading of the wall clock does</caption>
 * <tr><th>the reading is</th><th>window</th><th>number</th></tr>
 * <tr><td>in the current window</td><td>stays</td><td>stays</td></tr>
 * <tr><td>later</td><td>moves on</td><td>grows</td></tr>
 * <tr><td>earlier, by at most the slack</td><td>stays; time stands still</td><td>stays</td></tr>
 * <tr><td>earlier, by more</td><td>moves back</td><td>stays</td></tr>
 * <tr><td>after that, with a jump, back where the clock was before</td><td>moves there</td><td>stays</td></tr>
 * <tr><td>in the current window, which has another length than it shall have</td><td>gets that length</td><td>stays</td></tr>
 * </table>
 *
 * <p>The slack is one window, or 10 s where that is more: loops read the clock at slightly different moments, and
 * around a border one that is late must not undo what another has seen. A clock stepped back by more is believed, or
 * clients would be refused until it caught up; the counts go on in the window that it now shows, and the next border
 * makes the quotas whole.
 *
 * <p>Thread rule: shared by all loops; one atomic reference, written once in a window. A time outside the years 1970 to
 * 9999 is taken for the nearer end.
 */
final class WindowClock {
    private static final long LEAST_SLACK_MILLIS = 10_000;
    private static final long LAST_MILLIS = 253_402_300_799_999L;

    private final long windowMillis;
    private final long slackMillis;
    private final AtomicReference<Window> current;

    WindowClock(long windowMillis) {
        this(windowMillis, new AtomicReference<>(new Window(-windowMillis, 0, -windowMillis, 1)));
    }

    private WindowClock(long windowMillis, AtomicReference<Window> current) {
        this.windowMillis = windowMillis;
        this.slackMillis = Math.max(windowMillis, LEAST_SLACK_MILLIS);
        this.current = current;
    }

    /** A clock that goes on with the numbers of this one, in windows of another length. */
    WindowClock with(long newWindowMillis) {
        return new WindowClock(newWindowMillis, current);
    }

    /** The window that a request at this moment of the wall clock counts in. */
    Window at(long nowMillis) {
        Window window = current.get();
        return window.holds(nowMillis) && window.lengthMillis() == windowMillis ? window : turn(nowMillis);
    }

    private Window turn(long nowMillis) {
        long now = Math.clamp(nowMillis, 0, LAST_MILLIS);
        long start = now - now % windowMillis;
        while (true) {
            Window window = current.get();
            boolean sameLength = window.lengthMillis() == windowMillis;
            if ((start == window.startMillis && sameLength)
                    || (now < window.startMillis && now >= window.startMillis - slackMillis)) {
                return window;
            }
            boolean back = start < window.startMillis || window.holds(now);
            boolean returned = start > window.endMillis && start <= window.latestMillis
                    && start >= window.latestMillis - slackMillis;
            Window next = new Window(start, start + windowMillis, Math.max(start, window.latestMillis),
                    back || returned ? window.number : window.number + 1);
            if (current.compareAndSet(window, next)) {
                return next;
            }
        }
    }

    /**
     * A window: its start (inclusive) and end (exclusive) in milliseconds since 1970, the latest start that the clock
     * has ever shown, and the number of the counts that belong to it.
     */
    record Window(long startMillis, long endMillis, long latestMillis, int number) {
        long lengthMillis() {
            return endMillis - startMillis;
        }

        boolean holds(long nowMillis) {
            return nowMillis >= startMillis && nowMillis < endMillis;
        }
    }
}
