package dev.ponticello.upstream;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.tls.TlsFailure;
import io.netty.channel.Channel;
import io.netty.resolver.AddressResolverGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 connections, each for as many attempts at once as the endpoint allows: the oldest with room first, so that there are few. Another is opened when all are full, one at a time.
 */
final class SharedPool extends EndpointPool {
    private final List<SharedConnection> connections = new ArrayList<>();
    /** Those that take no attempts yet. */
    private final Set<SharedConnection> opening = new HashSet<>();
    /** Whether the last one that was opened beside others came to nothing: who waits gets what they have room for, before another is tried. */
    private boolean openingFailed;
    private boolean servingPlanned;

    SharedPool(LoopContext loop, Endpoint endpoint, int index, UpstreamSettings settings,
            AddressResolverGroup<?> resolver) {
        super(loop, endpoint, index, settings, resolver);
    }

    @Override
    boolean isHttp2() {
        return true;
    }

    @Override
    @Nullable
    @SuppressWarnings("ReferenceEquality") // what was made at one time
    SharedStream takeIdle() {
        Object secured = endpoint().securedBy();
        int i = 0;
        while (i < connections.size()) {
            SharedConnection connection = connections.get(i);
            if (connection.securedBy() != secured) {
                connection.leave(); // which takes it out of the list
                continue;
            }
            SharedStream stream = connection.take();
            if (stream != null) {
                return stream;
            }
            i++;
        }
        return null;
    }

    @Override
    StreamRequest request(StreamRequest.Owner owner) {
        StreamRequest request = new StreamRequest(this, owner);
        enqueue(request);
        planServing(); // its owner is to know the request before it hears of it
        return request;
    }

    private void planServing() {
        if (!servingPlanned) {
            servingPlanned = true;
            loop.eventLoop().execute(() -> {
                servingPlanned = false;
                serveWaiting();
            });
        }
    }

    @Override
    boolean isOpening() {
        return !opening.isEmpty() || servingPlanned;
    }

    @Override
    void serveWaiting() {
        while (!isServed()) {
            SharedStream stream = takeIdle();
            StreamRequest next = stream == null ? null : takeWaiting();
            if (stream == null || next == null) {
                break;
            }
            next.grant(stream);
        }
        if (!isServed() && opening.isEmpty() && (!openingFailed || connections.isEmpty())) {
            if (mayOpen()) {
                connect();
            } else {
                askToClose();
            }
        }
    }

    private void connect() {
        SharedConnection connection = new SharedConnection(this, loop.clock().nanoTime(), endpoint().securedBy());
        opening.add(connection);
        connection.opensOn(open(connection.handler(), new Opening() {
            @Override
            public void onOpened() {
                // it is ready when the endpoint's settings have come
            }

            @Override
            public void onOtherProtocol(Channel channel) {
                EndpointPool exclusive = other();
                if (exclusive == null) {
                    onFailed(FailureKind.HTTP2_UNSUPPORTED);
                    channel.close();
                } else {
                    connection.abandon();
                    opening.remove(connection);
                    handOver(exclusive, channel, connection.securedBy());
                }
            }

            @Override
            public void onFailed(FailureKind kind) {
                connection.abandon();
                failed(connection, kind); // before another is opened for who waits
                placeFreed();
            }
        }));
    }

    @Override
    void adopt(Channel channel, @Nullable Object securedBy) {
        SharedConnection connection = new SharedConnection(this, loop.clock().nanoTime(), securedBy);
        opening.add(connection);
        connection.opensOn(channel);
        channel.pipeline().addLast(connection.handler());
    }

    /** A connection that was being opened will not serve: who can get none elsewhere is refused. */
    void failed(SharedConnection connection, FailureKind kind) {
        if (!opening.remove(connection)) {
            return;
        }
        openingFailed = true;
        if (connections.isEmpty() && opening.isEmpty()) {
            for (StreamRequest next = takeWaiting(); next != null; next = takeWaiting()) {
                next.refuse(kind);
            }
        }
    }

    void ready(SharedConnection connection) {
        if (!connection.hasRoom()) {
            // An endpoint that allows no streams would be asked for connection after connection.
            failed(connection, FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED);
            connection.leave();
            return;
        }
        opening.remove(connection);
        openingFailed = false;
        connections.add(connection);
        serveWaiting();
        if (isClosed()) {
            connection.leave(); // behind those who have waited for it
        }
    }

    /** An attempt has ended; another may have its place. */
    void roomFreed() {
        openingFailed = false;
        if (!isServed()) {
            planServing();
        }
    }

    /** A connection takes no more attempts. */
    void left(SharedConnection connection) {
        if (connections.remove(connection)) {
            roomFreed(); // by another one, for those who have waited for room in this
        }
    }

    /** A connection has closed, for whatever reason. */
    void closed(SharedConnection connection, @Nullable Throwable why) {
        connections.remove(connection);
        // It was accepted, and then it was no HTTP/2 that it spoke; or by TLS 1.3 it refuses what it was shown.
        failed(connection, TlsFailure.isAlert(why) ? FailureKind.TLS_ALERT : FailureKind.RESPONSE_MALFORMED);
        placeFreed();
    }

    @Override
    boolean closeOneIdle() {
        for (SharedConnection connection : connections) {
            if (connection.isIdle()) {
                connection.leave();
                return true;
            }
        }
        return false;
    }

    @Override
    void closeAll() {
        List.copyOf(connections).forEach(SharedConnection::leave);
    }
}
