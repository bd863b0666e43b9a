package dev.ponticello.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.Headers;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GrpcTimeoutTest {
    private static long nanos(String... values) {
        Headers headers = new Headers();
        for (String value : values) {
            headers.add(GrpcFields.TIMEOUT, value);
        }
        return GrpcTimeout.nanos(headers);
    }

    @Test
    void readsEachUnit() {
        assertThat(nanos()).isEqualTo(GrpcTimeout.NONE);
        assertThat(nanos("1n")).isEqualTo(1);
        assertThat(nanos("20u")).isEqualTo(20_000);
        assertThat(nanos("300m")).isEqualTo(300_000_000);
        assertThat(nanos("4S")).isEqualTo(TimeUnit.SECONDS.toNanos(4));
        assertThat(nanos("50M")).isEqualTo(TimeUnit.MINUTES.toNanos(50));
        assertThat(nanos("0006H")).isEqualTo(TimeUnit.HOURS.toNanos(6));
        assertThat(nanos("0n")).isEqualTo(0);
        assertThat(nanos("00000000H")).isEqualTo(0);
    }

    @Test
    void whatIsLongerThanAClockGoesIsShortened() {
        assertThat(nanos("99999999H")).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(nanos("1281023H")).isEqualTo(TimeUnit.HOURS.toNanos(1_281_023));
        assertThat(nanos("1281024H")).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(nanos("99999999S")).isEqualTo(TimeUnit.SECONDS.toNanos(99_999_999));
    }

    @Test
    void refusesWhatIsNoTime() {
        for (String value : List.of("", "S", "5", "5 S", "5s", "5h", "5X", "5SS", "-1S", "+1S", "1.5S", "1e3S", "0x5S",
                "123456789S", "000000001S", "S5", "5S,5S", "5S;", "5S 5S")) {
            assertThat(nanos(value)).as(value).isEqualTo(GrpcTimeout.MALFORMED);
        }
        assertThat(nanos("5S", "5S")).isEqualTo(GrpcTimeout.MALFORMED);
    }

    @Test
    void writesTheFinestUnitThatHasRoom() {
        assertThat(GrpcTimeout.text(-5)).isEqualTo("1n");
        assertThat(GrpcTimeout.text(0)).isEqualTo("1n");
        assertThat(GrpcTimeout.text(99_999_999)).isEqualTo("99999999n");
        assertThat(GrpcTimeout.text(100_000_000)).isEqualTo("100000u");
        assertThat(GrpcTimeout.text(TimeUnit.HOURS.toNanos(1) - 1)).isEqualTo("3599999m");
        assertThat(GrpcTimeout.text(GrpcTimeout.LONGEST)).isEqualTo("76861433M");
    }

    @Test
    void whatIsWrittenIsReadAsNoMoreAndHardlyLess() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long time = Math.max(1, random.nextLong(GrpcTimeout.LONGEST) >>> random.nextInt(62));
            long read = nanos(GrpcTimeout.text(time));
            assertThat(read).as(Long.toString(time)).isBetween(time - time / 100_000, time);
        }
    }
}
