package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private final Allowance allowance = new Allowance(new Http2Limits.Frequency(3, TimeUnit.SECONDS.toNanos(3)), 0);

    @Test
    void givesSoManyAtOnceAndThenAsTimePasses() {
        for (int i = 0; i < 3; i++) {
            assertThat(allowance.take(0)).isTrue();
        }
        assertThat(allowance.take(0)).isFalse();
        assertThat(allowance.take(TimeUnit.MILLISECONDS.toNanos(999))).isFalse();
        assertThat(allowance.take(TimeUnit.SECONDS.toNanos(1))).isTrue();
        assertThat(allowance.take(TimeUnit.SECONDS.toNanos(1))).isFalse();
    }

    @Test
    void savesUpNoMoreThanThat() {
        for (int i = 0; i < 3; i++) {
            assertThat(allowance.take(TimeUnit.HOURS.toNanos(1))).isTrue();
        }
        assertThat(allowance.take(TimeUnit.HOURS.toNanos(1))).isFalse();
    }
}
