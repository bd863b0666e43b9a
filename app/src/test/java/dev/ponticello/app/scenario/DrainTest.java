package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.RawConnection;
import dev.ponticello.testing.ScriptedEndpoint;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How a gateway ends while its clients are not done. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class DrainTest {
    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aDrainLetsAClientTakeItsAnswer() throws Exception {
        byte[] body = new byte[8 << 20];
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                connection.send(body);
            });
            client.send(http("""
                    GET /big HTTP/1.1
                    Host: a

                    """));
            client.readHead();
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            assertThat(client.readToEnd()).hasSize(body.length);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void closingEndsADrainThatIsUnderWay() throws Exception {
        var gateway = TestGateway.start(transport, """
                drain: { delay: 1h }
                routes: [{ path: /, answer: health }]
                """);
        CompletableFuture<Integer> drained = gateway.gateway().drain();
        gateway.close();
        assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(gateway.gateway().drain().get(10, TimeUnit.SECONDS)).isZero();
        gateway.close();
    }

    @Test
    void anAnswerThatIsNotTakenWhenTheDrainIsOverCountsAsCut() throws Exception {
        Path log = directory.resolve("access.log");
        try (var gateway = TestGateway.start(transport, """
                drain: { timeout: 100ms }
                policies: [{ access-log: { to: "%s" } }]
                routes: [{ path: /, answer: { respond: { status: 200, body: "%s" } } }]
                """.formatted(log, "x".repeat(100_000)));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100));
            client.readHead();
            Await.settled("answered", () -> log.toFile().length(), RawConnection.QUIET);
            assertThat(gateway.gateway().drain().get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    @Test
    void aDrainDoesNotWaitForAHeadThatDoesNotCome() throws Exception {
        try (var gateway = TestGateway.start(transport, """
                drain: { timeout: 1h }
                listeners: [{ address: "127.0.0.1:0", timeouts: { request-head: 1h } }]
                routes: [{ path: /, answer: health }]
                """);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo");
            assertThat(client.readResponse("GET").status()).isEqualTo(200);
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            var refused = client.readResponse("GET");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.bodyText()).isEqualTo("{\"error\":\"The gateway is stopping\"}");
            client.expectEnd();
            assertThat(drained.get(10, TimeUnit.SECONDS)).as("it was told that it is cut").isEqualTo(1);
        }
    }

    @Test
    void aDrainDoesNotWaitForABodyThatNobodyWants() throws Exception {
        try (var gateway = TestGateway.start(transport, """
                drain: { timeout: 1h }
                routes: [{ path: /, answer: health }]
                """);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
            assertThat(client.readResponse("GET").status()).isEqualTo(200);
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            client.expectEnd();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aDrainLetsAHeadEndThatIsOnItsWay() throws Exception {
        try (var gateway = TestGateway.start(transport, """
                drain: { timeout: 1h }
                routes: [{ path: /, answer: health }]
                """);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo");
            assertThat(client.readResponse("GET").status()).isEqualTo(200);
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            client.send("st: a\r\n\r\n");
            var last = client.readResponse("GET");
            assertThat(last.status()).isEqualTo(200);
            client.expectEnd();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }
}
