package dev.ponticello.exchange;

import dev.ponticello.loop.LoopContext;

/** What the tasks of a gateway count, for tests of other packages. */
public final class TaskCounts {
    private TaskCounts() {}

    /** How many tasks are at work beside the loops of this loop's gateway. */
    public static int running(LoopContext loop) {
        return loop.get(Tasks.SLOT).running();
    }
}
