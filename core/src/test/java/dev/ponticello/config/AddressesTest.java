package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.PeerAddress;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as config writes them: of listeners, of endpoints, and ranges. */
class AddressesTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8000, 127.0.0.1, 8000", "[::]:0, ::, 0", "[FD00::1]:65535, fd00::1, 65535",
        "LocalHost:80, localhost, 80", "a-b.c_d.example:1, a-b.c_d.example, 1"})
    void listenerAddressIsHostAndPort(String text, String host, int port) {
        assertThat(ListenerAddress.parse(text)).isEqualTo(new ListenerAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[::1]", "[::1", "[1.2.3.4]:80", "256.0.0.1:80", "1.2.3:80", "01.2.3.4:80", "0x7f.1:80", "a b:80", "-a:80",
        "a..b:80", "*:80", "http://a:80", "[fe80::1%eth0]:80", "127.0.0.1:+80"})
    void refusesAListenerAddress(String text) {
        assertThatThrownBy(() -> ListenerAddress.parse(text)).hasMessage("address: '" + text
                + "' (expected: host:port, like 127.0.0.1:8000 or [::1]:8000)");
    }

    @Test
    void listenerAddressIsWrittenAsItIsRead() {
        assertThat(ListenerAddress.parse("[::1]:8000")).hasToString("[::1]:8000");
        assertThat(ListenerAddress.parse("0.0.0.0:8000")).hasToString("0.0.0.0:8000");
    }

    @ParameterizedTest
    @CsvSource({"http://10.0.0.1:8080, 10.0.0.1, 8080, '', 10.0.0.1:8080",
        "HTTP://Users.Example, users.example, 80, '', "
                + "users.example",
        "http://a/, a, 80, '', a", "http://a/base/v%201, a, 80, /base/v%201, a",
        "http://a:80/b/, a, 80, /b, a", "http://[::1]:8080/x, ::1, 8080, /x, [::1]:8080",
        "http://[::1], ::1, 80, '', [::1]"})
    void endpointIsAUrl(String url, String host, int port, String path, String authority) {
        EndpointConfig endpoint = EndpointConfig.parse(url);
        assertThat(endpoint).isEqualTo(new EndpointConfig(host, port, path, 1));
        assertThat(endpoint.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:p@a", "http://a:0", "http://a:99999", "http://a/../b", "http://a/%2e%2E/b",
        "http://a/./b", "http://a//b", "http://a/b//", "http://a/b?c", "http://a?c", "http://a#c", "http://a/b#c",
        "http://a/b c", "http://a/%zz", "http://", "http:///b", "ftp://a", "a:80", "//a", "http://a\\b",
        "http://2130706433", "http://a/b;c"})
    void refusesAnEndpoint(String url) {
        assertThatThrownBy(() -> EndpointConfig.parse(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"HTTPS://Users.Example/b, users.example, 443, /b, users.example", "https://a:443, a, 443, '', a",
        "https://a:80, a, 80, '', a:80", "https://[::1]:8443, ::1, 8443, '', [::1]:8443"})
    void endpointWithTlsIsAUrl(String url, String host, int port, String path, String authority) {
        EndpointConfig endpoint = EndpointConfig.parse(url);
        assertThat(endpoint).isEqualTo(new EndpointConfig(host, port, path, 1, true));
        assertThat(endpoint.withWeight(2)).isEqualTo(new EndpointConfig(host, port, path, 2, true));
        assertThat(endpoint.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.255.0.1, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/9, 10.128.0.0, false",
        "10.0.0.0/9, 10.127.255.255, true", "10.0.0.1, 10.0.0.1, true", "10.0.0.1, 10.0.0.2, false",
        "0.0.0.0/0, 203.0.113.7, true", "0.0.0.0/0, ::1, false", "::/0, 10.0.0.1, false", "::1, ::1, true",
        "fd00::/8, fdff::1, true", "fd00::/8, fe00::1, false", "2001:db8::/33, 2001:db8:7fff::, true",
        "2001:db8::/33, 2001:db8:8000::, false"})
    void rangeContains(String range, String address, boolean contained) throws Exception {
        assertThat(Cidr.parse(range).contains(PeerAddress.of(InetAddress.getByName(address)))).isEqualTo(contained);
    }

    @Test
    void rangeTakesAMappedAddressForTheOneInside() {
        PeerAddress mapped = PeerAddress.of(new byte[]{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3});
        assertThat(Cidr.parse("10.0.0.0/8").contains(mapped)).isTrue();
        assertThat(Cidr.parse("11.0.0.0/8").contains(mapped)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "10/8", "::/129",
        "fe80::1%eth0", "10.0.0.0/8/8", "0x0a.0.0.0/8", "10.0.0.0/+8", "10.0.0.0/08", "010.0.0.0/8", "::/00", "[::1]",
        "::ffff:10.0.0.1", "::FFFF:a00:0/104"})
    void refusesARange(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("range: '" + text + "' (expected: ");
    }

    @Test
    void refusesARangeWithBitsBehindItsPrefix() {
        assertThatThrownBy(() -> Cidr.parse("10.1.2.3/8"))
                .hasMessage("range: '10.1.2.3/8' (expected: 10.0.0.0/8, or 10.1.2.3/32 for one address)");
    }

    @ParameterizedTest
    @CsvSource({"100/min, 100, 60", "10/s, 10, 1", "1000/h, 1000, 3600", "1000000000/s, 1000000000, 1"})
    void rateIsPermitsInATime(String text, long permits, long seconds) {
        Rate rate = Rate.parse(text);
        assertThat(rate.permits()).isEqualTo(permits);
        assertThat(rate.per()).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "100/", "/min", "100/d", "100 / min", "-1/s", "1.5/s", "99999999999/s", "0/s",
        "1000000001/s"})
    void refusesARate(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("limit: ");
    }

    @Test
    void fixedHostIsAnAuthority() {
        assertThat(new UpstreamHost.Fixed("api.internal:8080").authority()).isEqualTo("api.internal:8080");
        assertThatThrownBy(() -> new UpstreamHost.Fixed("a/b"))
                .hasMessage("host: 'a/b' (expected: a host with or without a port)");
    }
}
