package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopTest {
    /** What is left of these fields; a response has no Host of its own. */
    private static String left(String... fields) {
        Headers headers = TestExchanges.response(200, 0, fields).headers();
        HopByHop.removeFrom(headers);
        return headers.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
        "TE: trailers",
        "Transfer-Encoding: chunked", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ", "Proxy-Authorization: Basic x",
        "keep_alive: timeout=5", "transfer.encoding: chunked", "PROXY_AUTHORIZATION: Basic x"})
    void removesWhatIsKnown(String field) {
        assertThat(left("A: 1", field, "B: 2")).isEqualTo("A: 1\nB: 2\n");
    }

    @Test
    void removesWhatConnectionNames() {
        assertThat(left("X-Foo: 1", "X-Bar: 2", "Connection: x-foo,close , \tX-BAR,,", "x-foo: 3", "X-Foos: 4"))
                .isEqualTo("X-Foos: 4\n");
    }

    @Test
    void readsEveryLineOfConnection() {
        assertThat(left("connection: x-a", "X-A: 1", "Connection: x-b", "X-B: 2", "X-C: 3")).isEqualTo("X-C: 3\n");
    }

    @Test
    void readsALineOfConnectionThatAnotherNames() {
        assertThat(left("Connection: connection", "Connection: x-a", "X-A: 1", "X-B: 2")).isEqualTo("X-B: 2\n");
    }

    @Test
    void removesNoNameThatOnlyResemblesANamedOne() {
        assertThat(left("Connection: x-foo", "x_foo: 1")).isEqualTo("x_foo: 1\n");
    }

    @Test
    void keepsTheLengthOfTheBody() {
        assertThat(left("Connection: Content-Length", "Content-Length: 7")).isEqualTo("Content-Length: 7\n");
    }

    @Test
    void keepsAllWithoutConnection() {
        assertThat(left("A: 1", "Trailer: x", "Via: 1.1 other")).isEqualTo("A: 1\nTrailer: x\nVia: 1.1 other\n");
    }

    /** What the gateway says is added after, and so cannot be named away. */
    @Test
    void doesNotReachWhatIsAddedLater() {
        Headers headers = TestExchanges.response(200, 0, "Connection: x-forwarded-for, authorization, x-user",
                "X-User: forged", "X-Forwarded-For: 203.0.113.7").headers();
        HopByHop.removeFrom(headers);
        headers.add(HeaderName.of("X-User"), "7");
        assertThat(headers.toString()).as("what a trusted proxy says cannot be named away either")
                .isEqualTo("X-Forwarded-For: 203.0.113.7\nX-User: 7\n");
    }
}
