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

/** Threads on one table, in windows that pass quickly, while keys come, go and come back: no key ever starts twice. */
class KeyTableStressTest {
    private static final int THREADS = 4;
    private static final int WINDOWS = 100_000;
    private static final int KEYS = 24;
    private static final int MAX_KEYS = 8;
    private static final long WINDOW = 1L << 32;

    private final KeyTable table = new KeyTable(MAX_KEYS);
    private final AtomicLong current = new AtomicLong(2);

    /** A bit for each number that a key has had in a window. */
    private final AtomicLongArray had = new AtomicLongArray((WINDOWS + THREADS) * KEYS);

    @Test
    void neverStartsAKeyTwiceInAWindow() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            tasks.add(() -> {
                for (long window = current.get(); window < WINDOWS; window = current.get()) {
                    count((window / 4 * 3 + random.nextInt(5)) % KEYS, window);
                    if (random.nextInt(8) == 0) {
                        current.compareAndSet(window, window + 1);
                    }
                }
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

    private void count(long key, long view) {
        for (long window = view;; window = current.get()) {
            Cell cell = table.find(key, window * WINDOW, (window - 1) * WINDOW, (window + 1) * WINDOW);
            long number = cell == null ? -1 : cell.number();
            if (cell != null && number >= 0 && cell.change(number, number + 1)) {
                long bit = 1L << number;
                int at = (int) (number / WINDOW * KEYS + key);
                if (!table.isShared(cell) && (had.getAndAccumulate(at, bit, (a, b) -> a | b) & bit) != 0) {
                    throw new AssertionError("key " + key + " had " + Long.toHexString(number) + " twice");
                }
                return;
            }
        }
    }
}
