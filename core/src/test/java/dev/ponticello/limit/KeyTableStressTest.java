package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.limit.KeyTable.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/**
 * Threads on one table, in windows of which each may be one ahead of the others, while keys come, go and come back: no
 * key ever counts twice from the start.
 */
class KeyTableStressTest {
    private static final int THREADS = 3;
    private static final int WINDOWS = 50_000;
    private static final int KEYS = 24;
    private static final int MAX_KEYS = 8;
    private static final long WINDOW = 1L << 32;

    private final KeyTable table = new KeyTable(MAX_KEYS);

    /** A bit for each number that a key had in a window: so few, because each thread counts eight times in a window. */
    private final AtomicLongArray had = new AtomicLongArray((WINDOWS + 2) * KEYS);

    private final AtomicLong current = new AtomicLong(2);
    private final AtomicLongArray views = new AtomicLongArray(THREADS);

    @Test
    void neverGivesAKeyTwoFreshNumbers() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int view = thread;
            tasks.add(() -> {
                live(view);
                return null;
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Void> result : pool.invokeAll(tasks)) {
                result.get();
            }
        }
        assertThat(table.size()).isBetween(1, MAX_KEYS + THREADS);
    }

    private void live(int thread) {
        SplittableRandom random = new SplittableRandom(thread);
        try {
            for (long window = current.get(); window < WINDOWS; window = next(thread, window)) {
                for (int i = 0; i < 8; i++) {
                    count((window / 4 * 3 + random.nextInt(5)) % KEYS, window * WINDOW);
                }
            }
        } finally {
            views.set(thread, Long.MAX_VALUE);
        }
    }

    /** Waits until all threads are in the window, and goes on to the next, or learns that another thread has done so. */
    private long next(int thread, long window) {
        views.set(thread, window);
        while (current.get() == window) {
            boolean all = true;
            for (int other = 0; other < THREADS; other++) {
                all &= views.get(other) >= window;
            }
            if (all) {
                current.compareAndSet(window, window + 1);
            } else {
                Thread.yield();
            }
        }
        return window + 1;
    }

    private void count(long key, long fresh) {
        while (true) {
            Cell cell = table.find(key, fresh, fresh - WINDOW);
            long number = cell.number();
            if (number != KeyTable.DEAD && cell.change(number, number + 1)) {
                long bit = 1L << number;
                if (!table.isShared(cell)
                        && (had.getAndAccumulate((int) (number / WINDOW * KEYS + key), bit, (a, b) -> a | b) & bit) != 0) {
                    throw new AssertionError("key " + key + " had " + Long.toHexString(number) + " twice");
                }
                return;
            }
        }
    }
}
