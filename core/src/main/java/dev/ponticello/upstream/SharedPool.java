package dev.ponticello.upstream;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import io.netty.channel.ChannelFuture;
import io.netty.resolver.AddressResolverGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 connections, each for as many attempts at once as the endpoint allows: the oldest with room first, so that there are few. Another is opened when all are full, one at a time.
 */
final class SharedPool extends EndpointPool {
    private final List<SharedConnection> connections = new ArrayList<>();
    private @Nullable SharedConnection opening;
    private boolean servingPlanned;

    SharedPool(LoopContext loop, Endpoint endpoint, UpstreamSettings settings, AddressResolverGroup<?> resolver) {
        super(loop, endpoint, settings, resolver);
    }

    @Override
    @Nullable
    SharedStream takeIdle() {
        for (int i = 0; i < connections.size(); i++) {
            SharedStream stream = connections.get(i).take();
            if (stream != null) {
                return stream;
            }
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
        return opening != null || servingPlanned;
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
        if (!isServed() && opening == null) {
            if (mayOpen()) {
                connect();
            } else {
                askToClose(loop.index() + 1);
            }
        }
    }

    private void connect() {
        SharedConnection connection = new SharedConnection(this, loop.clock().nanoTime());
        opening = connection;
        ChannelFuture connecting = open(connection.handler());
        connecting.addListener(_ -> loop.eventLoop().execute(() -> {
            if (!connecting.isSuccess()) {
                connection.abandon();
                opening = null;
                refuseWaiting(kindOf(connecting.cause())); // before another is opened for them
                placeFreed();
            }
        }));
    }

    private void refuseWaiting(FailureKind kind) {
        for (StreamRequest next = takeWaiting(); next != null; next = takeWaiting()) {
            next.refuse(kind);
        }
    }

    void ready(SharedConnection connection) {
        opening = null;
        if (!connection.hasRoom()) {
            // An endpoint that allows no streams would be asked for connection after connection.
            refuseWaiting(FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED);
            connection.leave();
        } else {
            connections.add(connection);
            serveWaiting();
            if (isClosed()) {
                connection.leave(); // behind those who have waited for it
            }
        }
    }

    /** An attempt has ended; another may have its place. */
    void roomFreed() {
        if (!isServed()) {
            planServing();
        }
    }

    /** A connection takes no more attempts. */
    void left(SharedConnection connection) {
        connections.remove(connection);
    }

    /** A connection has closed, for whatever reason. */
    void closed(SharedConnection connection) {
        connections.remove(connection);
        if (connection.equals(opening)) {
            opening = null;
            // It was accepted, and then it was no HTTP/2 that it spoke, or nothing at all.
            refuseWaiting(FailureKind.RESPONSE_MALFORMED);
        }
        placeFreed();
        roomFreed();
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
