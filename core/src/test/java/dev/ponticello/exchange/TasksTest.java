package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TasksTest {
    private final Deque<Runnable> begun = new ArrayDeque<>();
    private final Tasks tasks = new Tasks(begun::add, 2);

    private boolean start() {
        return tasks.start(() -> {});
    }

    @Test
    void soManyRunAtOnce() {
        assertThat(start()).isTrue();
        assertThat(start()).isTrue();
        assertThat(start()).isFalse();
        begun.remove().run();
        assertThat(start()).isTrue();
    }

    @Test
    void aLowerBoundCountsWhatIsAtWork() {
        start();
        start();
        tasks.change(1);
        begun.remove().run();
        assertThat(start()).isFalse();
        begun.remove().run();
        assertThat(start()).isTrue();
    }

    @Test
    void aTaskThatThrowsIsAtWorkNoMore() {
        tasks.start(() -> {
            throw new IllegalStateException("broken");
        });
        try {
            begun.remove().run();
        } catch (IllegalStateException e) {
            // the thread's
        }
        assertThat(tasks.running()).isZero();
    }

    @Test
    void aTaskThatGetsNoThreadIsNotAtWork() {
        Tasks without = new Tasks(_ -> {
            throw new RejectedExecutionException("none left");
        }, 1);
        assertThat(without.start(() -> {})).isFalse();
        assertThat(without.running()).isZero();
    }
}
