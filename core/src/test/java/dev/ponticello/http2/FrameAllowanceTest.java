package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameAllowanceTest {
    private final FrameAllowance allowance = new FrameAllowance(
            new Http2Limits.Frequency(10, TimeUnit.MINUTES.toNanos(1)), 0);

    /** How many may come now. */
    private int left() {
        int left = 0;
        while (allowance.take(0)) {
            left++;
        }
        return left;
    }

    @Test
    void givesSoManyToThoseThatEarnNothing() {
        assertThat(left()).isEqualTo(10);
    }

    @Test
    void aRequestEarnsSome() {
        allowance.earnStream();
        assertThat(left()).isEqualTo(10 + 4);
    }

    @Test
    void aFrameThatNoWindowHasCutEarnsSomeHoweverSmall() {
        allowance.earnData(1, false);
        assertThat(left()).isEqualTo(10 + 2);
    }

    @Test
    void aFrameThatAWindowHasCutEarnsByItsBytesAlone() {
        for (int i = 0; i < 4095; i++) {
            allowance.earnData(1, true);
        }
        assertThat(left()).isEqualTo(10 + 1);
        allowance.earnData(1, true);
        assertThat(left()).isEqualTo(1);
    }

    @Test
    void savesUpWhatALargeWindowAsksForAndNoMore() {
        for (int i = 0; i < 10_000; i++) {
            allowance.earnData(16_384, false);
        }
        assertThat(left()).isEqualTo(10 + 8192);
    }
}
