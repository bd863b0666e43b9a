package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.coding.ContentCoding;
import dev.ponticello.coding.Decoders;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CompressionConfig.Coding;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionPolicyTest {
    private static final CompressionConfig CONFIG = CompressionConfig.DEFAULTS;

    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void codesALongTextForAClientThatAcceptsIt() {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: application/json", "Content-Length: 5000",
                "ETag: \"v1\"", "Accept-Ranges: bytes", "X-Other: kept");
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: gzip")).isTrue();
        assertThat(head.bodyLength()).isEqualTo(BodyLength.CHUNKED);
        assertThat(head.headers()).hasToString("""
                Content-Type: application/json
                X-Other: kept
                Vary: Accept-Encoding
                Content-Encoding: gzip
                ETag: W/"v1"
                """);
    }

    @Test
    void leavesTheHeadOfWhatItDoesNotCode() {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: text/html", "Content-Length: 5000",
                "ETag: \"v1\"", "Vary: Cookie");
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: compress")).isFalse();
        assertThat(head.bodyLength()).isEqualTo(5000);
        assertThat(head.headers()).hasToString("""
                Content-Type: text/html
                Content-Length: 5000
                ETag: "v1"
                Vary: Cookie, Accept-Encoding
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Accept-Encoding: gzip;q=0.5 | true", "Accept-Encoding: * | true",
        "Accept-Encoding: gzip;q=0 | false", "Accept-Encoding: identity | false", "X-Other: 1 | false",
        "Accept-Encoding: gzip;q=0.5, identity | false", "Accept-Encoding: gzip;q=0.5, identity;q=0.5 | true",
        "Accept-Encoding: gzip, identity;q=0 | true", "Accept-Encoding: gzip & Cache-Control: No-Transform | false",
        "Accept-Encoding: gzip & Cache-Control: no-cache | true"})
    void asksTheClient(String fields, boolean coded) {
        assertThat(isCoded(CONFIG, text(5000), fields.split(" & ", -1))).isEqualTo(coded);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {"gzip, deflate, br, zstd | zstd",
        "gzip, deflate, br | br",
        "gzip, deflate | gzip", "deflate | none", "zstd;q=0.5, br;q=0.8, gzip;q=0.8 | br", "* | zstd",
        "*, zstd;q=0 | br", "gzip;q=1, *;q=0.5 | gzip", "x-gzip | gzip", "*;q=0 | none",
        "br;q=0.4, identity;q=0.5 | none", "br;q=0.4, identity;q=0.3 | br"})
    void choosesWhatTheClientLikesBestAndOfEqualsTheFirst(String accepted, @Nullable String coding) {
        assertThat(codingOf(CONFIG, "Accept-Encoding: " + accepted)).isEqualTo(coding);
    }

    @Test
    void offersWhatTheConfigNamesInItsOrder() {
        CompressionConfig config = CONFIG.withCodings(List.of(Coding.DEFLATE, Coding.BR));
        assertThat(codingOf(config, "Accept-Encoding: gzip, deflate, br, zstd")).isEqualTo("deflate");
        assertThat(codingOf(config, "Accept-Encoding: zstd, br")).isEqualTo("br");
        assertThat(codingOf(config, "Accept-Encoding: gzip, zstd")).isNull();
        assertThat(codingOf(config, "Accept-Encoding: zstd", "Accept-Encoding: br")).isEqualTo("br");
    }

    @Test
    void offersNoCodingThatTheMachineHasNot() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "Accept-Encoding: zstd, br, gzip");
        ResponseHead head = text(5000);
        new CompressionPolicy(CONFIG, coding -> coding == ContentCoding.GZIP ? null : "no library")
                .onResponse(exchange, head);
        assertThat(head.headers().get(HeaderName.CONTENT_ENCODING)).isEqualTo("gzip");
        TestExchanges.dropCoding(exchange);
    }

    @Test
    void refusesACodingThatIsNamedAndThatTheMachineHasNot() {
        CompressionConfig config = CONFIG.withCodings(List.of(Coding.GZIP, Coding.BR));
        assertThatThrownBy(
                () -> new CompressionPolicy(config, coding -> coding == ContentCoding.BR ? "no library" : null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("codings: br is not to be had on this machine: no library (expected: codings that it has, "
                        + "or none named)");
    }

    @Test
    void leavesABodyForWhichThereIsNoMemory() {
        List<BodyCoding> running = new ArrayList<>();
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "Accept-Encoding: zstd");
        for (BodyCoding coder = begin(exchange); coder != null; coder = begin(exchange)) {
            running.add(coder);
        }
        ResponseHead head = text(5000);
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        assertThat(exchange.hasResponseCoding()).isFalse();
        assertThat(head.headers()).hasToString("Content-Type: text/plain\nVary: Accept-Encoding\n");
        running.forEach(BodyCoding::close);
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        assertThat(exchange.hasResponseCoding()).isTrue();
        TestExchanges.dropCoding(exchange);
    }

    private static @Nullable BodyCoding begin(Exchange exchange) {
        return ContentCoding.ZSTD.begin(exchange.loop());
    }

    @Test
    void leavesAShortBodyUnlessTheClientTakesItInNoOtherForm() {
        assertThat(isCoded(CONFIG, text(1023), "Accept-Encoding: gzip")).isFalse();
        assertThat(isCoded(CONFIG, text(1024), "Accept-Encoding: gzip")).isTrue();
        assertThat(isCoded(CONFIG, text(1), "Accept-Encoding: gzip, identity;q=0")).isTrue();
        assertThat(isCoded(CONFIG, text(1), "Accept-Encoding: gzip, *;q=0")).isTrue();
        assertThat(isCoded(new CompressionConfig(10, CONFIG.codings(), false), text(10), "Accept-Encoding: gzip"))
                .isTrue();
    }

    @Test
    void takesABodyWithoutALengthForALongOne() {
        assertThat(isCoded(CONFIG, text(BodyLength.CHUNKED), "Accept-Encoding: gzip")).isTrue();
        ResponseHead untilClose = text(BodyLength.UNTIL_CLOSE);
        assertThat(isCoded(CONFIG, untilClose, "Accept-Encoding: gzip")).isTrue();
        assertThat(untilClose.bodyLength()).isEqualTo(BodyLength.CHUNKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "TEXT/Plain; charset=utf-8", "application/json;charset=utf-8",
        "Application/JSON", "application/problem+json", "image/svg+xml", "application/javascript", "application/wasm",
        "application/vnd.api+json ; v=1", "text/event-stream", "application/xml", "font/ttf"})
    void codesTypesThatGain(String type) {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: " + type);
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: gzip")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "video/mp4", "application/zip", "application/octet-stream", "font/woff2",
        "application/grpc", "application/jsonx", "textual/x", "", "json", "multipart/form-data; x=+json"})
    void leavesTypesThatDoNot(String type) {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: " + type);
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: gzip")).isFalse();
        assertThat(head.headers()).hasToString("Content-Type: " + type + "\n");
    }

    @Test
    void leavesABodyOfNoType() {
        assertThat(isCoded(CONFIG, TestExchanges.response(200, 5000), "Accept-Encoding: gzip")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Encoding: br", "Content-Encoding: identity", "Cache-Control: public, no-transform",
        "Content-Range: bytes 0-9/10", "Content-Digest: sha-256=:x:", "Repr-Digest: sha-256=:x:", "Digest: x",
        "Content-MD5: x", "Set-Cookie: a=b"})
    void leavesAnAnswerWith(String field) {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: text/html", field);
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: gzip")).isFalse();
        assertThat(head.headers()).hasToString("Content-Type: text/html\n" + field + "\nVary: Accept-Encoding\n");
    }

    @Test
    void leavesPartsAndAnswersWithoutABody() {
        ResponseHead part = TestExchanges.response(206, 5000, "Content-Type: text/html");
        assertThat(isCoded(CONFIG, part, "Accept-Encoding: gzip")).isFalse();
        assertThat(part.headers()).hasToString("Content-Type: text/html\n");
        ResponseHead none = TestExchanges.response(304, 0, "Content-Type: text/html", "ETag: \"v1\"");
        assertThat(isCoded(CONFIG, none, "Accept-Encoding: gzip, identity;q=0")).isFalse();
        assertThat(none.headers()).hasToString("Content-Type: text/html\nETag: \"v1\"\nVary: Accept-Encoding\n");
    }

    @Test
    void leavesTheAnswerToAPreflight() {
        ResponseHead head = text(5000);
        Exchange exchange = exchanges.beginPreflight("OPTIONS / HTTP/1.1", "Accept-Encoding: gzip");
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        assertThat(exchange.hasResponseCoding()).isFalse();
        assertThat(head.headers()).hasToString("Content-Type: text/plain\n");
    }

    @Test
    void leavesAnExchangeWithCookiesUnlessTheConfigAllowsThem() {
        CompressionConfig allowed = new CompressionConfig(1024, CONFIG.codings(), true);
        assertThat(isCoded(CONFIG, text(5000), "Accept-Encoding: gzip", "Cookie: a=b")).isFalse();
        assertThat(isCoded(allowed, text(5000), "Accept-Encoding: gzip", "Cookie: a=b")).isTrue();
        ResponseHead setting = TestExchanges.response(200, 5000, "Content-Type: text/html", "Set-Cookie: a=b");
        assertThat(isCoded(allowed, setting, "Accept-Encoding: gzip")).isTrue();
    }

    @Test
    void leavesATagThatIsWeak() {
        ResponseHead head = TestExchanges.response(200, 5000, "Content-Type: text/html", "ETag: W/\"v1\"");
        assertThat(isCoded(CONFIG, head, "Accept-Encoding: gzip")).isTrue();
        assertThat(head.headers().toString()).contains("ETag: W/\"v1\"\n");
    }

    @Test
    void leavesABodyThatAnotherPolicyCodes() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "Accept-Encoding: gzip");
        exchange.codeResponse(Objects.requireNonNull(ContentCoding.GZIP.begin(exchange.loop())), false);
        ResponseHead head = text(BodyLength.CHUNKED);
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        assertThat(head.headers()).hasToString("Content-Type: text/plain\nVary: Accept-Encoding\n");
        TestExchanges.dropCoding(exchange);
    }

    @Test
    void codesABodyOnceInAChainWithTwoPolicies() {
        TestExchanges.Answer answer = play(List.of("GET / HTTP/1.1", "Accept-Encoding: gzip"), "x".repeat(3000));
        assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.field("Content-Length")).isNull();
        assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(unzip(answer.body())).isEqualTo("x".repeat(3000));
    }

    @Test
    void tellsHeadWhatGetWouldGet() {
        TestExchanges.Answer answer = play(List.of("HEAD / HTTP/1.1", "Accept-Encoding: gzip"), "x".repeat(3000));
        assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.field("Content-Length")).isNull();
        assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(answer.body()).isEmpty();
        TestExchanges.Answer small = play(List.of("HEAD / HTTP/1.1", "Accept-Encoding: gzip"), "x".repeat(1000));
        assertThat(small.field("Content-Encoding")).isNull();
        assertThat(small.field("Content-Length")).isEqualTo("1000");
        assertThat(small.field("Vary")).isEqualTo("Accept-Encoding");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"200 | 5000 | true", "200 | 5 | false", "200 | 0 | false", "404 | 5000 | true",
        "304 | 5000 | false", "206 | 5000 | false"})
    void tellsHeadOfALength(int status, int length, boolean coded) {
        ResponseHead head = TestExchanges.response(status, 0, "Content-Type: text/html", "Content-Length: " + length,
                "ETag: \"v1\"");
        Exchange exchange = exchanges.begin("HEAD / HTTP/1.1", "Accept-Encoding: gzip");
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        assertThat(exchange.hasResponseCoding()).isFalse();
        assertThat(head.bodyLength()).isZero();
        assertThat(head.headers().get(HeaderName.CONTENT_LENGTH)).isEqualTo(coded ? null : Integer.toString(length));
        assertThat(head.headers().get(HeaderName.ETAG)).isEqualTo(coded ? "W/\"v1\"" : "\"v1\"");
    }

    @Test
    void tellsHeadWithoutALengthWhatHoldsForAShortAndForALongBody() {
        assertThat(headWithoutLength("gzip"))
                .isEqualTo("Content-Type: text/html\nVary: Accept-Encoding\nETag: W/\"v1\"\n");
        assertThat(headWithoutLength("gzip, identity;q=0"))
                .isEqualTo("Content-Type: text/html\nVary: Accept-Encoding\nETag: W/\"v1\"\n");
        // No body would be coded.
        assertThat(headWithoutLength("identity")).isEqualTo(
                "Content-Type: text/html\nETag: \"v1\"\nAccept-Ranges: bytes\nVary: Accept-Encoding\n");
    }

    private String headWithoutLength(String accepted) {
        ResponseHead head = TestExchanges.response(200, 0, "Content-Type: text/html", "ETag: \"v1\"",
                "Accept-Ranges: bytes");
        Exchange exchange = exchanges.begin("HEAD / HTTP/1.1", "Accept-Encoding: " + accepted);
        new CompressionPolicy(CONFIG).onResponse(exchange, head);
        return head.headers().toString();
    }

    private TestExchanges.Answer play(List<String> lines, String body) {
        return exchanges.play(
                List.of(new CompressionPolicy(CONFIG), new CorsPolicy(CorsConfig.DEFAULTS.withOrigins(List.of("*"))),
                        new CompressionPolicy(CONFIG)),
                (_, _) -> Decision.respond(
                        Response.of(200, "text/plain", body.getBytes(StandardCharsets.UTF_8))),
                lines.toArray(String[]::new));
    }

    private static String unzip(byte[] coded) {
        try {
            return new String(Decoders.decode(ContentCoding.GZIP, coded), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private @Nullable String codingOf(CompressionConfig config, String... fields) {
        ResponseHead head = text(5000);
        boolean coded = isCoded(config, head, fields);
        String coding = head.headers().get(HeaderName.CONTENT_ENCODING);
        assertThat(coded).isEqualTo(coding != null);
        return coding;
    }

    private static ResponseHead text(long length) {
        return TestExchanges.response(200, length, "Content-Type: text/plain");
    }

    private boolean isCoded(CompressionConfig config, ResponseHead head, String... fields) {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1\r\n" + String.join("\r\n", fields));
        new CompressionPolicy(config).onResponse(exchange, head);
        boolean coded = exchange.hasResponseCoding();
        TestExchanges.dropCoding(exchange);
        return coded;
    }
}
