package dev.ponticello.listener;

import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An address where clients connect.
 *
 * <p>With epoll and io_uring each loop binds a socket of its own to the address (SO_REUSEPORT), so that the loop that accepts is the loop that serves. Otherwise one loop accepts for all.
 */
public final class Listener {
    private static final Logger LOG = System.getLogger(Listener.class.getName());
    private static final int BACKLOG = 4096;

    private final InetSocketAddress address;
    private final List<Channel> channels;

    private Listener(InetSocketAddress address, List<Channel> channels) {
        this.address = address;
        this.channels = channels;
    }

    /**
     * Binds, and begins to accept. Not on a loop: it waits for the sockets.
     *
     * @throws IOException if the address cannot be bound: it is in use, it is not of this machine, or it is not permitted
     */
    public static Listener open(ListenerConfig config, EventLoops loops, Supplier<Snapshot> snapshots,
            ConnectionCaps caps) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(config.address().host(), config.address().port());
        if (wanted.isUnresolved()) {
            throw new IOException("the name " + config.address().host() + " has no address");
        }
        // With SO_REUSEPORT a second process could bind the same address and silently take half of its clients: a plain socket finds out.
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(wanted);
        }
        ListenerSettings settings = ListenerSettings.of(config);
        List<Channel> channels = new ArrayList<>();
        boolean everyLoop = loops.transport().acceptsOnEveryLoop();
        InetSocketAddress bound = wanted;
        for (LoopContext loop : loops.contexts()) {
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .channelFactory(loops.transport().serverChannels())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true).handler(new AcceptGuard(caps))
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 64 * 1024))
                    .childHandler(new ConnectionInitializer(loops, settings, snapshots, caps));
            if (everyLoop) {
                bootstrap.group(loop.eventLoop(), loop.eventLoop()).option(UnixChannelOption.SO_REUSEPORT, true);
            } else {
                bootstrap.group(loop.eventLoop(), loops.group());
            }
            Channel channel = bind(bootstrap, bound, channels);
            channels.add(channel);
            bound = (InetSocketAddress) channel.localAddress();
            if (!everyLoop) {
                break;
            }
        }
        return new Listener(bound, channels);
    }

    private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address, List<Channel> bound)
            throws IOException {
        var binding = bootstrap.bind(address).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            bound.forEach(Channel::close);
            throw new IOException(binding.cause());
        }
        return binding.channel();
    }

    /** Where it is bound; with port 0 in the config, the port that was chosen. */
    public InetSocketAddress address() {
        return address;
    }

    /** Accepts nobody any more. */
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
    }

    /** Lets the connections of every listener of these loops end as soon as nothing is owed on them. */
    public static void drain(EventLoops loops) {
        for (LoopContext loop : loops.contexts()) {
            loop.eventLoop().execute(() -> loop.get(LiveConnections.SLOT).drain());
        }
    }

    /** How many client connections of every listener of these loops are open. */
    public static CompletableFuture<Integer> count(EventLoops loops) {
        return sum(loops, false);
    }

    /** Ends the connections of every listener of these loops now; how many exchanges were cut. */
    public static CompletableFuture<Integer> cut(EventLoops loops) {
        return sum(loops, true);
    }

    private static CompletableFuture<Integer> sum(EventLoops loops, boolean cut) {
        CompletableFuture<Integer> sum = CompletableFuture.completedFuture(0);
        for (LoopContext loop : loops.contexts()) {
            CompletableFuture<Integer> part = CompletableFuture.supplyAsync(() -> {
                LiveConnections connections = loop.get(LiveConnections.SLOT);
                return cut ? connections.cut() : connections.size();
            }, loop.eventLoop());
            sum = sum.thenCombine(part, Integer::sum);
        }
        return sum;
    }

    /**
     * Counts when accepting fails, usually for lack of file descriptors. Netty then stops accepting for a second by itself, so that the loop does not spin on a client that it cannot take.
     */
    @Sharable
    private static final class AcceptGuard extends ChannelInboundHandlerAdapter {
        private final ConnectionCaps caps;

        AcceptGuard(ConnectionCaps caps) {
            this.caps = caps;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            caps.countAcceptPause();
            LOG.log(Level.WARNING, "Accepting pauses for a second: " + cause.getMessage());
            ctx.fireExceptionCaught(cause);
        }
    }
}
