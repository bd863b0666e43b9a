package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.TestExchanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gzip | 1000", "GZIP | 1000", "deflate, gzip, br | 1000", "deflate | -1",
        "gzip;q=1 | 1000", "gzip;q=1.000 | 1000", "gzip ; Q=0.5 | 500", "gzip;q=0.25,br | 250", "gzip;q=0.001 | 1",
        "gzip;q=0 | 0", "gzip;q=0.000 | 0", "* | 1000", "br, *;q=0.1 | 100", "*, gzip;q=0 | 0", "*;q=0, gzip | 1000",
        "*;q=0 | 0", "gzip, gzip;q=0.5 | 500", "xgzip, gzipx | -1", "identity | -1", ", ,gzip, | 1000",
        "gzip;q=1.5 | 0", "gzip;q=2 | 0", "gzip;q= | 0", "gzip;q | 0", "gzip;level=9 | 0", "gzip;q=0.5x | 0",
        "gzip;q=0.1234 | 0", "x-gzip;q=0.5 | 500", "X-GZIP | 1000", "x-br | -1",
        "gzip, x-gzip;q=0 | 0", "gzip;q=-1 | 0", "gzip; | 0"})
    void readsTheWeightOfACoding(String value, int weight) {
        assertThat(weight("Accept-Encoding: " + value)).isEqualTo(weight);
    }

    @Test
    void readsEveryLine() {
        assertThat(weight("Accept-Encoding: br", "Accept-Encoding: gzip;q=0.3")).isEqualTo(300);
        assertThat(weight("Accept-Encoding: gzip", "Accept-Encoding: gzip;q=0")).isEqualTo(0);
    }

    @Test
    void knowsThatNothingIsSaid() {
        assertThat(weight("X-Other: 1")).isEqualTo(AcceptEncoding.UNNAMED);
        assertThat(weight("Accept-Encoding:")).isEqualTo(AcceptEncoding.UNNAMED);
    }

    private static int weight(String... fields) {
        return AcceptEncoding.weight(
                TestExchanges.request("GET / HTTP/1.1\r\n" + String.join("\r\n", fields)).headers(), "gzip");
    }
}
