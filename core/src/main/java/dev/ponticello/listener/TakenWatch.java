package dev.ponticello.listener;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;

/**
 * Watches whether a client takes what waits for it: some of it within {@code response-write}, and 240 B/s over 60 s.
 *
 * <p>The transport does not tell of each byte that is taken: between two looks at how many were, much less time than any bound. On its loop only.
 */
abstract class TakenWatch extends Timeout {
    private final LoopContext loop;
    private final long responseWriteNanos;
    /** Whether bytes waited when it was last looked; since when, and how many had been taken then. */
    private boolean backlog;
    private long backlogSinceNanos;
    private long takenThen;
    private long progressNanos;
    private long takenAtProgress;

    TakenWatch(LoopContext loop, long responseWriteNanos) {
        this.loop = loop;
        this.responseWriteNanos = responseWriteNanos;
    }

    /** How many bytes wait. */
    abstract long pendingBytes();

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
        return Math.min(responseWriteNanos, MinimumRate.WINDOW_NANOS) / 8;
    }

    /** Looks; called while bytes may be waiting, once in a while. */
    @Override
    protected final void expired() {
        long now = loop.clock().nanoTime();
        long taken = takenBytes();
        if (pendingBytes() == 0) {
            backlog = false;
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
