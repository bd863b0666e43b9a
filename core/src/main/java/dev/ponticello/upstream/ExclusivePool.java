package dev.ponticello.upstream;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.tls.ClientTls;
import dev.ponticello.tls.TlsFailure;
import dev.ponticello.tls.TlsHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 connections, each for one attempt at a time: the idle ones, the last used first. */
final class ExclusivePool extends EndpointPool {
    private final ArrayDeque<ExclusiveStream> idle = new ArrayDeque<>();

    ExclusivePool(LoopContext loop, Endpoint endpoint, UpstreamSettings settings, AddressResolverGroup<?> resolver) {
        super(loop, endpoint, settings, resolver);
    }

    /** An idle connection, or null. */
    @Override
    @Nullable
    ExclusiveStream takeIdle() {
        ExclusiveStream stream = idle.pollFirst();
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
    @Override
    StreamRequest request(StreamRequest.Owner owner) {
        StreamRequest request = new StreamRequest(this, owner);
        if (mayOpen()) {
            connect(request);
            return request;
        }
        enqueue(request);
        // A place that became free in between was not told to a loop that did not yet wait.
        serveWaiting();
        if (request.isQueued()) {
            request.setWaited();
            askToClose(loop.index() + 1);
        }
        return request;
    }

    private void connect(StreamRequest request) {
        ClientTls tls = endpoint().tls();
        ExclusiveStream stream = new ExclusiveStream(this, loop.clock().nanoTime(), tls);
        ChannelFuture connecting = open(tls == null ? stream.connection() : secured(stream, tls));
        request.setConnecting(connecting.channel());
        // As a task of the loop in any case: without file descriptors the future belongs to no loop, and one that is done
        // already would tell the owner before it knows its request.
        connecting.addListener(_ -> loop.eventLoop().execute(() -> connected(request, stream, connecting)));
    }

    private void connected(StreamRequest request, ExclusiveStream stream, ChannelFuture connecting) {
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

    private static void secured(StreamRequest request, ExclusiveStream stream, Future<?> handshake) {
        if (handshake.isSuccess()) {
            request.grant(stream);
        } else {
            stream.connection().close();
            request.refuse(TlsFailure.kindOf(handshake.cause()));
        }
    }

    private ChannelHandler secured(ExclusiveStream stream, ClientTls tls) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), endpoint().host(), endpoint().port()),
                        stream.connection());
            }
        };
    }

    void giveBack(ExclusiveStream stream) {
        if (isClosed() || !stream.isReusable(loop.clock().nanoTime())) {
            stream.connection().close();
            return;
        }
        StreamRequest next = takeWaiting();
        if (next != null) {
            next.grant(stream);
            return;
        }
        if (endpoint().waiting().get() > 0 && endpoint().connections().get() >= settings().maxConnections()) {
            // Another loop waits for a place: closing gives it one.
            stream.connection().close();
            return;
        }
        stream.idle = true;
        idle.addFirst(stream);
        loop.timers().arm(stream.idleTimeout, settings().keepAliveNanos());
    }

    /** A connection has closed, for whatever reason. */
    void closed(ExclusiveStream stream) {
        if (stream.idle) {
            stream.idle = false;
            idle.remove(stream);
        }
        loop.timers().release(stream.idleTimeout);
        placeFreed();
    }

    @Override
    boolean isOpening() {
        return false; // one that is being opened is for the attempt that asked
    }

    @Override
    void serveWaiting() {
        while (!isServed() && mayOpen()) {
            StreamRequest next = takeWaiting();
            if (next != null) {
                connect(next);
            }
        }
    }

    @Override
    boolean closeOneIdle() {
        ExclusiveStream oldest = idle.pollLast();
        if (oldest == null) {
            return false;
        }
        oldest.idle = false;
        oldest.connection().close();
        return true;
    }

    @Override
    void closeAll() {
        while (closeOneIdle()) {
            // until none is left
        }
    }
}
