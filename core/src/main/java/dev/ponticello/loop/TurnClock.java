package dev.ponticello.loop;

import io.netty.channel.EventLoop;

/**
 * A clock that one loop reads once a turn: what is dealt with in one go has one time.
 *
 * <p>An exchange asks for the time some twenty times, and each reading of the machine's clock costs as much as parsing a field. The turn ends with a task that the first reading of a turn leaves behind
 * what the loop has to do already; so a reading is at most as old as that takes, and {@link #freshNanoTime()} sets it right where something long may have run. On its loop only.
 */
final class TurnClock implements Clock {
    private final Clock clock;
    private final EventLoop eventLoop;
    private final Runnable endTurn = this::endTurn;
    private boolean turning;
    private long nanos;
    private long millis;

    TurnClock(Clock clock, EventLoop eventLoop) {
        this.clock = clock;
        this.eventLoop = eventLoop;
    }

    @Override
    public long nanoTime() {
        if (!turning) {
            beginTurn();
        }
        return nanos;
    }

    @Override
    public long wallMillis() {
        if (!turning) {
            beginTurn();
        }
        return millis;
    }

    @Override
    public long freshNanoTime() {
        nanos = clock.nanoTime();
        return nanos;
    }

    private void beginTurn() {
        nanos = clock.nanoTime();
        millis = clock.wallMillis();
        // Where no task can be left any more, the loop is ending, and every reading is a fresh one.
        if (!eventLoop.isShuttingDown()) {
            turning = true;
            eventLoop.execute(endTurn);
        }
    }

    private void endTurn() {
        turning = false;
    }
}
