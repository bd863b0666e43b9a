package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long MINUTE = 60_000;
    private static final long NOON = 29_000_000 * MINUTE;
    private static final long ALICE = 1;
    private static final long BOB = 2;

    /** Steady clocks may begin anywhere; this one passes the highest number after a second. */
    private static final long STEADY_START = Long.MAX_VALUE - 1_000_000_000;

    private final Grant grant = new Grant();

    @Test
    void givesTheBurstAtOnceAndNotOneMore() {
        TokenBucket limiter = new TokenBucket(100, MINUTE, 20, 1000);
        for (int i = 1; i <= 20; i++) {
            assertThat(acquire(limiter, ALICE, 0)).isTrue();
            assertThat(grant.remaining()).isEqualTo(20 - i);
        }
        assertThat(acquire(limiter, ALICE, 0)).isFalse();
        assertThat(grant.remaining()).isZero();
        assertThat(acquire(limiter, BOB, 0)).isTrue();
        assertThat(limiter.quota()).isEqualTo(20);
        assertThat(limiter.windowSeconds()).as("20 of 100 in a minute").isEqualTo(12);
    }

    @Test
    void givesOneAfterAnotherBack() {
        TokenBucket limiter = new TokenBucket(100, MINUTE, 20, 1000);
        assertThat(takeAll(limiter, ALICE, 0)).isEqualTo(20);
        assertThat(takeAll(limiter, ALICE, 599)).isZero();
        assertThat(takeAll(limiter, ALICE, 600)).isEqualTo(1);
        assertThat(takeAll(limiter, ALICE, 600 + 3 * 600 + 599)).isEqualTo(3);
        assertThat(takeAll(limiter, ALICE, 600 + 4 * 600)).as("the rest of a permit was kept").isEqualTo(1);
        assertThat(takeAll(limiter, ALICE, MINUTE)).as("no more than the bucket holds").isEqualTo(20);
        assertThat(takeAll(limiter, ALICE, 10_000 * MINUTE)).isEqualTo(20);
    }

    @Test
    void giveTheWholeQuotaBackInItsWindowThoughAnIntervalIsNoWholeNumber() {
        TokenBucket limiter = new TokenBucket(7, MINUTE, 7, 1000);
        assertThat(limiter.windowSeconds()).isEqualTo(60);
        for (int round = 0; round < 100; round++) {
            assertThat(takeAll(limiter, ALICE, round * MINUTE)).isEqualTo(7);
        }
    }

    @Test
    void tellsWhenThereIsAPermitMoreAndWhenTheBucketIsFull() {
        TokenBucket limiter = new TokenBucket(60, MINUTE, 3, 1000);
        acquire(limiter, ALICE, 0);
        assertThat(grant.waitMillis()).isEqualTo(1000);
        assertThat(grant.resetMillis()).isEqualTo(NOON + 1000);
        acquire(limiter, ALICE, 400);
        assertThat(grant.waitMillis()).isEqualTo(600);
        assertThat(grant.resetMillis()).isEqualTo(NOON + 2000);
        acquire(limiter, ALICE, 400);
        assertThat(grant.remaining()).isZero();
        assertThat(acquire(limiter, ALICE, 401)).isFalse();
        assertThat(grant.waitMillis()).isEqualTo(599);
        assertThat(grant.retryAfterSeconds()).isEqualTo(1);
        assertThat(grant.resetMillis()).isEqualTo(NOON + 3000);
        assertThat(acquire(limiter, ALICE, 999)).isFalse();
        assertThat(acquire(limiter, ALICE, 1000)).isTrue();
    }

    @Test
    void holdsMoreOrLessThanComesBackInTheWindow() {
        TokenBucket deep = new TokenBucket(1, 1000, 100, 1000);
        assertThat(takeAll(deep, ALICE, 0)).isEqualTo(100);
        assertThat(deep.windowSeconds()).isEqualTo(100);
        assertThat(takeAll(deep, ALICE, 5000)).isEqualTo(5);
        TokenBucket flat = new TokenBucket(1000, 1000, 1, 1000);
        assertThat(takeAll(flat, ALICE, 0)).isEqualTo(1);
        assertThat(flat.windowSeconds()).as("rounded up").isEqualTo(1);
        assertThat(takeAll(flat, ALICE, 1)).isEqualTo(1);
    }

    /** Whatever the wall clock shows, only the steady clock counts. */
    @Test
    void fillsNoBucketWhenTheWallClockSteps() {
        TokenBucket limiter = new TokenBucket(1, MINUTE, 1, 1000);
        limiter.acquire(ALICE, NOON, 0, grant);
        for (long wall : new long[]{NOON - 1, NOON - 600 * MINUTE, 0, Long.MIN_VALUE / 2, NOON + 600 * MINUTE, NOON}) {
            limiter.acquire(ALICE, wall, 1000, grant);
            assertThat(grant.granted()).isFalse();
            assertThat(grant.retryAfterSeconds()).isEqualTo(60);
        }
    }

    @Test
    void fillsNothingTwiceForALoopThatIsLate() {
        TokenBucket limiter = new TokenBucket(60, MINUTE, 60, 1000);
        assertThat(takeAll(limiter, ALICE, 0)).isEqualTo(60);
        assertThat(takeAll(limiter, ALICE, 90_000)).isEqualTo(60);
        assertThat(takeAll(limiter, ALICE, 89_000)).isZero();
        assertThat(takeAll(limiter, ALICE, 100)).isZero();
        assertThat(takeAll(limiter, ALICE, 91_000)).isEqualTo(1);
    }

    @Test
    void reachesTheHighestNumbers() {
        TokenBucket fast = new TokenBucket(1_000_000_000, 1000, 1_000_000_000, 10);
        assertThat(acquire(fast, ALICE, 0)).isTrue();
        assertThat(grant.remaining()).isEqualTo(999_999_999);
        long year = 365L * 24 * 60 * MINUTE;
        TokenBucket slow = new TokenBucket(1, year, 1, 10);
        assertThat(takeAll(slow, ALICE, 0)).isEqualTo(1);
        assertThat(grant.retryAfterSeconds()).isEqualTo(31_536_000);
        assertThat(takeAll(slow, ALICE, year - 1)).isZero();
        assertThat(takeAll(slow, ALICE, year)).isEqualTo(1);
    }

    @Test
    void letsNewKeysShareOneBucketWhenAllPlacesAreTaken() {
        TokenBucket limiter = new TokenBucket(60, MINUTE, 2, 1);
        acquire(limiter, ALICE, 0);
        assertThat(takeAll(limiter, 10, 0)).isEqualTo(2);
        assertThat(grant.shared()).isTrue();
        assertThat(acquire(limiter, 11, 0)).isFalse();
        assertThat(acquire(limiter, ALICE, 0)).isTrue();
        assertThat(acquire(limiter, 12, 1000)).isTrue();
        assertThat(acquire(limiter, 12, 9000)).as("ALICE's bucket is long full").isTrue();
        assertThat(grant.shared()).isFalse();
    }

    @Test
    void keepsAClientThatComesOftenEnoughFromSharing() {
        TokenBucket limiter = new TokenBucket(60, MINUTE, 5, 10);
        acquire(limiter, ALICE, 0);
        for (int round = 1; round < 10; round++) {
            long now = round * 6000L;
            for (long stranger = 0; stranger < 1000; stranger++) {
                acquire(limiter, 1000L * round + stranger, now);
            }
            assertThat(acquire(limiter, ALICE, now)).isTrue();
            assertThat(grant.shared()).isFalse();
            assertThat(grant.remaining()).isEqualTo(4);
        }
    }

    @Test
    void goesOnWithTheBucketsUnderOtherNumbers() {
        TokenBucket limiter = new TokenBucket(60, MINUTE, 10, 1000);
        assertThat(takeAll(limiter, ALICE, 0)).isEqualTo(10);
        TokenBucket deeper = limiter.with(60, MINUTE, 15);
        assertThat(takeAll(deeper, ALICE, 0)).isEqualTo(5);
        TokenBucket flatter = deeper.with(60, MINUTE, 2);
        assertThat(acquire(flatter, ALICE, 0)).isFalse();
        assertThat(grant.waitMillis()).as("15 s to a full bucket, 1 s to the second permit").isEqualTo(14_000);
        assertThat(takeAll(flatter, ALICE, 13_999)).isZero();
        assertThat(takeAll(flatter, ALICE, 14_000)).isEqualTo(1);
        TokenBucket slower = flatter.with(6, MINUTE, 2);
        assertThat(takeAll(slower, ALICE, 15_000)).as("half a bucket then is half a bucket now").isEqualTo(1);
        assertThat(takeAll(limiter, ALICE, 15_000)).as("the one before still counts the same").isZero();
    }

    /** Compares with buckets that are filled and emptied; and what is promised about waiting must come true. */
    @Test
    void agreesWithAModel() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int limit = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
            int burst = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
            long window = 1000L * (1 + random.nextInt(5));
            long interval = window * 1_000_000 / limit;
            TokenBucket limiter = new TokenBucket(limit, window, burst, 50);
            Map<Long, Long> levels = new HashMap<>();
            Map<Long, List<Long>> granted = new HashMap<>();
            long now = 0;
            long then = 0;
            for (int step = 0; step < 500; step++) {
                long key = random.nextInt(3);
                now += random.nextInt(10) == 0 ? random.nextLong(4 * window) : random.nextLong(1 + 2 * window / limit);
                long passed = (now - then) * 1_000_000;
                levels.replaceAll((_, level) -> Math.min(level + passed, burst * interval));
                then = now;
                long level = levels.getOrDefault(key, burst * interval);
                boolean expected = level >= interval;
                long left = expected ? level - interval : level;
                levels.put(key, left);
                if (expected) {
                    granted.computeIfAbsent(key, _ -> new ArrayList<>()).add(now);
                }
                boolean found = acquire(limiter, key, now);
                if (found != expected || grant.remaining() != left / interval) {
                    throw new AssertionError("granted " + found + ", remaining " + grant.remaining() + " (expected: "
                            + expected + ", " + left / interval + "): seed " + seed + " step " + step);
                }
                long wait = grant.waitMillis() * 1_000_000;
                long full = (grant.resetMillis() - NOON - now) * 1_000_000;
                if ((left + wait) / interval <= left / interval
                        || (left + wait - 1_000_000) / interval > left / interval
                        || left + full < burst * interval || left + full - 1_000_000 >= burst * interval) {
                    throw new AssertionError("wait " + wait + ", full after " + full + ", level " + left
                            + ": seed " + seed + " step " + step);
                }
            }
            granted.values().forEach(times -> assertBound(times, burst, interval));
        }
    }

    /** In any time at most the burst and what comes back in that time. */
    private static void assertBound(List<Long> times, int burst, long interval) {
        for (int from = 0; from < times.size(); from++) {
            for (int to = from; to < times.size(); to++) {
                long time = (times.get(to) - times.get(from)) * 1_000_000;
                assertThat((to - from + 1L) * interval).isLessThanOrEqualTo(burst * interval + time);
            }
        }
    }

    @Test
    void refusesNumbersOutsideTheirRange() {
        assertThatThrownBy(() -> new TokenBucket(0, MINUTE, 1, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit: 0 (expected: 1…1000000000)");
        assertThatThrownBy(() -> new TokenBucket(1, 1500, 1, 1)).hasMessageStartingWith("windowMillis: 1500 ");
        assertThatThrownBy(() -> new TokenBucket(1, MINUTE, 0, 1)).hasMessage("burst: 0 (expected: 1…525600)");
        assertThatThrownBy(() -> new TokenBucket(1, MINUTE, 525_601, 1)).hasMessageStartingWith("burst: 525601 ");
        assertThatThrownBy(() -> new TokenBucket(1, MINUTE, 1, 0)).hasMessage("maxKeys: 0 (expected: 1…10000000)");
        assertThatThrownBy(() -> new TokenBucket(1, MINUTE, 1, 1).with(1, MINUTE, 0))
                .hasMessageStartingWith("burst: 0 ");
    }

    private boolean acquire(TokenBucket limiter, long key, long sinceNoonMillis) {
        limiter.acquire(key, NOON + sinceNoonMillis, STEADY_START + sinceNoonMillis * 1_000_000, grant);
        return grant.granted();
    }

    private int takeAll(TokenBucket limiter, long key, long sinceNoonMillis) {
        int taken = 0;
        while (acquire(limiter, key, sinceNoonMillis)) {
            taken++;
        }
        return taken;
    }
}
