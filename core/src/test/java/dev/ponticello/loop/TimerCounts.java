package dev.ponticello.loop;

/** What the timers of a loop count, for tests of other packages. */
public final class TimerCounts {
    private TimerCounts() {}

    /** How many timeouts they hold, armed or not. */
    public static int held(LoopContext loop) {
        return loop.timers().held();
    }
}
