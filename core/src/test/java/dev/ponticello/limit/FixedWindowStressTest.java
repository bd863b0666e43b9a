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
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Several threads on one limiter; the totals are exact whatever their order. */
class FixedWindowStressTest {
    private static final long SECOND = 1000;
    private static final long NOON = 1_700_000_000 * SECOND;
    private static final int THREADS = 8;

    private final CyclicBarrier barrier = new CyclicBarrier(THREADS);

    @Test
    void givesExactlyTheLimitToThreadsThatRaceForOneKey() throws Exception {
        int windows = 5;
        FixedWindow limiter = new FixedWindow(500_000, SECOND, 10);
        AtomicIntegerArray granted = new AtomicIntegerArray(windows);
        race(thread -> {
            Grant grant = new Grant();
            for (int window = 0; window < windows; window++) {
                meet();
                for (int i = 0; i < 100_000; i++) {
                    limiter.acquire(7, NOON + window * SECOND, 0, grant);
                    granted.addAndGet(window, grant.granted() ? 1 : 0);
                }
            }
        });
        for (int window = 0; window < windows; window++) {
            assertThat(granted.get(window)).as("window %d", window).isEqualTo(500_000);
        }
    }

    /** Clocks that differ by up to 350 ms: the windows that the threads see overlap, the quotas do not. */
    @Test
    void givesExactlyTheLimitToThreadsWhoseClocksDiffer() throws Exception {
        int windows = 500;
        FixedWindow limiter = new FixedWindow(50, SECOND, 10);
        AtomicIntegerArray granted = new AtomicIntegerArray(1);
        race(thread -> {
            Grant grant = new Grant();
            for (int step = 0; step < windows * 10; step++) {
                meet();
                long now = Math.min(NOON + step * 100L + thread * 50L, NOON + windows * SECOND - 1);
                for (int i = 0; i < 3; i++) {
                    limiter.acquire(7, now, 0, grant);
                    granted.addAndGet(0, grant.granted() ? 1 : 0);
                }
            }
        });
        assertThat(granted.get(0)).isEqualTo(50 * windows);
    }

    /** A clock that jumps an hour back and forth under half of the threads. */
    @Test
    void givesNothingMoreWhileTheClockStepsBackAndForth() throws Exception {
        FixedWindow limiter = new FixedWindow(50, SECOND, 10);
        AtomicIntegerArray granted = new AtomicIntegerArray(1);
        race(thread -> {
            Grant grant = new Grant();
            limiter.acquire(7, NOON, 0, grant);
            granted.addAndGet(0, grant.granted() ? 1 : 0);
            meet();
            for (int i = 0; i < 20_000; i++) {
                limiter.acquire(7, (thread + i / 7) % 2 == 0 ? NOON : NOON - 3_600 * SECOND, 0, grant);
                granted.addAndGet(0, grant.granted() ? 1 : 0);
            }
        });
        assertThat(granted.get(0)).isEqualTo(50);
    }

    /** More keys than places, other keys in each window: places change hands under all threads at once. */
    @Test
    void givesNoKeyMoreThanTheLimitWhilePlacesChangeHands() throws Exception {
        for (int maxKeys : new int[]{3, 40, 700}) {
            changeHands(maxKeys);
        }
    }

    private void changeHands(int maxKeys) throws Exception {
        int limit = 5;
        int windows = 30_000 / (maxKeys + 60);
        int keys = 2 * maxKeys;
        FixedWindow limiter = new FixedWindow(limit, SECOND, maxKeys);
        AtomicIntegerArray own = new AtomicIntegerArray(windows * keys);
        AtomicIntegerArray shared = new AtomicIntegerArray(windows * keys);
        AtomicIntegerArray sharedGranted = new AtomicIntegerArray(windows);
        race(thread -> {
            Grant grant = new Grant();
            for (int window = 0; window < windows; window++) {
                meet();
                Random random = new Random(window);
                List<Integer> present = new ArrayList<>();
                int step = 1 + random.nextInt(3);
                for (int key = random.nextInt(3); key < keys; key += step) {
                    present.add(key);
                }
                for (int i = 0; i < limit * present.size(); i++) {
                    int key = present.get((i + (thread % 2) * present.size() / 2) % present.size());
                    limiter.acquire(key, NOON + window * SECOND, 0, grant);
                    int at = window * keys + key;
                    if (grant.shared()) {
                        shared.incrementAndGet(at);
                        sharedGranted.addAndGet(window, grant.granted() ? 1 : 0);
                    } else if (grant.granted()) {
                        own.incrementAndGet(at);
                    }
                    if (limiter.keys() > maxKeys + THREADS) {
                        throw new AssertionError("keys: " + limiter.keys());
                    }
                }
            }
        });
        int sharers = 0;
        int owners = 0;
        for (int window = 0; window < windows; window++) {
            assertThat(sharedGranted.get(window)).isLessThanOrEqualTo(limit);
            for (int at = window * keys; at < (window + 1) * keys; at++) {
                assertThat(own.get(at)).as("window %d, key %d", window, at % keys).isLessThanOrEqualTo(limit);
                if (shared.get(at) > 0) {
                    sharers++;
                } else if (own.get(at) > 0) {
                    owners++;
                    assertThat(own.get(at)).as("window %d, key %d", window, at % keys).isEqualTo(limit);
                }
            }
        }
        assertThat(sharers).as("keys that shared").isPositive();
        assertThat(owners).as("keys that had their own count").isGreaterThan(windows);
        assertThat(limiter.keys()).isLessThanOrEqualTo(maxKeys + THREADS);
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
