package dev.ponticello.listener;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A client on an embedded channel, of a gateway with one route; its loop's clock stands still until it is moved. */
final class EmbeddedClient implements Clock {
    private final EmbeddedChannel channel;
    private final LoopContext loop;
    private final ClientConnection connection;
    private long nowMillis;

    EmbeddedClient(EmbeddedChannel channel, Route route) {
        this.channel = channel;
        channel.freezeTime();
        loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
        Snapshot snapshot = new Snapshot(
                RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, route).build(),
                PrefixTable.<Route>builder().build(), route, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS,
                List.of(), new Pins(1));
        connection = new ClientConnection(loop,
                ListenerSettings.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0")), null), () -> snapshot,
                Objects.requireNonNull(PeerAddress.parse("203.0.113.7")), null, loop.get(LiveConnections.SLOT));
        channel.pipeline().addLast(connection.handler());
    }

    LoopContext loop() {
        return loop;
    }

    ClientConnection connection() {
        return connection;
    }

    void send(String requests) {
        channel.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
    }

    /** Moves the clock, and lets what is due by then happen. */
    void pass(long millis) {
        nowMillis += millis;
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis);
    }

    @Override
    public long wallMillis() {
        return nowMillis;
    }
}
