package dev.ponticello.listener;

import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import java.util.concurrent.TimeUnit;

/**
 * Counts what waits for a client in the loop's budget, and watches whether a client takes what waits for it: some of it within {@code response-write}, and 240 B/s over 60 s.
 *
 * <p>The transport does not tell of each byte that is taken: between two looks at how many were, much less time than any bound. On its loop only.
 */
abstract class TakenWatch extends Timeout {
    /** Within this time, what waits is counted in the loop's budget. */
    private static final long MOST_BETWEEN_LOOKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LoopContext loop;
    private final BufferBudget budget;
    private final long responseWriteNanos;
    /** Whether bytes waited when it was last looked; since when, and how many had been taken then. */
    private boolean backlog;
    private long backlogSinceNanos;
    private long takenThen;
    private long progressNanos;
    private long takenAtProgress;
    /** How many bytes it has counted in the loop's budget. */
    private long countedBytes;

    TakenWatch(LoopContext loop, long responseWriteNanos) {
        this.loop = loop;
        this.budget = loop.get(BufferBudget.SLOT);
        this.responseWriteNanos = responseWriteNanos;
    }

    /** How many bytes wait. */
    abstract long pendingBytes();

    /** How many bytes the client has sent ahead, which wait here too. */
    long heldBytes() {
        return 0;
    }

    /** How many of those that wait a relay that has paused counts itself. */
    long countedElsewhere() {
        return 0;
    }

    /** How many were taken so far. */
    abstract long takenBytes();

    /** The client takes nothing, or too little. */
    abstract void stalled();

    /** Bytes begin to wait. */
    final void watch() {
        if (!isArmed()) {
            progressNanos = loop.clock().nanoTime();
            takenAtProgress = takenBytes();
            loop.timers().arm(this, betweenLooks());
        }
    }

    private long betweenLooks() {
        return Math.min(MOST_BETWEEN_LOOKS_NANOS, Math.min(responseWriteNanos, MinimumRate.WINDOW_NANOS) / 8);
    }

    private void count(long bytes) {
        budget.hold(bytes - countedBytes);
        countedBytes = bytes;
    }

    /** Nothing is watched any more. */
    final void end() {
        count(0);
        backlog = false;
        loop.timers().release(this);
    }

    /** Looks; called while bytes may be waiting, once in a while. */
    @Override
    protected final void expired() {
        long now = loop.clock().nanoTime();
        long taken = takenBytes();
        long pending = pendingBytes();
        long held = heldBytes();
        count(Math.max(0, pending - countedElsewhere()) + held);
        if (pending == 0) {
            backlog = false;
            progressNanos = now;
            takenAtProgress = taken;
            if (held > 0) {
                loop.timers().arm(this, betweenLooks());
            }
            return;
        }
        if (!backlog) {
            backlog = true;
            backlogSinceNanos = now;
            takenThen = taken;
        }
        if (taken > takenAtProgress) {
            takenAtProgress = taken;
            progressNanos = now;
        }
        boolean takesNothing = now - progressNanos >= responseWriteNanos;
        boolean takesTooLittle = now - backlogSinceNanos >= MinimumRate.WINDOW_NANOS
                && taken - takenThen < MinimumRate.windowBytes(now - backlogSinceNanos);
        if (takesNothing || takesTooLittle) {
            backlog = false;
            stalled();
            return;
        }
        if (now - backlogSinceNanos >= MinimumRate.WINDOW_NANOS) {
            backlogSinceNanos = now;
            takenThen = taken;
        }
        loop.timers().arm(this, betweenLooks());
    }
}
