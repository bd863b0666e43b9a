package dev.ponticello.upstream;

import static dev.ponticello.upstream.CircuitBreaker.State.CLOSED;
import static dev.ponticello.upstream.CircuitBreaker.State.HALF_OPEN;
import static dev.ponticello.upstream.CircuitBreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Several threads on one breaker; the totals are exact whatever their order. */
class CircuitBreakerStressTest {
    private static final int THREADS = 8;
    private static final long OPEN_FOR = 1000;

    private final CyclicBarrier barrier = new CyclicBarrier(THREADS);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger halfOpened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void passesExactlySoManyProbesToThreadsThatRace() throws Exception {
        int rounds = 2000;
        int probes = 3;
        CircuitBreaker breaker = breaker(1, probes);
        breaker.failed(breaker.tryAcquire(0), 0);
        AtomicInteger passed = new AtomicInteger();
        race(thread -> {
            for (int round = 1; round <= rounds; round++) {
                long now = round * OPEN_FOR;
                meet();
                long mine = CircuitBreaker.REFUSED;
                for (int i = 0; i < 20; i++) {
                    long permit = breaker.tryAcquire(now);
                    if (permit >= 0) {
                        passed.incrementAndGet();
                        mine = permit;
                    }
                }
                meet();
                if (mine >= 0) {
                    breaker.failed(mine, now);
                }
            }
        });
        assertThat(passed.get()).isEqualTo(rounds * probes);
        assertThat(opened.get()).as("the failures of one half-open time open it once").isEqualTo(rounds + 1);
        assertThat(halfOpened.get()).isEqualTo(rounds);
        assertThat(closed.get()).isZero();
    }

    @Test
    void neverHasMoreProbesThanItMayWhileTheyComeAndGo() throws Exception {
        int probes = 2;
        CircuitBreaker breaker = breaker(1, probes);
        breaker.failed(breaker.tryAcquire(0), 0);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger passed = new AtomicInteger();
        race(thread -> {
            meet();
            for (int i = 0; i < 50_000; i++) {
                long permit = breaker.tryAcquire(OPEN_FOR);
                if (permit >= 0) {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    passed.incrementAndGet();
                    running.decrementAndGet();
                    breaker.neutral(permit);
                }
            }
        });
        assertThat(most.get()).isBetween(1, probes);
        assertThat(passed.get()).isGreaterThan(THREADS);
        assertThat(breaker.state(OPEN_FOR)).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire(OPEN_FOR)).as("all places came back").isNotNegative();
        assertThat(breaker.tryAcquire(OPEN_FOR)).isNotNegative();
        assertThat(breaker.tryAcquire(OPEN_FOR)).isEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void losesNoFailure() throws Exception {
        int each = 20_000;
        CircuitBreaker breaker = breaker(THREADS * each, 1);
        race(thread -> {
            meet();
            for (int i = thread == 0 ? 1 : 0; i < each; i++) {
                breaker.failed(breaker.tryAcquire(0), 0);
            }
        });
        assertThat(breaker.state(0)).isEqualTo(CLOSED);
        breaker.failed(breaker.tryAcquire(0), 0);
        assertThat(breaker.state(0)).isEqualTo(OPEN);
        assertThat(opened.get()).isEqualTo(1);
    }

    /** Any reports in any order, while time passes: each change follows from the one before. */
    @Test
    void changesOnlyAlongItsArrows() throws Exception {
        CircuitBreaker breaker = breaker(3, 2);
        AtomicLong clock = new AtomicLong();
        AtomicLong passed = new AtomicLong();
        race(thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            meet();
            for (int i = 0; i < 50_000; i++) {
                long now = clock.addAndGet(random.nextInt(4));
                long permit = breaker.tryAcquire(now);
                if (permit >= 0) {
                    passed.incrementAndGet();
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            breaker.headGood(permit);
                            breaker.failed(permit, now);
                        }
                        case 1 -> breaker.succeeded(permit);
                        case 2 -> breaker.neutral(permit);
                        default -> breaker.failed(permit, now);
                    }
                }
            }
        });
        // An opening comes after a closing, or after a half-open time that has not closed; and so on around.
        long end = clock.get() + 2 * OPEN_FOR;
        boolean isClosed = breaker.state(end) == CLOSED;
        assertThat(passed.get()).isPositive();
        assertThat(opened.get()).isGreaterThan(100);
        assertThat(closed.get()).isGreaterThan(10);
        assertThat(opened.get() - halfOpened.get()).isBetween(0, 1);
        if (isClosed) {
            assertThat(opened.get()).isEqualTo(halfOpened.get());
        }
    }

    private CircuitBreaker breaker(int failures, int probes) {
        return new CircuitBreaker(failures, OPEN_FOR, probes, (from, to) -> (switch (to) {
            case OPEN -> opened;
            case HALF_OPEN -> halfOpened;
            case CLOSED -> closed;
        }).incrementAndGet());
    }

    private interface Body {
        void run(int thread) throws Exception;
    }

    private void meet() throws Exception {
        barrier.await(30, TimeUnit.SECONDS);
    }

    private static void race(Body body) throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            tasks.add(() -> {
                body.run(thread);
                return null;
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Void> result : pool.invokeAll(tasks)) {
                result.get();
            }
        }
    }
}
