package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Policy;
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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits on a client's connection is counted in the loop's budget, whatever relay it came by, or none. */
class WaitingBytesTest implements Clock {
    private static final int BODY = 50_000;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private final SlowChannel channel = new SlowChannel();
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
    private final CompletableFuture<Decision> decision = new CompletableFuture<>();
    private boolean waiting;
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
        Policy awaited = Policy.before(_ -> waiting ? Decision.await(decision, Duration.ofHours(1))
                : Decision.CONTINUE);
        Route route = new Route("/**", List.of(awaited),
                new Target.Answer((_, _) -> Decision.respond(Response.of(200, "text/plain", new byte[BODY]))));
        Snapshot snapshot = new Snapshot(
                RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, route).build(),
                PrefixTable.<Route>builder().build(), route, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS,
                List.of(), new Pins(1));
        ClientConnection connection = new ClientConnection(loop,
                ListenerSettings.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0")), null), () -> snapshot,
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
        assertThat(counted()).isPositive();
        channel.close();
        channel.runPendingTasks();
        assertThat(counted()).isZero();
    }

    @Test
    void givesAClientItsTimeWhoseAnswerWasLongInComing() {
        channel.takes = true;
        waiting = true;
        send(GET + GET);
        for (int i = 0; i < 100; i++) {
            pass(1000);
        }
        channel.takes = false;
        waiting = false;
        decision.complete(Decision.CONTINUE);
        channel.runPendingTasks();
        pass(1100);
        assertThat(counted()).isGreaterThanOrEqualTo(BODY);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void answersAllThatCameBeforeTheClientsEnd() {
        send(GET.repeat(100));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.takes = true;
        int answers = 0;
        for (int i = 0; i < 100; i++) {
            channel.flush();
            channel.runPendingTasks();
            answers += answers();
        }
        assertThat(answers).isEqualTo(100);
        assertThat(channel.isOpen()).isFalse();
    }

    private int answers() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString().split("HTTP/1.1 200", -1).length - 1;
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
