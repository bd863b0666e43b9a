package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several threads on one limiter, in time that moves on while they ask: together they get what one would get. */
class LimiterStressTest {
    private static final int THREADS = 8;
    private static final int LIMIT = 50;
    private static final long SECOND = 1_000_000_000;

    private final CyclicBarrier barrier = new CyclicBarrier(THREADS);

    enum Kind {
        SLIDING_WINDOW,
        TOKEN_BUCKET;

        RateLimiter make(int maxKeys) {
            return this == SLIDING_WINDOW ? new SlidingWindow(LIMIT, 1000, maxKeys)
                    : new TokenBucket(LIMIT, 1000, LIMIT, maxKeys);
        }
    }

    /** They meet before each step of the clock, so that what each step gives is known. */
    @ParameterizedTest
    @EnumSource
    void givesThreadsThatRaceForOneKeyWhatOneWouldGet(Kind kind) throws Exception {
        int steps = 2000;
        RateLimiter alone = kind.make(10);
        RateLimiter limiter = kind.make(10);
        AtomicIntegerArray granted = new AtomicIntegerArray(steps);
        long[] times = new long[steps];
        int[] expected = new int[steps];
        Random random = new Random(7);
        long time = 0;
        for (int step = 0; step < steps; step++) {
            time += random.nextInt(20) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(SECOND / 10);
            times[step] = time;
            for (int i = 0; i < LIMIT + 1; i++) {
                expected[step] += acquire(alone, 7, time, new Grant()) ? 1 : 0;
            }
        }
        race(thread -> {
            Grant grant = new Grant();
            for (int step = 0; step < steps; step++) {
                meet();
                for (int i = 0; i < LIMIT / THREADS + 1; i++) {
                    granted.addAndGet(step, acquire(limiter, 7, times[step], grant) ? 1 : 0);
                }
                // What is left for this moment, however fast each thread was.
                meet();
                while (acquire(limiter, 7, times[step], grant)) {
                    granted.incrementAndGet(step);
                }
            }
        });
        for (int step = 0; step < steps; step++) {
            assertThat(granted.get(step)).as("step %d", step).isEqualTo(expected[step]);
        }
    }

    /** Clocks that differ by up to 350 ms: what one sees as passed and another does not is given once. */
    @ParameterizedTest
    @EnumSource
    void givesThreadsWhoseClocksDifferNoMore(Kind kind) throws Exception {
        int seconds = 300;
        RateLimiter limiter = kind.make(10);
        AtomicInteger granted = new AtomicInteger();
        race(thread -> {
            Grant grant = new Grant();
            for (int step = 0; step < seconds * 10; step++) {
                meet();
                long now = Math.min(step * SECOND / 10 + thread * SECOND / 20, seconds * SECOND);
                for (int i = 0; i < 3; i++) {
                    granted.addAndGet(acquire(limiter, 7, now, grant) ? 1 : 0);
                }
            }
        });
        assertThat(granted.get()).isBetween(LIMIT * seconds * 9 / 10, LIMIT * (seconds + 1) + 1);
    }

    /** More keys than places, other keys as time goes on: places change hands under all threads at once. */
    @ParameterizedTest
    @EnumSource
    void givesNoKeyMoreWhilePlacesChangeHands(Kind kind) throws Exception {
        for (int maxKeys : new int[]{3, 40, 700}) {
            changeHands(kind, maxKeys);
        }
    }

    private void changeHands(Kind kind, int maxKeys) throws Exception {
        int steps = 6_000 / (maxKeys + 60);
        int keys = 2 * maxKeys;
        RateLimiter limiter = kind.make(maxKeys);
        AtomicIntegerArray own = new AtomicIntegerArray(steps * keys);
        AtomicIntegerArray shared = new AtomicIntegerArray(steps);
        race(thread -> {
            Grant grant = new Grant();
            for (int step = 0; step < steps; step++) {
                meet();
                Random random = new Random(step);
                List<Integer> present = new ArrayList<>();
                for (int key = random.nextInt(3); key < keys; key += 1 + random.nextInt(3)) {
                    present.add(key);
                }
                for (int i = 0; i < LIMIT / 2 * present.size(); i++) {
                    int key = present.get((i + (thread % 2) * present.size() / 2) % present.size());
                    boolean got = acquire(limiter, key, step * 2L * SECOND, grant);
                    if (grant.shared()) {
                        shared.addAndGet(step, got ? 1 : 0);
                    } else {
                        own.addAndGet(step * keys + key, got ? 1 : 0);
                    }
                    if (limiter.keys() > maxKeys + THREADS) {
                        throw new AssertionError("keys: " + limiter.keys());
                    }
                }
            }
        });
        int owners = 0;
        for (int step = 0; step < steps; step++) {
            assertThat(shared.get(step)).as("step %d, shared", step).isLessThanOrEqualTo(LIMIT);
            for (int at = step * keys; at < (step + 1) * keys; at++) {
                assertThat(own.get(at)).as("step %d, key %d", step, at % keys).isLessThanOrEqualTo(LIMIT);
                owners += own.get(at) > 0 ? 1 : 0;
            }
        }
        assertThat(owners).as("keys that had their own count").isGreaterThan(steps);
    }

    private static boolean acquire(RateLimiter limiter, long key, long nanos, Grant grant) {
        limiter.acquire(key, 0, nanos, grant);
        return grant.granted();
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
