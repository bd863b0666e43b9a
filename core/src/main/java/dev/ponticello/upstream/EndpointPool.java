package dev.ponticello.upstream;

import dev.ponticello.loop.Backlog;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.PacedReads;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolverGroup;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint, and the attempts that wait for one.
 *
 * <p>The cap counts the connections of all loops. A loop that meets it has one of the others close an idle one, and its attempts wait; but one connection each loop may always have, so that none
 * starves. On its loop only.
 *
 * <p>Where the endpoint chooses between protocols, a loop has a pool for each of them. The one that is expected to be chosen opens the connections; one that turns out to be of the other protocol goes over to the
 * other pool, and with it all who wait.
 */
abstract sealed class EndpointPool permits ExclusivePool, SharedPool {
    /** What comes of a connection that is being opened: one of these, once. */
    interface Opening {
        /** It is open, and its handler in the pipeline. */
        void onOpened();

        /** It is open, and the endpoint has chosen the other protocol than the pool's. */
        void onOtherProtocol(Channel channel);

        /** It is not open, or closes. */
        void onFailed(FailureKind kind);
    }

    final LoopContext loop;
    private final Endpoint endpoint;
    private final int index;
    private @Nullable EndpointPool other;
    private UpstreamSettings settings;
    private final Bootstrap bootstrap;
    private final LinkedHashSet<StreamRequest> waiting = new LinkedHashSet<>();
    private int open;
    private boolean closed;

    /** @param index its place among the pools of the endpoint */
    EndpointPool(LoopContext loop, Endpoint endpoint, int index, UpstreamSettings settings,
            AddressResolverGroup<?> resolver) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.index = index;
        this.settings = settings;
        this.bootstrap = new Bootstrap().group(loop.eventLoop()).channelFactory(loop.sockets().channels())
                .resolver(resolver).option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                // An endpoint that answers early and stops reading makes writes fail; its answer can still be read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Backlog.LOOSE);
    }

    /** Makes these the two pools of a loop, before they are used. */
    void pairWith(EndpointPool pool) {
        other = pool;
        pool.other = this;
    }

    /** That of the other protocol on this loop; null where the endpoint has no choice. */
    @Nullable
    EndpointPool other() {
        return other;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** Whether it is not to be used any more. */
    boolean isClosed() {
        return closed;
    }

    /** A stream that is at hand, or null. */
    @Nullable
    abstract UpstreamStream takeIdle();

    /** Opens a connection, or waits for one. */
    abstract StreamRequest request(StreamRequest.Owner owner);

    /** Whether a connection is being opened that those who wait may get. */
    abstract boolean isOpening();

    /** Gives those who wait what there is. */
    abstract void serveWaiting();

    /** Closes a connection that nobody uses; false if there is none. */
    abstract boolean closeOneIdle();

    /** Whether its connections are HTTP/2. */
    abstract boolean isHttp2();

    /** Takes over a connection of its protocol, which the other pool has opened; it has its place already, but no handler. */
    abstract void adopt(Channel channel, @Nullable Object securedBy);

    /** Takes a place among the endpoint's connections, if there is one. */
    boolean mayOpen() {
        int count = endpoint.connections().incrementAndGet();
        if (count <= settings.maxConnections() || openOnLoop() == 0) {
            open++;
            return true;
        }
        endpoint.connections().decrementAndGet();
        return false;
    }

    private int openOnLoop() {
        return other == null ? open : open + other.open;
    }

    /** Opens a connection, by TLS if the endpoint has it. Its handler is in the pipeline before the first byte. */
    Channel open(ChannelHandler handler, Opening opening) {
        ClientTls tls = endpoint.tls();
        ChannelFuture connecting = bootstrap.clone()
                .handler(tls == null ? handler : new TlsOpening(this, tls, handler, opening))
                .option(ChannelOption.RECVBUF_ALLOCATOR, loop.get(PacedReads.SLOT)).connect(endpoint.address());
        // As a task of the loop in any case: without file descriptors the future belongs to no loop, and one that is done
        // already would tell the owner before it knows its request.
        connecting.addListener(_ -> loop.eventLoop().execute(() -> {
            if (!connecting.isSuccess()) {
                opening.onFailed(kindOf(connecting.cause()));
            } else if (tls == null) {
                opening.onOpened();
            }
        }));
        return connecting.channel();
    }

    /** Gives a connection over to the other pool, and with it all who wait: the endpoint has chosen. */
    void handOver(EndpointPool to, Channel channel, @Nullable Object securedBy) {
        open--;
        to.open++;
        for (StreamRequest request : waiting) {
            request.moveTo(to);
            to.waiting.add(request);
        }
        waiting.clear();
        to.adopt(channel, securedBy);
    }

    static FailureKind kindOf(@Nullable Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> FailureKind.NAME_UNRESOLVED;
            case ConnectException refused when String.valueOf(refused.getMessage()).contains("refused") ->
                FailureKind.CONNECT_REFUSED;
            // The machine gave no socket, most often for want of file descriptors: that is not the endpoint's fault.
            case ChannelException _ -> FailureKind.SOCKET_REFUSED;
            case null, default -> FailureKind.CONNECT_FAILED;
        };
    }

    /** A connection is there no more. */
    void placeFreed() {
        open--;
        endpoint.connections().decrementAndGet();
        if (endpoint.waiting().get() == 0) {
            return;
        }
        for (EndpointPool pool : endpoint.pools()) {
            if (pool == this) {
                serveWaiting();
            } else {
                pool.loop.eventLoop().execute(pool::serveWaiting);
            }
        }
    }

    /** Whether nobody waits. */
    boolean isServed() {
        return waiting.isEmpty();
    }

    void enqueue(StreamRequest request) {
        waiting.add(request);
        endpoint.waiting().incrementAndGet();
    }

    @Nullable
    StreamRequest takeWaiting() {
        StreamRequest next = waiting.isEmpty() ? null : waiting.removeFirst();
        if (next != null) {
            endpoint.waiting().decrementAndGet();
        }
        return next;
    }

    void withdraw(StreamRequest request) {
        if (waiting.remove(request)) {
            endpoint.waiting().decrementAndGet();
        }
    }

    /** Asks the other pools, from the next one on and one after the other, to close an idle connection, until one has. */
    void askToClose() {
        askToClose(index + 1);
    }

    private void askToClose(int next) {
        EndpointPool[] pools = endpoint.pools();
        EndpointPool asked = pools[next % pools.length];
        if (asked != this) {
            asked.loop.eventLoop().execute(() -> {
                if (!asked.closeOneIdle()) {
                    askToClose(next + 1);
                }
            });
        }
    }

    /** Lives by other settings; a connection that is there keeps its bounds of a head, and while it is idle the time that it was given. Any thread. */
    void use(UpstreamSettings changed) {
        loop.eventLoop().execute(() -> {
            settings = changed;
            serveWaiting(); // there may be more places now
        });
    }

    /** Closes the idle connections, and those in use when they come back. Any thread. */
    void closeSoon() {
        loop.eventLoop().execute(() -> {
            closed = true;
            closeAll();
        });
    }

    /** Closes the idle connections; those in use close when they come back. */
    abstract void closeAll();
}
