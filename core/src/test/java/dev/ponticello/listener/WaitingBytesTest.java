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
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits on a client's connection is counted in the loop's budget, whatever relay it came by, or none. */
class WaitingBytesTest implements Clock {
    private static final int BODY = 50_000;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Route ROUTE = new Route("/**", List.of(),
            new Target.Answer((_, _) -> Decision.respond(Response.of(200, "text/plain", new byte[BODY]))));
    private static final Snapshot SNAPSHOT = new Snapshot(
            RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, ROUTE).build(),
            PrefixTable.<Route>builder().build(), ROUTE, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS, List.of(),
            new Pins(1));

    private final SlowChannel channel = new SlowChannel();
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
    private long nowMillis;

    /** A channel whose peer takes something only when it is told to. */
    private static final class SlowChannel extends EmbeddedChannel {
        private boolean takes;

        @Override
        protected void doWrite(ChannelOutboundBuffer out) throws Exception {
            if (takes) {
                super.doWrite(out);
            }
        }
    }

    WaitingBytesTest() {
        channel.freezeTime();
        ClientConnection connection = new ClientConnection(loop,
                ListenerSettings.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"))), () -> SNAPSHOT,
                Objects.requireNonNull(PeerAddress.parse("203.0.113.7")), loop.get(LiveConnections.SLOT));
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

    @Test
    void countsAnAnswerThatIsNotTaken() {
        send(GET);
        pass(1100);
        assertThat(counted()).isGreaterThanOrEqualTo(BODY);
        channel.takes = true;
        channel.flush();
        pass(1100);
        assertThat(counted()).isZero();
    }

    @Test
    void countsRequestsThatCannotBeServedYet() {
        send(GET.repeat(100));
        pass(1100);
        long ahead = 97L * GET.length();
        assertThat(counted()).isBetween(2L * BODY + ahead, 2L * BODY + ahead + 1000);
        channel.takes = true;
        channel.flush();
        channel.runPendingTasks();
        pass(1100);
        assertThat(counted()).isZero();
    }

    @Test
    void countsNothingOfAClientThatHasLeft() {
        send(GET.repeat(100));
        pass(1100);
        channel.close();
        channel.runPendingTasks();
        assertThat(counted()).isZero();
    }

    private void send(String requests) {
        channel.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
    }

    private void pass(long millis) {
        nowMillis += millis;
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private long counted() {
        return loop.get(BufferBudget.SLOT).heldBytes();
    }
}
