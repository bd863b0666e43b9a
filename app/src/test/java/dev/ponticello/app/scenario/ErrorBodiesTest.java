package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.DeadPort;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The gateway's own errors in the words of whoever runs it. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class ErrorBodiesTest {
    private static final byte[] PAGE = "<h1>Später</h1>\n".getBytes(StandardCharsets.ISO_8859_1);

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void writesThePage() throws IOException {
        Files.write(folder.resolve("503.html"), PAGE);
    }

    private String config(String format, String url) {
        return """
                errors:
                  format: %s
                  bodies:
                    503: { type: text/html; charset=iso-8859-1, file: %s }
                upstreams:
                  users: { endpoints: ["%s"], circuit-breaker: { failures: 1, open-for: 1h } }
                policies: [{ headers: { response: { set: { X-Version: "1" } } } }]
                routes:
                  - { path: /**, to: users }
                """.formatted(format, folder.resolve("503.html"), url);
    }

    @Test
    void standInThePlaceOfItsOwn() {
        try (var dead = DeadPort.refusing();
                var gateway = TestGateway.start(transport, config("seed", "http://127.0.0.1:" + dead.port()))) {
            Response refused = RawClient.get(gateway.port(), "/x");
            assertThat(refused.status()).isEqualTo(502);
            assertThat(refused.header("Content-Type")).isEqualTo("application/json");

            Response open = RawClient.get(gateway.port(), "/x");
            assertThat(open.status()).isEqualTo(503);
            assertThat(open.header("Content-Type")).isEqualTo("text/html; charset=iso-8859-1");
            assertThat(open.body()).isEqualTo(PAGE);
            assertThat(open.header("Proxy-Status"))
                    .isEqualTo("ponticello; error=destination_unavailable; details=\"circuit-open\"");
            assertThat(Integer.parseInt(open.header("Retry-After"))).isBetween(1, 3600);
            assertThat(open.header("X-Version")).isEqualTo("1");
        }
    }

    @Test
    void haveALengthAndNoBytesForHead() {
        try (var dead = DeadPort.refusing();
                var gateway = TestGateway.start(transport, config("seed", "http://127.0.0.1:" + dead.port()));
                var client = RawClient.connect(gateway.port())) {
            client.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            Response open = client.ask("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(open.status()).isEqualTo(503);
            assertThat(open.header("Content-Length")).isEqualTo(Integer.toString(PAGE.length));
            assertThat(client.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").body()).isEqualTo(PAGE);
        }
    }

    @Test
    void giveWayToAClientThatAsksForProblems() {
        for (String format : new String[]{"seed", "problem"}) {
            try (var dead = DeadPort.refusing();
                    var gateway = TestGateway.start(transport, config(format, "http://127.0.0.1:" + dead.port()))) {
                RawClient.get(gateway.port(), "/x");
                Response open = RawClient.get(gateway.port(), "/x", "Accept: text/html, application/problem+json");
                assertThat(open.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(open.header("Vary")).isEqualTo("Accept");
                assertThat(open.json()).contains("\"reason\":\"circuit-open\"");
                assertThat(RawClient.get(gateway.port(), "/x", "Accept: */*").body()).isEqualTo(PAGE);
            }
        }
    }

    @Test
    void areNotForTheAnswersOfEndpoints() {
        try (var endpoint = ScriptedEndpoint.answering(503, "mine");
                var gateway = TestGateway.start(transport, config("seed", endpoint.url()))) {
            assertThat(RawClient.get(gateway.port(), "/x").bodyText()).isEqualTo("mine");
        }
    }
}
