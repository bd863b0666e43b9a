package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
    private static final long MINUTE = 60_000;
    private static final long NOON = 29_000_000 * MINUTE;
    private static final long ALICE = 1;
    private static final long BOB = 2;

    /** Steady clocks may begin anywhere; this one passes the highest number after a second. */
    private static final long STEADY_START = Long.MAX_VALUE - 1_000_000_000;

    private final Grant grant = new Grant();

    @Test
    void givesAsManyPermitsAsTheLimitAtOnceAndNotOneMore() {
        SlidingWindow limiter = new SlidingWindow(100, MINUTE, 1000);
        for (int i = 1; i <= 100; i++) {
            assertThat(acquire(limiter, ALICE, 0)).isTrue();
            assertThat(grant.remaining()).isEqualTo(100 - i);
        }
        assertThat(acquire(limiter, ALICE, 0)).isFalse();
        assertThat(grant.remaining()).isZero();
        assertThat(acquire(limiter, BOB, 0)).isTrue();
        assertThat(limiter.quota()).isEqualTo(100);
        assertThat(limiter.windowSeconds()).isEqualTo(60);
    }

    /** The first bucket is full at its end; a third into the next one, two thirds of it still count. */
    @Test
    void letsTheWindowBeforeWeighByTheShareThatIsStillCovered() {
        SlidingWindow limiter = new SlidingWindow(90, MINUTE, 1000);
        acquire(limiter, BOB, 0);
        assertThat(takeAll(limiter, ALICE, MINUTE - 1)).isEqualTo(90);
        assertThat(takeAll(limiter, ALICE, MINUTE)).isZero();
        assertThat(takeAll(limiter, ALICE, MINUTE + 20_000)).isEqualTo(30);
        assertThat(takeAll(limiter, ALICE, MINUTE + 40_000)).isEqualTo(30);
        assertThat(takeAll(limiter, ALICE, 2 * MINUTE)).as("only one covered wholly").isEqualTo(30);
    }

    @Test
    void forgetsWhatIsTwoWindowsOld() {
        SlidingWindow limiter = new SlidingWindow(5, MINUTE, 1000);
        assertThat(takeAll(limiter, ALICE, 59_999)).isEqualTo(5);
        assertThat(takeAll(limiter, ALICE, 3 * MINUTE)).isEqualTo(5);
        assertThat(takeAll(limiter, ALICE, 1000 * MINUTE)).isEqualTo(5);
    }

    @Test
    void neverRefusesAClientThatAsksEvenlyAtItsLimit() {
        for (int limit : new int[]{1, 2, 7, 10, 60}) {
            SlidingWindow limiter = new SlidingWindow(limit, MINUTE, 1000);
            acquire(limiter, BOB, 0);
            for (int i = 0; i < 10 * limit; i++) {
                assertThat(acquire(limiter, ALICE, 17 + i * MINUTE / limit)).as("%d of %d", i, limit).isTrue();
            }
        }
    }

    @Test
    void tellsWhenThereIsAPermitMoreAndWhenTheQuotaIsWhole() {
        SlidingWindow limiter = new SlidingWindow(2, MINUTE, 1000);
        acquire(limiter, ALICE, 0);
        assertThat(grant.waitMillis()).as("right behind the border").isEqualTo(MINUTE + 1);
        assertThat(grant.resetMillis()).isEqualTo(NOON + MINUTE + 1);
        acquire(limiter, ALICE, 30_000);
        assertThat(grant.resetMillis()).as("when less than one is covered").isEqualTo(NOON + MINUTE + 30_001);
        assertThat(acquire(limiter, ALICE, 45_000)).isFalse();
        assertThat(grant.waitMillis()).isEqualTo(15_001);
        assertThat(grant.retryAfterSeconds()).isEqualTo(16);
        assertThat(acquire(limiter, ALICE, MINUTE)).isFalse();
        assertThat(grant.waitMillis()).isEqualTo(1);
        assertThat(grant.retryAfterSeconds()).isEqualTo(1);
        assertThat(acquire(limiter, ALICE, MINUTE + 1)).isTrue();
        assertThat(grant.remaining()).isZero();
    }

    /** Whatever the wall clock shows, only the steady clock counts. */
    @Test
    void resetsNoQuotaWhenTheWallClockSteps() {
        SlidingWindow limiter = new SlidingWindow(1, MINUTE, 1000);
        limiter.acquire(ALICE, NOON, 0, grant);
        for (long wall : new long[]{NOON - 1, NOON - 600 * MINUTE, 0, Long.MIN_VALUE / 2, NOON + 600 * MINUTE, NOON}) {
            limiter.acquire(ALICE, wall, 1000, grant);
            assertThat(grant.granted()).isFalse();
            assertThat(grant.retryAfterSeconds()).isEqualTo(61);
        }
    }

    @Test
    void takesALoopThatIsLateForOneAtTheStartOfTheWindow() {
        SlidingWindow limiter = new SlidingWindow(4, MINUTE, 1000);
        takeAll(limiter, ALICE, MINUTE / 2);
        acquire(limiter, BOB, MINUTE / 2 + MINUTE + 30_000);
        assertThat(takeAll(limiter, ALICE, MINUTE / 2 + MINUTE - 1)).isZero();
        assertThat(takeAll(limiter, ALICE, MINUTE / 2 + MINUTE + 30_000)).isEqualTo(2);
    }

    @Test
    void countsInSecondsWhereMillisecondsAreTooMany() {
        long window = 365L * 24 * 60 * MINUTE;
        SlidingWindow limiter = new SlidingWindow(1_000_000_000, window, 10);
        assertThat(acquire(limiter, ALICE, 0)).isTrue();
        assertThat(grant.remaining()).isEqualTo(999_999_999);
        assertThat(grant.waitMillis()).isEqualTo(window + 1000);
        assertThat(limiter.windowSeconds()).isEqualTo(31_536_000);
    }

    @Test
    void letsNewKeysShareOneQuotaWhenAllPlacesAreTaken() {
        SlidingWindow limiter = new SlidingWindow(2, MINUTE, 1);
        acquire(limiter, ALICE, 0);
        assertThat(acquire(limiter, 10, 0)).isTrue();
        assertThat(grant.shared()).isTrue();
        assertThat(acquire(limiter, 11, 0)).isTrue();
        assertThat(acquire(limiter, 12, 0)).isFalse();
        assertThat(acquire(limiter, ALICE, 0)).isTrue();
        assertThat(grant.shared()).isFalse();
        assertThat(acquire(limiter, 12, MINUTE + 30_000)).as("half of the shared quota is back").isTrue();
        assertThat(grant.shared()).isTrue();
        assertThat(acquire(limiter, 12, MINUTE + 30_000)).isFalse();
        assertThat(acquire(limiter, 12, 3 * MINUTE)).as("ALICE was away for a whole window").isTrue();
        assertThat(grant.shared()).isFalse();
    }

    @Test
    void keepsAClientThatCameInTheLastWindowFromSharing() {
        SlidingWindow limiter = new SlidingWindow(5, MINUTE, 10);
        acquire(limiter, ALICE, 0);
        for (int window = 1; window < 5; window++) {
            for (long stranger = 0; stranger < 1000; stranger++) {
                acquire(limiter, 1000L * window + stranger, window * MINUTE);
            }
            assertThat(acquire(limiter, ALICE, window * MINUTE + 1)).isTrue();
            assertThat(grant.shared()).isFalse();
            assertThat(grant.remaining()).isEqualTo(4);
        }
    }

    @Test
    void goesOnWithTheCountsUnderOtherNumbers() {
        SlidingWindow limiter = new SlidingWindow(4, MINUTE, 1000);
        assertThat(takeAll(limiter, ALICE, 0)).isEqualTo(4);
        SlidingWindow higher = limiter.with(10, MINUTE);
        assertThat(acquire(higher, ALICE, 0)).isTrue();
        assertThat(grant.remaining()).isEqualTo(5);
        assertThat(takeAll(higher, ALICE, 0)).isEqualTo(5);
        SlidingWindow lower = higher.with(2, MINUTE);
        assertThat(acquire(lower, ALICE, 0)).isFalse();
        assertThat(grant.waitMillis()).as("when less than two of the ten are covered").isEqualTo(MINUTE + 48_001);
        assertThat(acquire(lower, ALICE, MINUTE + 48_000)).isFalse();
        assertThat(acquire(lower, ALICE, MINUTE + 48_001)).isTrue();
        SlidingWindow longer = lower.with(2, 60 * MINUTE);
        assertThat(acquire(longer, ALICE, MINUTE + 50_000)).isFalse();
        assertThat(acquire(lower, ALICE, MINUTE + 59_999)).as("the one before still counts the same").isTrue();
    }

    /** Compares with counts in a map; and what is promised about waiting must come true. */
    @Test
    void agreesWithAModel() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int limit = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
            long window = 1000L * (1 + random.nextInt(5));
            SlidingWindow limiter = new SlidingWindow(limit, window, 50);
            Map<List<Long>, Integer> counts = new HashMap<>();
            Map<Long, List<Long>> granted = new HashMap<>();
            long now = 0;
            long start = 0;
            for (int step = 0; step < 500; step++) {
                long key = random.nextInt(3);
                now += random.nextInt(10) == 0 ? random.nextLong(4 * window) : random.nextLong(1 + 2 * window / limit);
                start = step == 0 ? now : start + (now - start) / window * window;
                boolean expected = modelLeft(counts, key, limit, window, start, now) > 0;
                if (expected) {
                    counts.merge(List.of(key, start), 1, Integer::sum);
                    granted.computeIfAbsent(key, _ -> new ArrayList<>()).add(now);
                }
                long left = Math.max(modelLeft(counts, key, limit, window, start, now), 0);
                boolean found = acquire(limiter, key, now);
                if (found != expected || grant.remaining() != left) {
                    throw new AssertionError("granted " + found + ", remaining " + grant.remaining() + " (expected: "
                            + expected + ", " + left + "): seed " + seed + " step " + step);
                }
                for (long wait : new long[]{grant.waitMillis(), grant.resetMillis() - NOON - now}) {
                    long after = modelLeftAt(counts, key, limit, window, start, now + wait);
                    long justBefore = modelLeftAt(counts, key, limit, window, start, now + wait - 1);
                    boolean more = wait == grant.waitMillis() ? after > left && justBefore <= left
                            : after == limit && (justBefore < limit || wait == 0);
                    if (!more) {
                        throw new AssertionError("after " + wait + " ms " + after + ", before that " + justBefore
                                + ", at first " + left + ": seed " + seed + " step " + step);
                    }
                }
            }
            granted.values().forEach(times -> assertBound(times, limit, window));
        }
    }

    private static long modelLeft(Map<List<Long>, Integer> counts, long key, int limit, long window, long start,
            long now) {
        int used = counts.getOrDefault(List.of(key, start), 0);
        int before = counts.getOrDefault(List.of(key, start - window), 0);
        return limit - used - before * (start + window - now) / window;
    }

    private static long modelLeftAt(Map<List<Long>, Integer> counts, long key, int limit, long window, long start,
            long now) {
        return modelLeft(counts, key, limit, window, start + (now - start) / window * window, now);
    }

    /** In any time fewer than {@code limit × (1 + time ÷ window) + 1}. */
    private static void assertBound(List<Long> times, int limit, long window) {
        for (int from = 0; from < times.size(); from++) {
            for (int to = from; to < times.size(); to++) {
                long time = times.get(to) - times.get(from);
                assertThat((to - from) * window).isLessThan(limit * (window + time) + window);
            }
        }
    }

    @Test
    void refusesNumbersOutsideTheirRange() {
        assertThatThrownBy(() -> new SlidingWindow(0, MINUTE, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit: 0 (expected: 1…1000000000)");
        assertThatThrownBy(() -> new SlidingWindow(1_000_000_001, MINUTE, 1)).hasMessageStartingWith("limit: ");
        assertThatThrownBy(() -> new SlidingWindow(1, 1500, 1)).hasMessageStartingWith("windowMillis: 1500 ");
        assertThatThrownBy(() -> new SlidingWindow(1, MINUTE, 0)).hasMessage("maxKeys: 0 (expected: 1…10000000)");
        assertThatThrownBy(() -> new SlidingWindow(1, MINUTE, 1).with(0, MINUTE)).hasMessageStartingWith("limit: 0 ");
    }

    private boolean acquire(SlidingWindow limiter, long key, long sinceNoonMillis) {
        limiter.acquire(key, NOON + sinceNoonMillis, STEADY_START + sinceNoonMillis * 1_000_000, grant);
        return grant.granted();
    }

    private int takeAll(SlidingWindow limiter, long key, long sinceNoonMillis) {
        int taken = 0;
        while (acquire(limiter, key, sinceNoonMillis)) {
            taken++;
        }
        return taken;
    }
}
