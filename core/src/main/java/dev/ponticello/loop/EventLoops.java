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
public final class EventLoops {
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<LoopContext> contexts = new ArrayList<>();

    /** Starts {@code count} loops. */
    public EventLoops(Transport transport, int count, Clock clock, Chance chance) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("ponticello-loop", true),
                transport.newIoHandlerFactory());
        for (EventExecutor executor : group) {
            contexts.add(new LoopContext(contexts.size(), (EventLoop) executor, transport, clock, chance));
        }
    }

    public Transport transport() {
        return transport;
    }

    /** The contexts in the order of their index. */
    public List<LoopContext> contexts() {
        return contexts;
    }

    /** The context of a loop of this gateway. */
    public LoopContext contextOf(EventLoop loop) {
        for (LoopContext context : contexts) {
            if (context.eventLoop().equals(loop)) {
                return context;
            }
        }
        throw new IllegalArgumentException("event loop: " + loop + " (expected: one of this gateway's)");
    }

    /** All loops as one group, which gives its loops in turn. */
    public EventLoopGroup group() {
        return group;
    }

    /** Lets the loops end what they run, and stops them; complete, on a thread that is none of theirs, when they have ended. */
    public CompletableFuture<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).addListener(_ -> {
            contexts.forEach(LoopContext::close);
            stopped.complete(null);
        });
        return stopped;
    }
}
