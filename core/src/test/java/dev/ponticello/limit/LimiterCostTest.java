package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a check costs, counted and not timed: slots looked at, and bytes allocated. */
class LimiterCostTest {
    private static final int MAX_KEYS = 100_000;
    private static final int MILLION = 1_000_000;

    private final Grant grant = new Grant();
    private final KeyHash hash = new KeyHash(1, 2);

    static List<RateLimiter> limiters() {
        return List.of(new FixedWindow(100, 60_000, MAX_KEYS), new SlidingWindow(100, 60_000, MAX_KEYS),
                new TokenBucket(100, 60_000, 100, MAX_KEYS));
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void aMillionKeysTakeNoMoreMemoryThanThoseThatHavePlaces(RateLimiter limiter) {
        long whileFilling = allocatedBy(() -> ask(limiter, 0, MAX_KEYS));
        assertThat(limiter.keys()).isEqualTo(MAX_KEYS);
        assertThat(whileFilling).isLessThan(60L * MAX_KEYS);
        long afterwards = allocatedBy(() -> ask(limiter, MAX_KEYS, MILLION));
        assertThat(limiter.keys()).isEqualTo(MAX_KEYS);
        assertThat(afterwards).isLessThan(10_000);
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void aKnownKeyAllocatesNothing(RateLimiter limiter) {
        ask(limiter, 0, 1000);
        assertThat(allocatedBy(() -> {
            for (int round = 0; round < 100; round++) {
                ask(limiter, 0, 1000);
            }
        })).isLessThan(10_000);
    }

    @Test
    void aCheckLooksAtAsManySlotsWithAMillionKeysAsWithAThousand() {
        CountingTable table = new CountingTable();
        double withOneKey = slotsLookedAt(table, 0, 1);
        slotsLookedAt(table, 1, 1000);
        double withAThousand = slotsLookedAt(table, 0, 1000);
        slotsLookedAt(table, 1000, MILLION);
        assertThat(table.size()).isEqualTo(MAX_KEYS);
        double withAMillion = slotsLookedAt(table, 0, 1000);
        double ofAStranger = slotsLookedAt(table, MILLION, MILLION + 1000);
        assertThat(withOneKey).isBetween(1.0, 2.0);
        assertThat(withAThousand).isLessThan(20);
        assertThat(withAMillion).isEqualTo(withAThousand);
        assertThat(ofAStranger).as("its own slots, and those where there might be room")
                .isLessThanOrEqualTo(8 + 32 + 32);
        assertThat(table.most).isLessThanOrEqualTo(8 + 32 + 32);
    }

    /** How many slots are looked at for a key, on an average of those from one to another. */
    private double slotsLookedAt(CountingTable table, long from, long to) {
        long before = table.slots;
        for (long address = from; address < to; address++) {
            long earlier = table.slots;
            Objects.requireNonNull(table.find(hash.hash(address), 1000, 0, 2000));
            table.most = Math.max(table.most, table.slots - earlier);
        }
        return (double) (table.slots - before) / (to - from);
    }

    private void ask(RateLimiter limiter, long from, long to) {
        for (long address = from; address < to; address++) {
            limiter.acquire(hash.hash(address), 0, 0, grant);
        }
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(thread);
        work.run();
        return threads.getThreadAllocatedBytes(thread) - before;
    }

    private static final class CountingTable extends KeyTable {
        private long slots;
        private long most;

        CountingTable() {
            super(MAX_KEYS);
        }

        @Override
        @Nullable
        Cell get(int slot) {
            slots++;
            return super.get(slot);
        }
    }
}
