package dev.ponticello.upstream;

import static dev.ponticello.upstream.CircuitBreaker.REFUSED;
import static dev.ponticello.upstream.CircuitBreaker.State.CLOSED;
import static dev.ponticello.upstream.CircuitBreaker.State.HALF_OPEN;
import static dev.ponticello.upstream.CircuitBreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final long SECOND = 1_000_000_000;
    private static final long OPEN_FOR = 30 * SECOND;

    /** Close to where the nanosecond clock wraps, so that every test crosses it. */
    private long now = Long.MAX_VALUE - 10 * SECOND;

    private final List<String> changes = new ArrayList<>();
    private final CircuitBreaker breaker = breaker(5, 1);

    @Test
    void passesAllAttemptsWhileClosed() {
        for (int i = 0; i < 100; i++) {
            assertThat(breaker.tryAcquire(now)).isNotNegative();
        }
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        assertThat(breaker.openRemainingNanos(now)).isZero();
    }

    @Test
    void opensAtTheLastOfSoManyFailuresInARow() {
        fail(breaker, 4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(OPEN_FOR);
        assertThat(changes).containsExactly("CLOSED OPEN");
    }

    @Test
    void sharesItsStateWithABreakerOfOtherNumbers() {
        fail(breaker, 3);
        CircuitBreaker stricter = breaker.with(4, 2 * OPEN_FOR, 1);
        long before = breaker.tryAcquire(now);
        fail(stricter, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(2 * OPEN_FOR);
        now += 2 * OPEN_FOR;
        stricter.failed(before, now);
        assertThat(breaker.state(now)).as("what began before the opening does not count").isEqualTo(HALF_OPEN);
        breaker.succeeded(breaker.tryAcquire(now));
        assertThat(stricter.state(now)).isEqualTo(CLOSED);
        assertThat(changes).containsExactly("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN CLOSED");
    }

    @Test
    void staysOpenForTheTimeThatItWasOpenedFor() {
        fail(breaker, 5);
        CircuitBreaker shorter = breaker.with(1, SECOND, 1);
        assertThat(shorter.openRemainingNanos(now)).isEqualTo(OPEN_FOR);
    }

    @Test
    void countsAnewAfterAWholeAnswer() {
        fail(breaker, 4);
        breaker.succeeded(breaker.tryAcquire(now));
        fail(breaker, 4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void doesNotCountAnewAfterAGoodHeadAlone() {
        for (int i = 0; i < 5; i++) {
            long permit = breaker.tryAcquire(now);
            breaker.headGood(permit);
            breaker.failed(permit, now);
        }
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void countsNothingWhenTheClientLeaves() {
        fail(breaker, 4);
        breaker.neutral(breaker.tryAcquire(now));
        fail(breaker, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void staysOpenForItsTimeToTheNanosecond() {
        fail(breaker, 5);
        now += OPEN_FOR - 1;
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(1);
        assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
        now += 1;
        assertThat(breaker.tryAcquire(now)).isNotNegative();
    }

    @Test
    void readsHalfOpenWithoutTraffic() {
        fail(breaker, 5);
        now += OPEN_FOR;
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(breaker.openRemainingNanos(now)).isZero();
        now += 100 * OPEN_FOR;
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(changes).containsExactly("CLOSED OPEN");
    }

    @Test
    void passesOneProbeAtATime() {
        halfOpen(breaker);
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        for (int i = 0; i < 50; i++) {
            assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
        }
        assertThat(changes).containsExactly("CLOSED OPEN", "OPEN HALF_OPEN");
    }

    @Test
    void passesAsManyProbesAsItMay() {
        CircuitBreaker three = breaker(5, 3);
        halfOpen(three);
        assertThat(three.tryAcquire(now)).isNotNegative();
        long second = three.tryAcquire(now);
        assertThat(three.tryAcquire(now)).isNotNegative();
        assertThat(three.tryAcquire(now)).isEqualTo(REFUSED);
        three.neutral(second);
        assertThat(three.tryAcquire(now)).isNotNegative();
        assertThat(three.tryAcquire(now)).isEqualTo(REFUSED);
    }

    @Test
    void closesAtTheGoodHeadOfAProbe() {
        halfOpen(breaker);
        breaker.headGood(breaker.tryAcquire(now));
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        assertThat(changes).containsExactly("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN CLOSED");
    }

    @Test
    void countsFromZeroAfterTheWholeAnswerOfAProbe() {
        halfOpen(breaker);
        long probe = breaker.tryAcquire(now);
        breaker.headGood(probe);
        breaker.succeeded(probe);
        fail(breaker, 4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void closesAtTheWholeAnswerOfAProbeWhoseHeadSaidNothing() {
        halfOpen(breaker);
        breaker.succeeded(breaker.tryAcquire(now));
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void opensAgainWhenTheProbeIsCutAfterItsGoodHead() {
        halfOpen(breaker);
        long probe = breaker.tryAcquire(now);
        breaker.headGood(probe);
        now += SECOND;
        breaker.failed(probe, now);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(OPEN_FOR);
    }

    @Test
    void forgetsTheRowThatOpenedItAtAnyWholeAnswerAfterClosing() {
        halfOpen(breaker);
        long probe = breaker.tryAcquire(now);
        breaker.headGood(probe);
        breaker.succeeded(breaker.tryAcquire(now));
        breaker.failed(probe, now);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 3);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void opensAnewForTheWholeTimeWhenAProbeFails() {
        halfOpen(breaker);
        long probe = breaker.tryAcquire(now);
        now += 7 * SECOND;
        breaker.failed(probe, now);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(OPEN_FOR);
        now += OPEN_FOR;
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        assertThat(changes).containsExactly("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN OPEN", "OPEN HALF_OPEN");
    }

    @Test
    void passesAnotherProbeWhenTheClientOfTheFirstLeaves() {
        halfOpen(breaker);
        breaker.neutral(breaker.tryAcquire(now));
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
    }

    @Test
    void passesAnotherProbeWhenOneHasNotReportedForTheTimeItWasOpen() {
        halfOpen(breaker);
        long lost = breaker.tryAcquire(now);
        now += OPEN_FOR - 1;
        assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
        now += 1;
        long another = breaker.tryAcquire(now);
        assertThat(another).isNotNegative().isNotEqualTo(lost);
        breaker.neutral(lost);
        assertThat(breaker.tryAcquire(now)).as("the lost probe had no place to give back").isEqualTo(REFUSED);
        breaker.neutral(another);
        assertThat(breaker.tryAcquire(now)).isNotNegative();
    }

    @Test
    void believesTheReportOfAProbeThatTookLongerThanItWasOpen() {
        halfOpen(breaker);
        long slow = breaker.tryAcquire(now);
        now += 2 * OPEN_FOR;
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        breaker.headGood(slow);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void ignoresFailuresOfAttemptsThatBeganBeforeItOpened() {
        long before = breaker.tryAcquire(now);
        long alsoBefore = breaker.tryAcquire(now);
        fail(breaker, 5);
        now += SECOND;
        breaker.failed(before, now);
        assertThat(breaker.openRemainingNanos(now)).isEqualTo(OPEN_FOR - SECOND);
        now += OPEN_FOR;
        breaker.failed(alsoBefore, now);
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
    }

    @Test
    void ignoresGoodAnswersOfAttemptsThatBeganBeforeItOpened() {
        long before = breaker.tryAcquire(now);
        halfOpen(breaker);
        breaker.headGood(before);
        breaker.succeeded(before);
        breaker.neutral(before);
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire(now)).isNotNegative();
        assertThat(breaker.tryAcquire(now)).isEqualTo(REFUSED);
    }

    @Test
    void ignoresReportsFromBeforeItClosed() {
        CircuitBreaker two = breaker(2, 2);
        long before = two.tryAcquire(now);
        halfOpen(two);
        long first = two.tryAcquire(now);
        long second = two.tryAcquire(now);
        two.succeeded(first);
        fail(two, 1);
        two.failed(second, now);
        two.failed(before, now);
        assertThat(two.state(now)).isEqualTo(CLOSED);
        two.succeeded(second);
        two.succeeded(before);
        fail(two, 1);
        assertThat(two.state(now)).as("none of them broke the row").isEqualTo(OPEN);
    }

    @Test
    void ignoresAProbeOfAnEarlierOpening() {
        CircuitBreaker two = breaker(5, 2);
        halfOpen(two);
        long first = two.tryAcquire(now);
        long second = two.tryAcquire(now);
        two.failed(first, now);
        now += SECOND;
        two.headGood(second);
        two.failed(second, now);
        assertThat(two.openRemainingNanos(now)).isEqualTo(OPEN_FOR - SECOND);
    }

    @Test
    void opensAtTheFirstFailureWhenOneIsEnough() {
        CircuitBreaker one = breaker(1, 1);
        fail(one, 1);
        assertThat(one.state(now)).isEqualTo(OPEN);
    }

    @Test
    void refusesNumbersOutsideTheirRange() {
        assertThatThrownBy(() -> new CircuitBreaker(0, 1, 1, this::heard)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failures: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new CircuitBreaker(1, 0, 1, this::heard))
                .hasMessage("openForNanos: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new CircuitBreaker(1, 1, 0, this::heard)).hasMessage("probes: 0 (expected: 1…1000)");
        assertThatThrownBy(() -> new CircuitBreaker(1, 1, 1001, this::heard))
                .hasMessage("probes: 1001 (expected: 1…1000)");
    }

    private CircuitBreaker breaker(int failures, int probes) {
        return new CircuitBreaker(failures, OPEN_FOR, probes, this::heard);
    }

    private void heard(CircuitBreaker.State from, CircuitBreaker.State to) {
        changes.add(from + " " + to);
    }

    private void fail(CircuitBreaker failing, int times) {
        for (int i = 0; i < times; i++) {
            failing.failed(failing.tryAcquire(now), now);
        }
    }

    private void halfOpen(CircuitBreaker failing) {
        while (failing.state(now) == CLOSED) {
            fail(failing, 1);
        }
        now += OPEN_FOR;
    }
}
