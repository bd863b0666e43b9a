package dev.ponticello.listener;

import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.loop.Backlog;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
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
    static final String HTTP2 = "h2";
    private static final String HTTP1 = "http/1.1";

    private final InetSocketAddress address;
    private final List<Channel> channels;

    private Listener(InetSocketAddress address, List<Channel> channels) {
        this.address = address;
        this.channels = channels;
    }

    /**
     * Binds, and begins to accept.
     *
     * @param address where, resolved; with port 0 the port that the first loop gets serves all
     * @param settings asked for each connection, which keeps them
     * @return the listener once every socket is bound, or the {@link java.io.IOException} why not; then none stays bound
     */
    public static CompletableFuture<Listener> open(InetSocketAddress address, Supplier<ListenerSettings> settings,
            EventLoops loops, Supplier<Snapshot> snapshots, ConnectionCaps caps) {
        Opening opening = new Opening(settings, loops, snapshots, caps);
        opening.bindNext(address);
        return opening.opened;
    }

    /** Binds one socket after the other. */
    private static final class Opening {
        final CompletableFuture<Listener> opened = new CompletableFuture<>();
        private final Supplier<ListenerSettings> settings;
        private final EventLoops loops;
        private final Supplier<Snapshot> snapshots;
        private final ConnectionCaps caps;
        private final List<Channel> channels = new ArrayList<>();

        Opening(Supplier<ListenerSettings> settings, EventLoops loops, Supplier<Snapshot> snapshots,
                ConnectionCaps caps) {
            this.settings = settings;
            this.loops = loops;
            this.snapshots = snapshots;
            this.caps = caps;
        }

        void bindNext(InetSocketAddress address) {
            ChannelFuture binding = bootstrap(loops.contexts().get(channels.size())).bind(address);
            binding.addListener(_ -> {
                if (!binding.isSuccess()) {
                    channels.forEach(Channel::close);
                    opened.completeExceptionally(binding.cause());
                    return;
                }
                channels.add(binding.channel());
                InetSocketAddress bound = (InetSocketAddress) binding.channel().localAddress();
                if (loops.sockets().acceptsOnEveryLoop() && channels.size() < loops.contexts().size()) {
                    bindNext(bound);
                } else {
                    opened.complete(new Listener(bound, channels));
                }
            });
        }

        private ServerBootstrap bootstrap(LoopContext loop) {
            ServerBootstrap bootstrap = new ServerBootstrap().channelFactory(loops.sockets().serverChannels())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .handler(new AcceptGuard(caps))
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Backlog.LOOSE)
                    .childHandler(new ConnectionInitializer(loops, settings, snapshots, caps));
            return loops.sockets().acceptsOnEveryLoop()
                    ? bootstrap.group(loop.eventLoop(), loop.eventLoop()).option(UnixChannelOption.SO_REUSEPORT, true)
                    : bootstrap.group(loop.eventLoop(), loops.group());
        }
    }

    /** What a listener's clients may agree on by ALPN (RFC 7301), the preferred first; {@link ConnectionInitializer} makes the connection for each. */
    public static List<String> protocols(ListenerConfig config) {
        return config.http2() == null ? List.of(HTTP1) : List.of(HTTP2, HTTP1);
    }

    /** Where it is bound; with port 0 in the config, the port that was chosen. */
    public InetSocketAddress address() {
        return address;
    }

    /** Accepts nobody any more; complete when every socket is closed. */
    public CompletableFuture<Void> close() {
        return CompletableFuture.allOf(channels.stream().map(channel -> {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            channel.close().addListener(_ -> closed.complete(null));
            return closed;
        }).toArray(CompletableFuture<?>[]::new));
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
