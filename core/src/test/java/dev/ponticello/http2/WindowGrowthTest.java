package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.loop.BufferBudget;
import org.junit.jupiter.api.Test;

class WindowGrowthTest {
    private final BufferBudget budget = new BufferBudget();
    private final WindowGrowth growth = new WindowGrowth(budget);

    /** Receives until a probe is asked for. */
    private void untilProbe() {
        for (int i = 0; i < 10_000; i++) {
            if (growth.received(1000)) {
                return;
            }
        }
        throw new AssertionError("no probe");
    }

    @Test
    void growsWhileTheWindowIsFilledBetweenProbeAndAnswer() {
        assertThat(growth.window()).isEqualTo(65_535);
        untilProbe();
        assertThat(growth.received(60_000)).isFalse();
        growth.probeAnswered();
        assertThat(growth.window()).isEqualTo(120_000);
        untilProbe();
        growth.received(119_000);
        growth.probeAnswered();
        assertThat(growth.window()).isEqualTo(238_000);
    }

    @Test
    void staysWhereTheWindowIsNotWhatHoldsTheSenderUp() {
        untilProbe();
        growth.received(20_000);
        growth.probeAnswered();
        assertThat(growth.window()).isEqualTo(65_535);
    }

    @Test
    void asksNothingOfAConnectionWithLittleData() {
        for (int i = 0; i < 30; i++) {
            assertThat(growth.received(1000)).isFalse();
        }
    }

    @Test
    void neverTakesMoreThanASixteenthOfTheShare() {
        budget.setShare(1_600_000);
        for (int i = 0; i < 3; i++) {
            growth.received(60_000);
            growth.received(growth.window());
            growth.probeAnswered();
        }
        assertThat(growth.window()).isEqualTo(100_000);
        assertThat(growth.received(200_000)).as("a probe that could change nothing").isFalse();
    }

    @Test
    void doesNotGrowWhileTheShareIsSpent() {
        budget.setShare(10_000_000);
        untilProbe();
        budget.hold(10_000_000);
        growth.received(60_000);
        growth.probeAnswered();
        assertThat(growth.window()).isEqualTo(65_535);
        assertThat(growth.received(100_000)).isFalse();
    }
}
