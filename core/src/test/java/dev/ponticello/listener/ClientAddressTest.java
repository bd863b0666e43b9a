package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.Cidr;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private static final TrustedProxies TRUSTED = new TrustedProxies(
            Stream.of("10.0.0.0/8", "fd00::/8").map(Cidr::parse).toList());
    private static final PeerAddress PROXY = address("10.0.0.1");

    private static PeerAddress address(String text) {
        return Objects.requireNonNull(PeerAddress.parse(text));
    }

    /** Who the client is for the trusted proxy, by these fields. */
    private static String client(String... fields) {
        Headers headers = new Headers();
        for (String field : fields) {
            String[] parts = field.split(": ?", 2);
            byte[] value = parts[1].getBytes(StandardCharsets.ISO_8859_1);
            headers.add(HeaderName.of(parts[0]), value, 0, value.length);
        }
        return ClientAddress.of(headers, PROXY, TRUSTED).toString();
    }

    @Test
    void isThePeerWithoutFields() {
        assertThat(client("X-Real-IP: 203.0.113.7")).isEqualTo("10.0.0.1");
    }

    @Test
    void isTheRightmostHopThatIsNotTrusted() {
        assertThat(client("X-Forwarded-For: 203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("X-Forwarded-For: 198.51.100.1, 203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("X-Forwarded-For: 198.51.100.1,203.0.113.7 ,\t10.1.2.3,fd00::5")).isEqualTo("203.0.113.7");
    }

    @Test
    void isTheLeftmostHopWhereAllAreTrusted() {
        assertThat(client("X-Forwarded-For: 10.0.0.3, 10.0.0.2")).isEqualTo("10.0.0.3");
    }

    @Test
    void readsSeveralLinesAsOne() {
        assertThat(client("X-Forwarded-For: 198.51.100.1, 203.0.113.7", "A: b", "x-forwarded-for: 10.1.2.3"))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void neverLooksAtASpoofedLeftEnd() {
        String spoofed = IntStream.range(0, 50).mapToObj(i -> "10.0.0." + i).collect(Collectors.joining(", "));
        assertThat(client("X-Forwarded-For: 127.0.0.1, " + spoofed + ", 203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("X-Forwarded-For: garbage, \"'<script>, 203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @Test
    void skipsFiftyTrustedHops() {
        String hops = IntStream.range(0, 50).mapToObj(i -> "10.0.0." + i).collect(Collectors.joining(", "));
        assertThat(client("X-Forwarded-For: 203.0.113.7, " + hops)).isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "fe80::1%eth0", "10.0.0.256", "010.0.0.1", "10.0.0.1:", "10.0.0.1:x",
        "10.0.0.1:123456", "[10.0.0.2]", "[fd00::1", "fd00::1]", "[fd00::1]x", "[fd00::1]:", "[]", "[", "\"10.0.0.2\"",
        "10.0.0.2 10.0.0.3", "example.com"})
    void endsWithTheLastHopThatIsAnAddress(String garbage) {
        assertThat(client("X-Forwarded-For: 203.0.113.7, " + garbage + ", 10.9.9.9")).isEqualTo("10.9.9.9");
        assertThat(client("X-Forwarded-For: 203.0.113.7, " + garbage)).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7:1234,203.0.113.7", "2001:db8::1,2001:db8::1", "[2001:db8::1],2001:db8::1",
        "[2001:db8::1]:65535,2001:db8::1", "2001:DB8:0::1,2001:db8::1", "::ffff:203.0.113.7,203.0.113.7",
        "::ffff:10.0.0.9,10.0.0.9", "[::ffff:203.0.113.7]:80,203.0.113.7"})
    void readsAddressesAsProxiesWriteThem(String hop, String client) {
        assertThat(client("X-Forwarded-For: " + hop)).isEqualTo(client);
    }

    @Test
    void readsForwardedWhereThereIsNoOther() {
        assertThat(client("Forwarded: for=198.51.100.1, proto=http;FOR=203.0.113.7;by=10.0.0.1"))
                .isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: for=\"[2001:db8::1]:4711\"")).isEqualTo("2001:db8::1");
        assertThat(client("Forwarded: for=203.0.113.7, for=10.1.1.1", "Forwarded: for=\"[fd00::1]\""))
                .isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: for=198.51.100.1", "X-Forwarded-For: 203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"for=unknown", "for=_hidden", "proto=https", "", "for=", "for=\"", "for=\"203.0.113.9",
        "xfor=203.0.113.9", "for", "by=203.0.113.9"})
    void endsWithTheLastForwardedHopThatIsAnAddress(String garbage) {
        assertThat(client("Forwarded: for=203.0.113.7, " + garbage + ", for=10.9.9.9")).isEqualTo("10.9.9.9");
    }

    /** A proxy quotes what it does not know to be a token (RFC 7239 §4), such as the Host that its client sent. */
    @Test
    void readsNoHopOutOfWhatAProxyQuotes() {
        assertThat(client("Forwarded: for=203.0.113.7;host=\"x,for=10.0.0.9;y\"")).isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: host=\"x;for=10.0.0.9;y\";for=203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: for=203.0.113.7;host=\"\\\",for=10.0.0.9,\\\"\"")).isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: host=\"\\\";for=10.0.0.9;\\\"\";for=203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: for=203.0.113.7;host=\"x\\\\\", for=10.1.1.1")).isEqualTo("203.0.113.7");
    }

    @Test
    void isNotMisledByAQuoteThatAClientLeftOpen() {
        assertThat(client("Forwarded: for=\"10.0.0.9, for=203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: for=10.0.0.9\", for=203.0.113.7;host=\"a\", for=10.1.1.1"))
                .isEqualTo("203.0.113.7");
        assertThat(client("Forwarded: \\\", for=203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @Test
    void trustsNobodyWithoutRanges() {
        TrustedProxies nobody = new TrustedProxies(List.of());
        assertThat(nobody.contains(PROXY)).isFalse();
        assertThat(TRUSTED.contains(PROXY)).isTrue();
        assertThat(TRUSTED.contains(address("::ffff:10.0.0.1"))).isTrue();
        assertThat(TRUSTED.contains(address("::10.0.0.1"))).isFalse();
        assertThat(TRUSTED.contains(address("11.0.0.1"))).isFalse();
    }

    @Test
    void writesANodeAsForwardedWants() {
        assertThat(ClientAddress.forwardedNode(address("203.0.113.7"))).asString().isEqualTo("203.0.113.7");
        assertThat(ClientAddress.forwardedNode(address("2001:db8::1"))).asString().isEqualTo("\"[2001:db8::1]\"");
    }
}
