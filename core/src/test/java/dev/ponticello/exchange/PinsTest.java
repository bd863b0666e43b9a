package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PinsTest {
    private final EmbeddedChannel firstChannel = new EmbeddedChannel();
    private final EmbeddedChannel secondChannel = new EmbeddedChannel();
    private final LoopContext first = new LoopContext(0, firstChannel.eventLoop(), Transport.NIO, Clock.SYSTEM,
            () -> 4);
    private final LoopContext second = new LoopContext(1, secondChannel.eventLoop(), Transport.NIO, Clock.SYSTEM,
            () -> 4);
    private final Pins pins = new Pins(2);

    private CompletableFuture<Void> retire() {
        CompletableFuture<Void> ended = pins.retire(List.of(first, second));
        firstChannel.runPendingTasks();
        secondChannel.runPendingTasks();
        return ended;
    }

    @Test
    void endAtOnceWithoutExchanges() {
        assertThat(retire()).isCompleted();
    }

    @Test
    void endWithTheLastExchangeOfAllLoops() {
        pins.pin(first);
        pins.pin(first);
        pins.pin(second);
        CompletableFuture<Void> ended = retire();
        pins.unpin(first);
        pins.unpin(second);
        assertThat(ended).isNotDone();
        pins.unpin(first);
        assertThat(ended).isCompleted();
    }

    @Test
    void doNotEndWhileTheSnapshotIsServed() {
        pins.pin(first);
        pins.unpin(first);
        pins.pin(second);
        CompletableFuture<Void> ended = retire();
        assertThat(ended).isNotDone();
        pins.unpin(second);
        assertThat(ended).isCompleted();
    }

    @Test
    void waitForALoopThatHasNotHeardYet() {
        CompletableFuture<Void> ended = pins.retire(List.of(first, second));
        secondChannel.runPendingTasks();
        assertThat(ended).isNotDone();
        pins.pin(first);
        firstChannel.runPendingTasks();
        assertThat(ended).isNotDone();
        pins.unpin(first);
        assertThat(ended).isCompleted();
    }
}
