package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Target;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a drain does to connections on which no answer is owed. */
class IdleConnectionTest implements Clock {
    private static final Route ROUTE = new Route("/**", List.of(),
            new Target.Answer((_, _) -> Decision.respond(Response.empty(204))));
    private static final Snapshot SNAPSHOT = new Snapshot(
            RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, ROUTE).build(),
            PrefixTable.<Route>builder().build(), ROUTE, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS, List.of(),
            new Pins(1));

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ClientConnection connection;
    private long nowMillis;

    IdleConnectionTest() {
        LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
        connection = new ClientConnection(loop,
                ListenerSettings.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0")), null), () -> SNAPSHOT,
                Objects.requireNonNull(PeerAddress.parse("203.0.113.7")), null, loop.get(LiveConnections.SLOT));
        channel.pipeline().addLast(connection.handler());
    }

    @AfterEach
    void endChannel() {
        channel.finishAndReleaseAll();
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis);
    }

    @Override
    public long wallMillis() {
        return nowMillis;
    }

    private void ask() {
        channel.writeInbound(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.ISO_8859_1));
    }

    /** Its close would be a reset if another request were on its way, and that could destroy the answer. */
    @Test
    void aConnectionThatWasJustAnsweredIsGivenTimeToEnd() {
        ask();
        nowMillis = 1_999;
        connection.drain();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aConnectionThatHasLongBeenIdleEndsAtOnce() {
        ask();
        nowMillis = 2_000;
        connection.drain();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatWasNeverUsedEndsAtOnce() {
        connection.drain();
        assertThat(channel.isOpen()).isFalse();
    }
}
