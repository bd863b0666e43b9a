package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.limit.PeriodClock.Period;
import org.junit.jupiter.api.Test;

class PeriodClockTest {
    private static final long PERIOD = 1000;

    private final PeriodClock clock = new PeriodClock(PERIOD);

    @Test
    void beginsWithTheFirstMomentThatItIsAskedFor() {
        Period first = clock.at(-12_345);
        assertThat(first.beganNanos()).isEqualTo(-12_345);
        assertThat(first.startNanos()).isZero();
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.elapsedNanos(-12_000)).isEqualTo(345);
    }

    @Test
    void staysInAPeriodUntilItsEnd() {
        Period first = clock.at(0);
        assertThat(clock.at(PERIOD - 1)).isSameAs(first);
        Period second = clock.at(PERIOD);
        assertThat(second).isEqualTo(new Period(PERIOD, PERIOD, 2));
    }

    @Test
    void tellsThatWholePeriodsHavePassed() {
        clock.at(0);
        assertThat(clock.at(2 * PERIOD + 7)).isEqualTo(new Period(2 * PERIOD, 2 * PERIOD, 3));
        assertThat(clock.at(1_000_002 * PERIOD)).isEqualTo(new Period(1_000_002 * PERIOD, 1_000_002 * PERIOD, 5));
    }

    @Test
    void tellsALateLoopWhatOthersSee() {
        clock.at(0);
        Period second = clock.at(PERIOD);
        assertThat(clock.at(PERIOD - 1)).isSameAs(second);
        assertThat(second.elapsedNanos(PERIOD - 1)).isZero();
    }

    @Test
    void goesOnWhereTheNumbersOfTheSteadyClockWrap() {
        clock.at(Long.MAX_VALUE - 9);
        Period second = clock.at(Long.MIN_VALUE + PERIOD - 10);
        assertThat(second).isEqualTo(new Period(Long.MIN_VALUE + PERIOD - 10, PERIOD, 2));
        assertThat(clock.at(Long.MIN_VALUE + PERIOD)).isSameAs(second);
    }

    @Test
    void sharesItsPeriodsWithOneOfAnotherLength() {
        clock.at(0);
        PeriodClock shorter = clock.with(100);
        assertThat(shorter.at(99)).isSameAs(clock.at(99));
        assertThat(shorter.at(300)).isEqualTo(new Period(300, 300, 3));
        assertThat(clock.at(1299)).isEqualTo(new Period(300, 300, 3));
        assertThat(clock.at(1300)).isEqualTo(new Period(1300, 1300, 4));
    }
}
