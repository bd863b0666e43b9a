package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Target;
import dev.ponticello.loop.BufferBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits on a client's connection is counted in the loop's budget, whatever relay it came by, or none. */
class WaitingBytesTest {
    private static final int BODY = 50_000;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final CompletableFuture<Decision> decision = new CompletableFuture<>();
    private boolean waiting;
    private final SlowChannel channel = new SlowChannel();
    private final EmbeddedClient client = new EmbeddedClient(channel,
            new Route("/**", List.of(Policy.before(_ -> waiting ? Decision.await(decision, Duration.ofHours(1))
                    : Decision.CONTINUE)),
                    new Target.Answer((_, _) -> Decision.respond(Response.of(200, "text/plain", new byte[BODY])))));

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

    @AfterEach
    void endChannel() {
        channel.finishAndReleaseAll();
    }

    @Test
    void countsAnAnswerThatIsNotTaken() {
        client.send(GET);
        client.pass(1100);
        assertThat(counted()).isGreaterThanOrEqualTo(BODY);
        channel.takes = true;
        channel.flush();
        client.pass(1100);
        assertThat(counted()).isZero();
    }

    @Test
    void countsRequestsThatCannotBeServedYet() {
        client.send(GET.repeat(100));
        client.pass(1100);
        long ahead = 97L * GET.length();
        assertThat(counted()).isBetween(2L * BODY + ahead, 2L * BODY + ahead + 1000);
        channel.takes = true;
        channel.flush();
        channel.runPendingTasks();
        client.pass(1100);
        assertThat(counted()).isZero();
    }

    @Test
    void countsNothingOfAClientThatHasLeft() {
        client.send(GET.repeat(100));
        client.pass(1100);
        assertThat(counted()).isPositive();
        channel.close();
        channel.runPendingTasks();
        assertThat(counted()).isZero();
    }

    @Test
    void givesAClientItsTimeWhoseAnswerWasLongInComing() {
        channel.takes = true;
        waiting = true;
        client.send(GET + GET);
        for (int i = 0; i < 100; i++) {
            client.pass(1000);
        }
        channel.takes = false;
        waiting = false;
        decision.complete(Decision.CONTINUE);
        channel.runPendingTasks();
        client.pass(1100);
        assertThat(counted()).isGreaterThanOrEqualTo(BODY);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void answersAllThatCameBeforeTheClientsEnd() {
        client.send(GET.repeat(100));
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

    private long counted() {
        return client.loop().get(BufferBudget.SLOT).heldBytes();
    }
}
