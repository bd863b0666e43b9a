package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Target;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a drain does to connections on which no answer is owed. */
class IdleConnectionTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EmbeddedClient client = new EmbeddedClient(channel, new Route("/**", List.of(),
            new Target.Answer((_, _) -> Decision.respond(Response.empty(204)))));

    @AfterEach
    void endChannel() {
        channel.finishAndReleaseAll();
    }

    private void ask() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    /** Its close would be a reset if another request were on its way, and that could destroy the answer. */
    @Test
    void aConnectionThatWasJustAnsweredIsGivenTimeToEnd() {
        ask();
        client.pass(1_999);
        client.connection().drain();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aConnectionThatHasLongBeenIdleEndsAtOnce() {
        ask();
        client.pass(2_000);
        client.connection().drain();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatWasNeverUsedEndsAtOnce() {
        client.connection().drain();
        assertThat(channel.isOpen()).isFalse();
    }
}
