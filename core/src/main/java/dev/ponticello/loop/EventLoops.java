package dev.ponticello.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The event loops of one gateway, each with its context. */
public class EventLoops {
    private final Sockets sockets;
    private final Clock clock;
    private final EventLoopGroup group;
    private final List<LoopContext> contexts = new ArrayList<>();

    /** Starts {@code count} loops. */
    public EventLoops(Transport transport, int count, Clock clock, Chance chance) {
        this(new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("ponticello-loop", true),
                transport.newIoHandlerFactory()), transport.pooled(count), clock, chance);
    }

    /** Takes over loops that run already. */
    public EventLoops(EventLoopGroup group, Sockets sockets, Clock clock, Chance chance) {
        this.sockets = sockets;
        this.clock = clock;
        this.group = group;
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            contexts.add(new LoopContext(contexts.size(), loop, sockets, new TurnClock(clock, loop), chance));
        }
    }

    public final Sockets sockets() {
        return sockets;
    }

    /** The clock for all threads; each loop has one of its own that stands still for a turn. */
    public final Clock clock() {
        return clock;
    }

    /** Waits for what the loops are to do, on a thread that is none of theirs. */
    public <T> T await(CompletableFuture<T> work) {
        return work.join();
    }

    /** The contexts in the order of their index. */
    public final List<LoopContext> contexts() {
        return contexts;
    }

    /** The context of a loop of this gateway. */
    public final LoopContext contextOf(EventLoop loop) {
        for (LoopContext context : contexts) {
            if (context.eventLoop().equals(loop)) {
                return context;
            }
        }
        throw new IllegalArgumentException("event loop: " + loop + " (expected: one of this gateway's)");
    }

    /** All loops as one group, which gives its loops in turn. */
    public final EventLoopGroup group() {
        return group;
    }

    /** Lets the loops end what they run, and stops them; complete, on a thread that is none of theirs, when they have ended. */
    public final CompletableFuture<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).addListener(_ -> {
            contexts.forEach(LoopContext::close);
            stopped.complete(null);
        });
        return stopped;
    }
}
