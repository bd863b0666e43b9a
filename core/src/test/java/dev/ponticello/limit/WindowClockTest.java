package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.limit.WindowClock.Window;
import org.junit.jupiter.api.Test;

class WindowClockTest {
    private static final long MINUTE = 60_000;
    private static final long NOON = 29_000_000 * MINUTE;

    private final WindowClock clock = new WindowClock(MINUTE);

    @Test
    void alignsWindowsToTheEpoch() {
        Window window = clock.at(NOON + 12_345);
        assertThat(window.startMillis()).isEqualTo(NOON);
        assertThat(window.endMillis()).isEqualTo(NOON + MINUTE);
    }

    @Test
    void staysInAWindowUntilItsEnd() {
        Window window = clock.at(NOON);
        assertThat(clock.at(NOON + MINUTE - 1)).isSameAs(window);
        assertThat(clock.at(NOON + MINUTE).number()).isEqualTo(window.number() + 1);
    }

    @Test
    void countsOneWindowHoweverMuchTimeHasPassed() {
        int number = clock.at(NOON).number();
        assertThat(clock.at(NOON + 500 * MINUTE).number()).isEqualTo(number + 1);
    }

    @Test
    void standsStillForALateReader() {
        Window window = clock.at(NOON);
        assertThat(clock.at(NOON - 1)).isSameAs(window);
        assertThat(clock.at(NOON - MINUTE)).isSameAs(window);
        assertThat(clock.at(NOON)).isSameAs(window);
    }

    @Test
    void standsStillForTenSecondsAlsoWhenWindowsAreShorter() {
        WindowClock seconds = new WindowClock(1000);
        Window window = seconds.at(NOON);
        assertThat(seconds.at(NOON - 10_000)).isSameAs(window);
        assertThat(seconds.at(NOON - 10_001).startMillis()).isEqualTo(NOON - 11_000);
    }

    @Test
    void followsAClockThatStepsFarBackWithoutANewNumber() {
        int number = clock.at(NOON).number();
        Window back = clock.at(NOON - 60 * MINUTE);
        assertThat(back.startMillis()).isEqualTo(NOON - 60 * MINUTE);
        assertThat(back.number()).isEqualTo(number);
    }

    @Test
    void countsOnFromWhereTheClockSteppedBackTo() {
        int number = clock.at(NOON).number();
        clock.at(NOON - 3 * MINUTE);
        assertThat(clock.at(NOON - 2 * MINUTE).number()).isEqualTo(number + 1);
        assertThat(clock.at(NOON - MINUTE).number()).isEqualTo(number + 2);
        assertThat(clock.at(NOON).number()).isEqualTo(number + 3);
        assertThat(clock.at(NOON + MINUTE).number()).isEqualTo(number + 4);
    }

    @Test
    void givesNoNewNumberToAClockThatReturnsToWhereItWas() {
        int number = clock.at(NOON).number();
        for (int round = 0; round < 10; round++) {
            assertThat(clock.at(NOON - 60 * MINUTE).number()).isEqualTo(number);
            assertThat(clock.at(NOON).number()).isEqualTo(number);
        }
        assertThat(clock.at(NOON + MINUTE).number()).isEqualTo(number + 1);
    }

    @Test
    void countsAnIdleTimeAfterAStepBackAsANewWindow() {
        int number = clock.at(NOON).number();
        clock.at(NOON - 60 * MINUTE);
        assertThat(clock.at(NOON - 50 * MINUTE).number()).isEqualTo(number + 1);
    }

    @Test
    void takesAnyNumberForATime() {
        long[] times = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE, Long.MIN_VALUE, NOON, Long.MAX_VALUE};
        int number = 0;
        for (long time : times) {
            Window window = clock.at(time);
            assertThat(window.number()).isGreaterThanOrEqualTo(number);
            assertThat(window.endMillis()).isEqualTo(window.startMillis() + MINUTE);
            number = window.number();
        }
        assertThat(clock.at(Long.MAX_VALUE).endMillis()).isEqualTo(253_402_300_800_000L);
    }
}
