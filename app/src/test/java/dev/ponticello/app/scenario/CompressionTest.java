package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.coding.ContentCoding;
import dev.ponticello.coding.Decoders;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Fields;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies made smaller on the way; and the hostile row 61. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
@SuppressWarnings("StringConcatToTextBlock") // bytes with their own line ends
class CompressionTest {
    private static final String JSON = "{\"name\":\"Alice\"}".repeat(1000);
    private static final String EVENTS = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "compression: { codings: [zstd, br, gzip, deflate] }");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String policy) {
        return TestGateway.start(transport, "policies: [" + policy + "]\n" + Forward.allTo(endpoint));
    }

    private static String accepting(ContentCoding coding) {
        return "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: " + coding.label() + "\r\n\r\n";
    }

    private static String decode(ContentCoding coding, byte[] coded) throws IOException {
        return new String(Decoders.decode(coding, coded), StandardCharsets.UTF_8);
    }

    @Test
    void codesForWhoAsks() throws IOException {
        try (var endpoint = ScriptedEndpoint.answering(200, JSON, "Content-Type: application/json", "ETag: \"1\"");
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            for (ContentCoding coding : ContentCoding.values()) {
                Response coded = client.ask(accepting(coding));
                assertThat(coded.header("Content-Encoding")).isEqualTo(coding.label());
                assertThat(coded.header("Vary")).isEqualTo("Accept-Encoding");
                assertThat(coded.header("Content-Length")).isNull();
                assertThat(coded.header("ETag")).isEqualTo("W/\"1\"");
                assertThat(coded.body()).hasSizeLessThan(JSON.length() / 10);
                assertThat(decode(coding, coded.body())).isEqualTo(JSON);
            }
            Response plain = client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(plain.header("Content-Encoding")).isNull();
            assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding");
            assertThat(plain.header("ETag")).isEqualTo("\"1\"");
            assertThat(plain.bodyText()).isEqualTo(JSON);
        }
    }

    @Test
    void theClientsWordHoldsWhateverTheEndpointIsTold() throws Exception {
        try (var endpoint = ScriptedEndpoint.answering(200, JSON, "Content-Type: application/json")) {
            try (var gateway = gatewayTo(endpoint,
                    "headers: { request: { remove: [Accept-Encoding] } }, compression: {}");
                    var client = RawClient.connect(gateway.port())) {
                Response coded = client.ask(accepting(ContentCoding.GZIP));
                assertThat(endpoint.takeRequest().header("Accept-Encoding")).isNull();
                assertThat(coded.header("Content-Encoding")).isEqualTo("gzip");
            }
            try (var gateway = gatewayTo(endpoint,
                    "headers: { request: { set: { Accept-Encoding: gzip } } }, compression: {}");
                    var client = RawClient.connect(gateway.port())) {
                Response plain = client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(endpoint.takeRequest().header("Accept-Encoding")).isEqualTo("gzip");
                assertThat(plain.header("Content-Encoding")).isNull();
            }
        }
    }

    @Test
    void prefersTheFirstOfTheUsualCodings() throws IOException {
        try (var endpoint = ScriptedEndpoint.answering(200, JSON, "Content-Type: application/json");
                var gateway = gatewayTo(endpoint, "compression")) {
            assertThat(RawClient.get(gateway.port(), "/", "Accept-Encoding: gzip, deflate, br, zstd")
                    .header("Content-Encoding")).isEqualTo("zstd");
            assertThat(RawClient.get(gateway.port(), "/", "Accept-Encoding: gzip", "Accept-Encoding: br")
                    .header("Content-Encoding")).isEqualTo("br");
            assertThat(RawClient.get(gateway.port(), "/", "Accept-Encoding: deflate").header("Content-Encoding"))
                    .isNull();
        }
    }

    @Test
    void codesItsOwnAnswers() throws IOException {
        try (var gateway = TestGateway.start(transport, """
                policies: [compression]
                routes:
                  - { path: /, answer: { respond: { headers: { Content-Type: text/plain }, body: "%s" } } }
                """.formatted("x".repeat(3000)))) {
            for (ContentCoding coding : new ContentCoding[]{ContentCoding.ZSTD, ContentCoding.BR, ContentCoding.GZIP}) {
                Response coded = RawClient.get(gateway.port(), "/", "Accept-Encoding: " + coding.label());
                assertThat(coded.header("Content-Encoding")).isEqualTo(coding.label());
                assertThat(decode(coding, coded.body())).isEqualTo("x".repeat(3000));
            }
        }
    }

    @Test
    void passesEachEventWhenItComes() throws IOException {
        for (ContentCoding coding : ContentCoding.values()) {
            var first = new Cue();
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send(EVENTS + "Transfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("data: one\n\n");
                first.await();
                connection.sendChunk("data: two\n\n");
                connection.sendLastChunk();
            });
                    var gateway = gatewayTo(endpoint);
                    var client = RawClient.connect(gateway.port())) {
                client.send(accepting(coding));
                assertThat(client.readHead().header("Content-Encoding")).isEqualTo(coding.label());
                var coded = new ByteArrayOutputStream();
                coded.writeBytes(readChunk(client));
                assertThat(Decoders.decodeBegun(coding, coded.toByteArray())).asString().isEqualTo("data: one\n\n");
                first.give();
                for (byte[] chunk = readChunk(client); chunk.length > 0; chunk = readChunk(client)) {
                    coded.writeBytes(chunk);
                }
                assertThat(decode(coding, coded.toByteArray())).isEqualTo("data: one\n\ndata: two\n\n");
            }
        }
    }

    /** That its length is known does not make anybody wait less for its parts. */
    @Test
    void passesEachEventOfAStreamWhoseLengthIsKnown() throws IOException {
        String one = "data: one\n\n" + ":".repeat(2000) + "\n\n";
        var first = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send(EVENTS + "Content-Length: %d\r\n\r\n".formatted(one.length() + 5));
            connection.send(one);
            first.await();
            connection.send("two\n\n");
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send(accepting(ContentCoding.BR));
            client.readHead();
            byte[] begun = readChunk(client);
            assertThat(Decoders.decodeBegun(ContentCoding.BR, begun)).asString().startsWith("data: one\n\n");
            first.give();
            while (readChunk(client).length > 0) {
                // the rest
            }
        }
    }

    /** The next chunk of a chunked body; empty for the last. */
    private static byte[] readChunk(RawClient client) {
        String size = "";
        while (!size.endsWith("\r\n")) {
            size += client.readText(1);
        }
        byte[] chunk = client.read(Integer.parseInt(size.strip(), 16));
        assertThat(client.readText(2)).isEqualTo("\r\n");
        return chunk;
    }

    @Test
    void codesABodyLongerThanAllBuffers() throws IOException {
        // Hexadecimal digits without a pattern: half the size when coded, far more than a slow client takes at once.
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.length() < 6_000_000) {
            text.append(Long.toHexString(random.nextLong()));
        }
        try (var endpoint = ScriptedEndpoint.answering(200, text.toString(), "Content-Type: text/plain");
                var gateway = gatewayTo(endpoint)) {
            for (ContentCoding coding : ContentCoding.values()) {
                try (var client = RawClient.connectWithSmallBuffers(gateway.port())) {
                    Response coded = client.ask(accepting(coding));
                    assertThat(decode(coding, coded.body())).isEqualTo(text.toString());
                }
            }
        }
    }

    @Test
    void leavesWhatIsNoWholeBodyOrIsCodedAlready() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            for (String head : new String[]{"206 Partial Content\r\nContent-Range: bytes 0-1999/5000",
                "200 OK\r\nContent-Range: bytes 0-1999/5000", "200 OK\r\nContent-Encoding: gzip",
                "200 OK\r\nCache-Control: no-transform", "404 Not Found\r\nContent-Digest: sha-256=:x:"}) {
                endpoint.onRequest(connection -> connection.send("HTTP/1.1 " + head
                        + "\r\nContent-Type: text/plain\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2000)));
                Response response = client.ask(accepting(ContentCoding.BR));
                assertThat(response.bodyText()).as(head).isEqualTo("x".repeat(2000));
            }
        }
    }

    @Test
    void framesAnswersWithoutABodyAsTheyWere() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            String get = accepting(ContentCoding.ZSTD);
            String fields = "\r\nContent-Type: text/plain\r\nETag: \"1\"\r\n\r\n";
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 204 No Content" + fields));
            assertThat(client.ask(get).status()).isEqualTo(204);
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 304 Not Modified" + fields));
            Response unmodified = client.ask(get);
            assertThat(unmodified.status()).isEqualTo(304);
            assertThat(unmodified.header("Content-Encoding")).isNull();
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0" + fields));
            assertThat(client.ask(get).header("Content-Encoding")).isNull();
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5000" + fields));
            Response head = client.ask(get.replace("GET", "HEAD"));
            assertThat(head.header("Content-Encoding")).isEqualTo("zstd");
            assertThat(head.header("Content-Length")).isNull();
            assertThat(head.header("ETag")).isEqualTo("W/\"1\"");
            assertThat(client.ask(get).status()).isEqualTo(200);
        }
    }

    /** RFC 9110 §9.3.2: a length may be left out, but must not be one that GET would not have. */
    @Test
    void answersHeadWithTheFieldsOfGet() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        """
                                policies: [compression]
                                routes:
                                  - { path: /large, answer: { respond: { headers: { Content-Type: text/plain }, body: "%s" } } }
                                  - { path: /small, answer: { respond: { headers: { Content-Type: text/plain }, body: small } } }
                                  - { path: /endpoint, to: endpoint }
                                upstreams: { endpoint: { endpoints: ["%s"] } }
                                """
                                .formatted("x".repeat(3000), endpoint.url()))) {
            for (String coding : new String[]{"gzip", "zstd", "identity", "identity;q=0, gzip"}) {
                for (String path : new String[]{"/large", "/small", "/none"}) {
                    assertHeadIsThatOfGet(gateway, path, "Accept-Encoding: " + coding);
                }
                for (String fields : new String[]{"Content-Length: 5000\r\n", "Content-Length: 5\r\n",
                    "Content-Length: 0\r\n", "Content-Length: 5000\r\nContent-Encoding: gzip\r\n",
                    "Content-Length: 5000\r\nSet-Cookie: a=b\r\n",
                    "Content-Length: 5000\r\nCache-Control: no-transform\r\n"}) {
                    Script script = connection -> {
                        boolean head = connection.request().head().startsWith("HEAD");
                        connection.send(
                                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\n"
                                        + fields + "\r\n");
                        if (!head) {
                            connection
                                    .send("x".repeat(Integer.parseInt(fields.replaceFirst("(?s)\\D+(\\d+).*", "$1"))));
                        }
                    };
                    endpoint.onRequest(script).onRequest(script);
                    assertHeadIsThatOfGet(gateway, "/endpoint", "Accept-Encoding: " + coding);
                }
            }
        }
    }

    @Test
    void anAnswerToHeadWithoutALengthContradictsNoAnswerToGet() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint)) {
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\n\r\n"));
            for (int size : new int[]{5, 5000}) {
                endpoint.onRequest(connection -> connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\nContent-Length: "
                                + size + "\r\n\r\n" + "x".repeat(size)));
            }
            try (var client = RawClient.connect(gateway.port())) {
                String request = " / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
                client.send("HEAD" + request);
                Response head = client.readResponse("HEAD");
                assertThat(head.header("Content-Encoding")).isNull();
                assertThat(head.header("Accept-Ranges")).isNull();
                assertThat(head.header("ETag")).isEqualTo("W/\"1\"");
                assertThat(head.header("Vary")).isEqualTo("Accept-Encoding");
                assertThat(client.ask("GET" + request).header("Content-Encoding")).isNull();
                assertThat(client.ask("GET" + request).header("Content-Encoding")).isEqualTo("gzip");
            }
        }
    }

    private static void assertHeadIsThatOfGet(TestGateway gateway, String path, String field) {
        try (var client = RawClient.connect(gateway.port())) {
            String request = " " + path + " HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
            Response get = client.ask("GET" + request);
            client.send("HEAD" + request);
            Response head = client.readResponse("HEAD");
            assertThat(head.body()).isEmpty();
            assertThat(withoutFraming(head)).as(field).isEqualTo(withoutFraming(get));
            if (head.header("Content-Length") != null) {
                assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
            }
        }
    }

    private static List<Fields.Field> withoutFraming(Response response) {
        return response.fields().lines().stream()
                .filter(field -> !field.name().matches("(?i)content-length|transfer-encoding|date")).toList();
    }

    @Test
    void endsACodedAnswerToHttp10WithItsConnection() throws IOException {
        try (var endpoint = ScriptedEndpoint.answering(200, JSON, "Content-Type: application/json");
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response coded = client.ask("GET / HTTP/1.0\r\nAccept-Encoding: zstd\r\n\r\n");
            assertThat(decode(ContentCoding.ZSTD, coded.body())).isEqualTo(JSON);
            client.expectClosed();
        }
    }

    @Test
    void cutsACodedAnswerThatBreaksOff() {
        for (ContentCoding coding : ContentCoding.values()) {
            var seen = new Cue();
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send(EVENTS + "Transfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("data: one\n\n");
                seen.await();
                connection.send("x");
                connection.awaitDisconnect();
            });
                    var gateway = gatewayTo(endpoint);
                    var client = RawClient.connect(gateway.port())) {
                client.send(accepting(coding));
                client.readHead();
                readChunk(client);
                seen.give();
                assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
            }
        }
    }

    @Test
    void letsAClientLeaveInACodedAnswer() {
        for (ContentCoding coding : ContentCoding.values()) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send(EVENTS + "Transfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("data: one\n\n");
                connection.awaitDisconnect();
            });
                    var gateway = gatewayTo(endpoint)) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send(accepting(coding));
                    client.readHead();
                    client.reset();
                }
                endpoint.awaitDisconnect();
            }
        }
    }

    @Test
    void row61_leavesAnExchangeWithCookies() {
        try (var endpoint = ScriptedEndpoint.echoing();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(answeringText(""));
            Response asked = client.ask(http("""
                    GET /?reflected=secret HTTP/1.1
                    Host: a
                    Accept-Encoding: zstd, br, gzip, deflate
                    Cookie: session=secret

                    """));
            assertThat(asked.header("Content-Encoding")).isNull();
            assertThat(asked.header("Vary")).isEqualTo("Accept-Encoding");
            assertThat(asked.bodyText()).isEqualTo(JSON);
            endpoint.onRequest(answeringText("Set-Cookie: session=secret\r\n"));
            Response set = client.ask(accepting(ContentCoding.BR));
            assertThat(set.header("Content-Encoding")).isNull();
            assertThat(set.bodyText()).isEqualTo(JSON);
            // A browser sends no bearer token on its own, so nobody can make it ask again and again.
            endpoint.onRequest(answeringText(""));
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\nAuthorization: Bearer x\r\n\r\n")
                    .header("Content-Encoding")).isEqualTo("br");
        }
    }

    @Test
    void row61_codesAnExchangeWithCookiesWhereTheConfigSaysSo() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, "compression: { cookies: true }")) {
            endpoint.onRequest(answeringText("Set-Cookie: session=secret\r\n"));
            Response coded = RawClient.get(gateway.port(), "/", "Accept-Encoding: br", "Cookie: session=secret");
            assertThat(coded.header("Content-Encoding")).isEqualTo("br");
            assertThat(decode(ContentCoding.BR, coded.body())).isEqualTo(JSON);
        }
    }

    private static Script answeringText(String fields) {
        return connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                + JSON.length() + "\r\n" + fields + "\r\n" + JSON);
    }
}
