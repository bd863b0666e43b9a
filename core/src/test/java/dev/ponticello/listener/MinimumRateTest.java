package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MinimumRateTest {
    private static final long SECOND = 1_000_000_000;
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // nanoTime may wrap around

    /** So many seconds after the start. */
    private static long at(long seconds) {
        return START + seconds * SECOND;
    }

    private final MinimumRate rate = new MinimumRate();

    private long leftSeconds(long seconds) {
        return rate.leftNanos(at(seconds)) / SECOND;
    }

    @Test
    void givesTenSecondsToBeginWith() {
        rate.begin(START);
        assertThat(leftSeconds(0)).isEqualTo(10);
        assertThat(leftSeconds(9)).isEqualTo(1);
        assertThat(leftSeconds(10)).isZero();
        assertThat(leftSeconds(11)).isEqualTo(-1);
    }

    @Test
    void givesASecondForEach240BytesBeyondThem() {
        rate.begin(START);
        rate.add(2399);
        assertThat(leftSeconds(9)).isEqualTo(1);
        assertThat(rate.leftNanos(at(10))).isZero();
        rate.add(1 + 240 * 5);
        assertThat(leftSeconds(10)).isEqualTo(5);
        assertThat(leftSeconds(16)).isEqualTo(-1);
    }

    @Test
    void doesNotCountTimeInWhichNothingIsRead() {
        rate.begin(START);
        rate.pause(at(4));
        rate.pause(at(50));
        assertThat(leftSeconds(100)).isEqualTo(6);
        rate.resume(at(100));
        rate.resume(at(102));
        assertThat(leftSeconds(103)).isEqualTo(3);
        rate.pause(at(104));
        assertThat(leftSeconds(200)).isEqualTo(2);
    }

    @Test
    void beginsAnew() {
        rate.begin(START);
        rate.add(1_000_000);
        rate.pause(START);
        rate.begin(at(100));
        assertThat(leftSeconds(109)).isEqualTo(1);
    }

    @Test
    void doesNotOverflow() {
        rate.begin(START);
        rate.add(Integer.MAX_VALUE * 4L);
        assertThat(leftSeconds(0)).isEqualTo(Integer.MAX_VALUE * 4L / 240);
        rate.add(Long.MAX_VALUE / 2);
        assertThat(leftSeconds(1)).isPositive();
    }

    @Test
    void knowsWhatMustMoveInAWindow() {
        assertThat(MinimumRate.windowBytes(MinimumRate.WINDOW_NANOS)).isEqualTo(60 * 240);
        assertThat(MinimumRate.windowBytes(SECOND - 1)).isZero();
    }
}
