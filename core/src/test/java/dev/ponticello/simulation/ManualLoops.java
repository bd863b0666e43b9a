package dev.ponticello.simulation;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Event loops that the thread of the simulation drives itself. They outlive a gateway that stops them: making them is dear. */
final class ManualLoops extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final List<Loop> loops = new ArrayList<>();
    private int next;

    ManualLoops(int count, SimulatedTime time) {
        for (int i = 0; i < count; i++) {
            loops.add(new Loop(time));
        }
    }

    private static final class Loop extends ManualIoEventLoop {
        private final SimulatedTime time;

        Loop(SimulatedTime time) {
            super(null, Thread.currentThread(), _ -> new NoIo(), time);
            this.time = time;
        }

        void end() {
            shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
            while (!isTerminated()) {
                time.moveTo(time.nanoTime() + 1); // it would sleep until time has passed
                runNow();
            }
        }

        long deadlineNanos() {
            long deadline = nextScheduledTaskDeadlineNanos();
            return deadline < 0 ? Long.MAX_VALUE : deadline;
        }
    }

    /** Channels of the simulation ask nothing of the machine. */
    private static final class NoIo implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException("a handle (expected: only channels of the simulation)");
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return false;
        }
    }

    /** Runs what is due, and what that brings about, until there is nothing left. */
    void run() {
        int ran;
        do {
            ran = 0;
            for (Loop loop : loops) {
                ran += loop.runNow();
            }
        } while (ran > 0);
    }

    /** When a loop next has something to do; {@code Long.MAX_VALUE} if none has. */
    long deadlineNanos() {
        long nearest = Long.MAX_VALUE;
        for (Loop loop : loops) {
            nearest = Math.min(nearest, loop.deadlineNanos());
        }
        return nearest;
    }

    /** Ends the loops for good, so that nobody keeps them. */
    void end() {
        loops.forEach(Loop::end);
    }

    @Override
    public EventLoop next() {
        return loops.get(next++ % loops.size());
    }

    /** Gives the loops out from the first again. */
    void rewind() {
        next = 0;
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return List.<EventExecutor>copyOf(loops).iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return next().register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return next().register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return next().register(channel, promise);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);
    }

    @Override
    @Deprecated
    public void shutdown() {}

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
