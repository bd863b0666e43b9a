package dev.ponticello.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnClockTest {
    /** Each reading is one more than the one before. */
    private static final class CountingClock implements Clock {
        private final AtomicLong readings = new AtomicLong();

        @Override
        public long nanoTime() {
            return readings.incrementAndGet();
        }

        @Override
        public long wallMillis() {
            return 1000 * readings.incrementAndGet();
        }
    }

    private final CountingClock machine = new CountingClock();
    private final EventLoops loops = new EventLoops(Transport.NIO, 1, machine, () -> 0);
    private final LoopContext loop = loops.contexts().getFirst();
    private final Clock clock = loop.clock();

    @AfterEach
    void stop() {
        loops.stop().join();
    }

    private <T> T onLoop(Callable<T> work) {
        return loop.eventLoop().submit(work).syncUninterruptibly().getNow();
    }

    @Test
    void standsStillForATurn() {
        List<Long> readings = onLoop(() -> List.of(clock.nanoTime(), clock.wallMillis(), clock.nanoTime()));
        assertThat(readings.get(2)).isEqualTo(readings.get(0));
        assertThat(onLoop(clock::nanoTime)).isGreaterThan(readings.get(0));
        assertThat(onLoop(clock::wallMillis)).isGreaterThan(readings.get(1));
    }

    @Test
    void isSetRightByAFreshReading() {
        List<Long> readings = onLoop(() -> List.of(clock.nanoTime(), clock.freshNanoTime(), clock.nanoTime()));
        assertThat(readings.get(1)).isGreaterThan(readings.get(0));
        assertThat(readings.get(2)).isEqualTo(readings.get(1));
    }

    @Test
    void isNotTheClockOfOtherThreads() {
        assertThat(loops.clock()).isSameAs(machine);
    }

    @Test
    void isReadEachTimeWhereNoTurnEndsAnyMore() {
        List<Long> readings = onLoop(() -> {
            loops.stop();
            return List.of(clock.nanoTime(), clock.nanoTime());
        });
        assertThat(readings.get(1)).isGreaterThan(readings.get(0));
    }
}
