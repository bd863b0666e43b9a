package dev.ponticello.upstream;

import dev.ponticello.http1.Backlog;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.PacedReads;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.tls.ClientTls;
import dev.ponticello.tls.TlsFailure;
import dev.ponticello.tls.TlsHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint: the idle ones, the last used first.
 *
 * <p>The cap counts the connections of all loops. A loop that meets it has one of the others close an idle one, and its attempts wait; but one connection each loop may always have, so that none
 * starves. On its loop only.
 */
final class EndpointPool {
    private final LoopContext loop;
    private final Endpoint endpoint;
    private UpstreamSettings settings;
    private final Bootstrap bootstrap;
    private final ArrayDeque<UpstreamStream> idle = new ArrayDeque<>();
    private final LinkedHashSet<StreamRequest> waiting = new LinkedHashSet<>();
    private int open;
    private boolean closed;

    EndpointPool(LoopContext loop, Endpoint endpoint, UpstreamSettings settings, AddressResolverGroup<?> resolver) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.settings = settings;
        this.bootstrap = new Bootstrap().group(loop.eventLoop()).channelFactory(loop.sockets().channels())
                .resolver(resolver).option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                // An endpoint that answers early and stops reading makes writes fail; its answer can still be read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Backlog.LOOSE);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** An idle connection, or null. */
    @Nullable
    UpstreamStream takeIdle() {
        UpstreamStream stream = idle.pollFirst();
        while (stream != null) {
            stream.idle = false;
            loop.timers().disarm(stream.idleTimeout);
            if (stream.isReusable(loop.clock().nanoTime())) {
                return stream;
            }
            stream.connection().close();
            stream = idle.pollFirst();
        }
        return null;
    }

    /** Opens a connection, or waits for one when there may be no more. */
    StreamRequest request(StreamRequest.Owner owner) {
        StreamRequest request = new StreamRequest(this, owner);
        if (mayOpen()) {
            connect(request);
            return request;
        }
        waiting.add(request);
        endpoint.waiting().incrementAndGet();
        // A place that became free in between was not told to a loop that did not yet wait.
        serveWaiting();
        if (request.isQueued()) {
            askToClose(loop.index() + 1);
        }
        return request;
    }

    /** Takes a place among the endpoint's connections, if there is one. */
    private boolean mayOpen() {
        int count = endpoint.connections().incrementAndGet();
        if (count <= settings.maxConnections() || open == 0) {
            open++;
            return true;
        }
        endpoint.connections().decrementAndGet();
        return false;
    }

    private void connect(StreamRequest request) {
        ClientTls tls = endpoint.tls();
        UpstreamStream stream = new UpstreamStream(this, loop.clock().nanoTime(), tls);
        ChannelFuture connecting = bootstrap.clone().handler(tls == null ? stream.connection() : secured(stream, tls))
                .option(ChannelOption.RECVBUF_ALLOCATOR, loop.get(PacedReads.SLOT)).connect(endpoint.address());
        request.setConnecting(connecting.channel());
        // As a task of the loop in any case: without file descriptors the future belongs to no loop, and one that is done
        // already would tell the owner before it knows its request.
        connecting.addListener(_ -> loop.eventLoop().execute(() -> connected(request, stream, connecting)));
    }

    private void connected(StreamRequest request, UpstreamStream stream, ChannelFuture connecting) {
        if (!connecting.isSuccess()) {
            placeFreed();
            request.refuse(kindOf(connecting.cause()));
        } else if (stream.hasTls()) {
            // Its channel is open, and gives the place back when it closes, as one that fails does by itself.
            connecting.channel().pipeline().get(TlsHandler.class).handshakeFuture()
                    .addListener(done -> secured(request, stream, done));
        } else {
            request.grant(stream);
        }
    }

    private static void secured(StreamRequest request, UpstreamStream stream, Future<?> handshake) {
        if (handshake.isSuccess()) {
            request.grant(stream);
        } else {
            stream.connection().close();
            request.refuse(TlsFailure.kindOf(handshake.cause()));
        }
    }

    private ChannelHandler secured(UpstreamStream stream, ClientTls tls) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), endpoint.host(), endpoint.port()),
                        stream.connection());
            }
        };
    }

    private static FailureKind kindOf(@Nullable Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> FailureKind.NAME_UNRESOLVED;
            case ConnectException refused when String.valueOf(refused.getMessage()).contains("refused") ->
                FailureKind.CONNECT_REFUSED;
            // The machine gave no socket, most often for want of file descriptors: that is not the endpoint's fault.
            case ChannelException _ -> FailureKind.SOCKET_REFUSED;
            case null, default -> FailureKind.CONNECT_FAILED;
        };
    }

    void giveBack(UpstreamStream stream) {
        if (closed || !stream.isReusable(loop.clock().nanoTime())) {
            stream.connection().close();
            return;
        }
        StreamRequest next = takeWaiting();
        if (next != null) {
            next.grant(stream);
            return;
        }
        if (endpoint.waiting().get() > 0 && endpoint.connections().get() >= settings.maxConnections()) {
            // Another loop waits for a place: closing gives it one.
            stream.connection().close();
            return;
        }
        stream.idle = true;
        idle.addFirst(stream);
        loop.timers().arm(stream.idleTimeout, settings.keepAliveNanos());
    }

    /** A connection has closed, for whatever reason. */
    void closed(UpstreamStream stream) {
        if (stream.idle) {
            stream.idle = false;
            idle.remove(stream);
        }
        loop.timers().release(stream.idleTimeout);
        placeFreed();
    }

    private void placeFreed() {
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

    private void serveWaiting() {
        while (!waiting.isEmpty() && mayOpen()) {
            StreamRequest next = takeWaiting();
            if (next != null) {
                connect(next);
            }
        }
    }

    private @Nullable StreamRequest takeWaiting() {
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

    /** Asks the other loops, from this one on and one after the other, to close an idle connection, until one has. */
    private void askToClose(int index) {
        EndpointPool[] pools = endpoint.pools();
        EndpointPool asked = pools[index % pools.length];
        if (asked != this) {
            asked.loop.eventLoop().execute(() -> {
                if (!asked.closeOneIdle()) {
                    askToClose(index + 1);
                }
            });
        }
    }

    private boolean closeOneIdle() {
        UpstreamStream oldest = idle.pollLast();
        if (oldest == null) {
            return false;
        }
        oldest.idle = false;
        oldest.connection().close();
        return true;
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
            while (closeOneIdle()) {
                // until none is left
            }
        });
    }
}
