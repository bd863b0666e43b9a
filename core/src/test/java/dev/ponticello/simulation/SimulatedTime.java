package dev.ponticello.simulation;

import dev.ponticello.loop.Clock;
import io.netty.util.concurrent.Ticker;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time that moves from one event to the next, and what is to happen when. */
final class SimulatedTime implements Clock, Ticker {
    /** 2023-11-14T22:13:20Z. */
    private static final long START_MILLIS = 1_700_000_000_000L;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long order;

    /** Something that is to happen at a moment; what is due at one moment happens in the order in which it was asked for. */
    static final class Event implements Comparable<Event> {
        private final long atNanos;
        private final long order;
        private final Runnable what;

        private Event(long atNanos, long order, Runnable what) {
            this.atNanos = atNanos;
            this.order = order;
            this.what = what;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long initialNanoTime() {
        return 0;
    }

    @Override
    public long wallMillis() {
        return START_MILLIS + TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    @Override
    public void sleep(long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody sleeps in a simulation");
    }

    void at(long nanos, Runnable what) {
        events.add(new Event(Math.max(nanos, nowNanos), order++, what));
    }

    void after(long nanos, Runnable what) {
        at(nowNanos + nanos, what);
    }

    /** When the next event is due; {@code Long.MAX_VALUE} if there is none. */
    long nextNanos() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    void moveTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }

    /** Lets the next event happen if it is due by then; false if it is not. */
    boolean happen(long byNanos) {
        @Nullable
        Event next = events.peek();
        if (next == null || next.atNanos > byNanos) {
            return false;
        }
        events.remove();
        moveTo(next.atNanos);
        next.what.run();
        return true;
    }

    /** Begins anew; nothing is left to happen. */
    void reset() {
        events.clear();
        nowNanos = 0;
        order = 0;
    }
}
