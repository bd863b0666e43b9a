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
    /** Whether the last one that was opened beside others came to nothing: who waits gets what they have room for, before another is tried. */
    private boolean openingFailed;
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
        if (!isServed() && opening == null && (!openingFailed || connections.isEmpty())) {
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
                giveUpOpening(kindOf(connecting.cause())); // before another is opened for who waits
                placeFreed();
            }
        }));
    }

    /** The connection that was wanted does not come: who can get none elsewhere is refused. */
    private void giveUpOpening(FailureKind kind) {
        opening = null;
        openingFailed = true;
        if (connections.isEmpty()) {
            for (StreamRequest next = takeWaiting(); next != null; next = takeWaiting()) {
                next.refuse(kind);
            }
        }
    }

    void ready(SharedConnection connection) {
        if (!connection.hasRoom()) {
            // An endpoint that allows no streams would be asked for connection after connection.
            giveUpOpening(FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED);
            connection.leave();
            return;
        }
        opening = null;
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
    void closed(SharedConnection connection) {
        connections.remove(connection);
        if (connection.equals(opening)) {
            // It was accepted, and then it was no HTTP/2 that it spoke, or nothing at all.
            giveUpOpening(FailureKind.RESPONSE_MALFORMED);
        }
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
