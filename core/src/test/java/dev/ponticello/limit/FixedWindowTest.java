package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class FixedWindowTest {
    private static final long MINUTE = 60_000;
    private static final long NOON = 29_000_000 * MINUTE;
    private static final long ALICE = 1;
    private static final long BOB = 2;

    private final Grant grant = new Grant();

    @Test
    void givesAsManyPermitsAsTheLimitAndNotOneMore() {
        FixedWindow limiter = new FixedWindow(100, MINUTE, 1000);
        for (int i = 1; i <= 100; i++) {
            assertThat(acquire(limiter, ALICE, NOON + i)).isTrue();
            assertThat(grant.remaining()).isEqualTo(100 - i);
        }
        assertThat(acquire(limiter, ALICE, NOON + 101)).isFalse();
        assertThat(grant.remaining()).isZero();
    }

    @Test
    void tellsTheQuotaAndWhenItIsWholeAgain() {
        FixedWindow limiter = new FixedWindow(100, MINUTE, 1000);
        limiter.acquire(ALICE, NOON + 22_500, 0, grant);
        assertThat(limiter.quota()).isEqualTo(100);
        assertThat(limiter.windowSeconds()).isEqualTo(60);
        assertThat(grant.resetMillis()).isEqualTo(NOON + MINUTE);
        assertThat(grant.shared()).isFalse();
    }

    @Test
    void roundsTheSecondsToWaitUpAndNeverSaysNone() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        assertThat(retryAfter(limiter, NOON)).isEqualTo(60);
        assertThat(retryAfter(limiter, NOON + 1)).isEqualTo(60);
        assertThat(retryAfter(limiter, NOON + 1000)).isEqualTo(59);
        assertThat(retryAfter(limiter, NOON + 58_999)).isEqualTo(2);
        assertThat(retryAfter(limiter, NOON + 59_000)).isEqualTo(1);
        assertThat(retryAfter(limiter, NOON + 59_999)).isEqualTo(1);
    }

    @Test
    void countsEachKeyApart() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, BOB, NOON)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON)).isFalse();
        assertThat(acquire(limiter, BOB, NOON)).isFalse();
        assertThat(limiter.keys()).isEqualTo(2);
    }

    @Test
    void startsAnewAtTheBorderOfTheWindow() {
        FixedWindow limiter = new FixedWindow(2, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON + 59_998)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON + 59_998)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON + 59_999)).isFalse();
        assertThat(acquire(limiter, ALICE, NOON + 60_000)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON + 60_000)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON + 60_000)).isFalse();
    }

    @Test
    void reachesTheHighestLimit() {
        FixedWindow limiter = new FixedWindow(Integer.MAX_VALUE, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(grant.remaining()).isEqualTo(Integer.MAX_VALUE - 1);
    }

    @Test
    void resetsNoQuotaWhenTheClockStepsBackALittle() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON - 1)).isFalse();
        assertThat(grant.resetMillis()).isEqualTo(NOON + MINUTE);
        assertThat(grant.retryAfterSeconds()).isEqualTo(60);
        assertThat(acquire(limiter, ALICE, NOON)).isFalse();
    }

    @Test
    void resetsNoQuotaWhenTheClockStepsFarBackAndForth() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON - 60 * MINUTE)).isFalse();
        assertThat(acquire(limiter, ALICE, NOON)).isFalse();
        assertThat(acquire(limiter, ALICE, 0)).isFalse();
        assertThat(acquire(limiter, ALICE, Long.MIN_VALUE)).isFalse();
    }

    @Test
    void shutsNobodyOutAfterTheClockSteppedFarBack() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON - 60 * MINUTE)).isFalse();
        assertThat(grant.resetMillis()).isEqualTo(NOON - 59 * MINUTE);
        assertThat(acquire(limiter, ALICE, NOON - 59 * MINUTE)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON - 58 * MINUTE)).isTrue();
    }

    @Test
    void takesAnyNumberForATime() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1000);
        for (long time : new long[]{Long.MIN_VALUE, -1, Long.MAX_VALUE, 0, NOON}) {
            limiter.acquire(ALICE, time, 0, grant);
            assertThat(grant.retryAfterSeconds()).isBetween(1, 60);
        }
    }

    @Test
    void keepsTheCountOfAClientThroughAMillionOthers() {
        FixedWindow limiter = new FixedWindow(2, MINUTE, 100_000);
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        KeyHash hash = new KeyHash(3, 4);
        int granted = 0;
        for (long address = 0; address < 1_000_000; address++) {
            granted += acquire(limiter, hash.hash(address), NOON) ? 1 : 0;
        }
        assertThat(limiter.keys()).isEqualTo(100_000);
        assertThat(granted).as("one for each key of its own, two for all others").isEqualTo(99_999 + 2);
        assertThat(acquire(limiter, ALICE, NOON)).isFalse();
        assertThat(grant.shared()).isFalse();
    }

    @Test
    void keepsAClientThatCameInTheLastWindowFromSharing() {
        FixedWindow limiter = new FixedWindow(5, MINUTE, 10);
        limiter.acquire(ALICE, NOON, 0, grant);
        for (int window = 1; window < 5; window++) {
            for (long address = 0; address < 1000; address++) {
                limiter.acquire(1000L * window + address, NOON + window * MINUTE, 0, grant);
            }
            assertThat(acquire(limiter, ALICE, NOON + window * MINUTE)).isTrue();
            assertThat(grant.shared()).isFalse();
            assertThat(grant.remaining()).isEqualTo(4);
        }
    }

    @Test
    void letsNewKeysShareOneQuotaWhenAllPlacesAreTaken() {
        FixedWindow limiter = new FixedWindow(2, MINUTE, 1);
        limiter.acquire(ALICE, NOON, 0, grant);
        assertThat(acquire(limiter, 10, NOON)).isTrue();
        assertThat(grant.shared()).isTrue();
        assertThat(grant.remaining()).isEqualTo(1);
        assertThat(acquire(limiter, 11, NOON)).isTrue();
        assertThat(acquire(limiter, 12, NOON)).isFalse();
        assertThat(acquire(limiter, ALICE, NOON)).isTrue();
        assertThat(acquire(limiter, 12, NOON + MINUTE)).as("the shared quota is whole again").isTrue();
        assertThat(grant.shared()).isTrue();
    }

    @Test
    void givesThePlaceOfAKeyThatWasAwayForAWholeWindow() {
        FixedWindow limiter = new FixedWindow(1, MINUTE, 1);
        limiter.acquire(ALICE, NOON, 0, grant);
        assertThat(acquire(limiter, BOB, NOON + 2 * MINUTE)).isTrue();
        assertThat(grant.shared()).as("only one window has begun since").isTrue();
        assertThat(acquire(limiter, BOB, NOON + 3 * MINUTE)).isTrue();
        assertThat(grant.shared()).isFalse();
    }

    @Test
    void goesOnWithTheCountsUnderAnotherLimit() {
        FixedWindow limiter = new FixedWindow(5, MINUTE, 1000);
        for (int i = 0; i < 3; i++) {
            acquire(limiter, ALICE, NOON);
        }
        FixedWindow higher = limiter.with(100, MINUTE);
        assertThat(acquire(higher, ALICE, NOON)).isTrue();
        assertThat(grant.remaining()).isEqualTo(96);
        FixedWindow lower = higher.with(2, MINUTE);
        assertThat(acquire(lower, ALICE, NOON)).isFalse();
        assertThat(grant.remaining()).isZero();
        assertThat(acquire(limiter, ALICE, NOON)).as("the one before still counts the same").isTrue();
        assertThat(grant.remaining()).isZero();
        assertThat(acquire(lower, ALICE, NOON + MINUTE)).isTrue();
    }

    @Test
    void goesOnWithTheCountsInALongerWindow() {
        long hour = 60 * MINUTE;
        long start = NOON - NOON % hour + 34 * MINUTE;
        FixedWindow limiter = new FixedWindow(2, MINUTE, 1000);
        acquire(limiter, ALICE, start);
        acquire(limiter, ALICE, start);
        FixedWindow longer = limiter.with(2, hour);
        assertThat(acquire(longer, ALICE, start + 1)).isFalse();
        assertThat(grant.resetMillis()).isEqualTo(start + 26 * MINUTE);
        assertThat(acquire(longer, ALICE, start + 26 * MINUTE - 1)).isFalse();
        assertThat(acquire(longer, ALICE, start + 26 * MINUTE)).isTrue();
    }

    @Test
    void goesOnWithTheCountsInAShorterWindow() {
        long hour = 60 * MINUTE;
        long start = NOON - NOON % hour + 34 * MINUTE;
        FixedWindow limiter = new FixedWindow(2, hour, 1000);
        acquire(limiter, ALICE, start);
        acquire(limiter, ALICE, start);
        FixedWindow shorter = limiter.with(2, MINUTE);
        assertThat(acquire(shorter, ALICE, start + 1)).isFalse();
        assertThat(grant.resetMillis()).isEqualTo(start + MINUTE);
        assertThat(acquire(shorter, ALICE, start + MINUTE - 1)).isFalse();
        assertThat(acquire(shorter, ALICE, start + MINUTE)).isTrue();
    }

    /** As while an exchange of the config before is on its way to its limit. */
    @Test
    void losesNoBorderWhileTwoLengthsAreAskedForInTurn() {
        long hour = 60 * MINUTE;
        long start = NOON - NOON % hour + 58 * MINUTE;
        FixedWindow minutes = new FixedWindow(1, MINUTE, 1000);
        FixedWindow hours = minutes.with(1, hour);
        assertThat(acquire(minutes, ALICE, start)).isTrue();
        assertThat(acquire(hours, ALICE, start + 1)).isFalse();
        assertThat(acquire(minutes, ALICE, start + 2)).isFalse();
        assertThat(acquire(minutes, ALICE, start + MINUTE)).isTrue();
        assertThat(acquire(hours, ALICE, start + MINUTE + 1)).isFalse();
        assertThat(acquire(minutes, BOB, start + MINUTE + 2)).isTrue();
        assertThat(acquire(hours, ALICE, start + 2 * MINUTE)).as("the hour's border").isTrue();
    }

    @Test
    void allocatesNothingForAKnownKey() {
        FixedWindow limiter = new FixedWindow(1000, 1000, 1000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long before = 0;
        for (int i = -1000; i < 100_000; i++) {
            before = i == 0 ? threads.getThreadAllocatedBytes(thread) : before;
            limiter.acquire(ALICE, NOON, 0, grant);
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
    }

    @Test
    void refusesNumbersOutsideTheirRange() {
        assertThatThrownBy(() -> new FixedWindow(-1, MINUTE, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit: -1 (expected: 1…2147483647)");
        assertThatThrownBy(() -> new FixedWindow(1, 999, 1))
                .hasMessage("windowMillis: 999 (expected: a multiple of 1000 from 1000 to 31536000000)");
        assertThatThrownBy(() -> new FixedWindow(1, 1500, 1)).hasMessageStartingWith("windowMillis: 1500 ");
        assertThatThrownBy(() -> new FixedWindow(1, 31_536_001_000L, 1))
                .hasMessageStartingWith("windowMillis: 31536001000 ");
        assertThatThrownBy(() -> new FixedWindow(1, MINUTE, 0)).hasMessage("maxKeys: 0 (expected: 1…10000000)");
        assertThatThrownBy(() -> new FixedWindow(1, MINUTE, 10_000_001)).hasMessageStartingWith("maxKeys: 10000001 ");
    }

    private boolean acquire(FixedWindow limiter, long key, long nowMillis) {
        limiter.acquire(key, nowMillis, 0, grant);
        return grant.granted();
    }

    private int retryAfter(FixedWindow limiter, long nowMillis) {
        limiter.acquire(ALICE, nowMillis, 0, grant);
        return grant.retryAfterSeconds();
    }
}
