package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How a gateway ends while its clients are not done. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class DrainTest {
    @Parameter
    Transport transport = Transport.NIO;

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
        try (var gateway = TestGateway.start(transport, """
                drain: { timeout: 100ms }
                routes: [{ path: /, answer: { respond: { status: 200, body: "%s" } } }]
                """.formatted("x".repeat(100_000)));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100));
            client.readHead();
            assertThat(gateway.gateway().drain().get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }
}
