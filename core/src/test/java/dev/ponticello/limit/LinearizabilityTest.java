package dev.ponticello.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Limiters under the orders in which threads may take their steps, some thousands of them, always the same: together the
 * threads get what they would get one after the other. The keys have their first slot in common, so they compete for
 * places.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LinearizabilityTest {
    /** While windows turn, so that places fall free and change hands. */
    @Test
    void fixedWindow() {
        check(Fixed.class, 30, 1000);
    }

    /** As the second window begins, into which each key brings two permits of the first. */
    @Test
    void slidingWindow() {
        check(Sliding.class, 15, 500);
    }

    /** With buckets that have filled up to two and a half permits. */
    @Test
    void tokenBucket() {
        check(Bucket.class, 15, 500);
    }

    private static void check(Class<?> limiter, int scenarios, int orders) {
        new ModelCheckingOptions().threads(2).actorsBefore(2).actorsPerThread(3).actorsAfter(2).iterations(scenarios)
                .invocationsPerIteration(orders).check(limiter);
    }

    public static final class Fixed extends Taking {
        public Fixed() {
            super(new FixedWindow(3, 1000, 8));
        }

        @Operation
        public void pass() {
            millis.addAndGet(1000);
        }
    }

    public static final class Sliding extends Taking {
        public Sliding() {
            super(new SlidingWindow(3, 1000, 8));
            for (int key = 0; key < 3; key++) {
                take(key);
                take(key);
            }
            millis.set(1200);
        }
    }

    public static final class Bucket extends Taking {
        public Bucket() {
            super(new TokenBucket(3, 3000, 3, 8));
            for (int key = 0; key < 3; key++) {
                take(key);
                take(key);
                take(key);
            }
            millis.set(2500);
        }
    }

    /** A limiter that threads take permits from. */
    public abstract static class Taking {
        private static final long[] KEYS = keysOfOneSlot();

        final AtomicInteger millis = new AtomicInteger();
        private final RateLimiter limiter;

        Taking(RateLimiter limiter) {
            this.limiter = limiter;
        }

        @Operation
        public final int take(@Param(gen = IntGen.class, conf = "0:2") int key) {
            int now = millis.get();
            Grant grant = new Grant();
            limiter.acquire(KEYS[key], now, now * 1_000_000L, grant);
            return grant.granted() ? grant.remaining() : -1;
        }

        private static long[] keysOfOneSlot() {
            FirstSlot table = new FirstSlot();
            List<Long> keys = new ArrayList<>();
            int shared = -1;
            for (long key = 0; keys.size() < 3; key++) {
                table.first = -1;
                table.find(key, 1, 1, 2);
                shared = keys.isEmpty() ? table.first : shared;
                if (table.first == shared) {
                    keys.add(key);
                }
            }
            return keys.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** Remembers the first slot that is looked at. */
    private static final class FirstSlot extends KeyTable {
        private int first = -1;

        FirstSlot() {
            super(8);
        }

        @Override
        @Nullable
        Cell get(int slot) {
            first = first < 0 ? slot : first;
            return super.get(slot);
        }
    }
}
