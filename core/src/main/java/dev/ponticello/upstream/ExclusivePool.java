package dev.ponticello.upstream;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import io.netty.channel.Channel;
import io.netty.resolver.AddressResolverGroup;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 connections, each for one attempt at a time: the idle ones, the last used first. */
final class ExclusivePool extends EndpointPool {
    private final ArrayDeque<ExclusiveStream> idle = new ArrayDeque<>();

    ExclusivePool(LoopContext loop, Endpoint endpoint, int index, UpstreamSettings settings,
            AddressResolverGroup<?> resolver) {
        super(loop, endpoint, index, settings, resolver);
    }

    @Override
    boolean isHttp2() {
        return false;
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
            askToClose();
        }
        return request;
    }

    private void connect(StreamRequest request) {
        ExclusiveStream stream = new ExclusiveStream(this, loop.clock().nanoTime(), endpoint().securedBy());
        request.setConnecting(open(stream.connection(), new Opening() {
            @Override
            public void onOpened() {
                request.grant(stream);
            }

            @Override
            public void onOtherProtocol(Channel channel) {
                EndpointPool shared = Objects.requireNonNull(other(), "HTTP/2 was not offered");
                enqueue(request);
                handOver(shared, channel, stream.securedBy());
            }

            @Override
            public void onFailed(FailureKind kind) {
                placeFreed();
                request.refuse(kind);
            }
        }));
    }

    @Override
    void adopt(Channel channel, @Nullable Object securedBy) {
        ExclusiveStream stream = new ExclusiveStream(this, loop.clock().nanoTime(), securedBy);
        channel.pipeline().addLast(stream.connection());
        StreamRequest next = takeWaiting();
        if (next == null) {
            stream.connection().close(); // who has asked for it has left
        } else {
            next.grant(stream);
        }
        serveWaiting(); // each of the others needs one of its own
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
