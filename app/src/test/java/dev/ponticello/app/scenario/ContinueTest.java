package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code Expect: 100-continue} (RFC 9110 §10.1.1): who waits for whom, and who is to blame. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class ContinueTest {
    /** The head of a request whose client waits to be told to send its body, {@code hello}. */
    private static final String ASKING = http("""
            POST /users HTTP/1.1
            Host: a
            Content-Length: 5
            Expect: 100-continue

            """);

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void waitsForTheEndpointsWordBeforeItBlamesAClientThatExpectsIt() throws Exception {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-body: 100ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                client.expectNothing();
                connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                assertThat(connection.readText(5)).isEqualTo("hello");
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            client.send(ASKING);
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void blamesAClientThatWasToldToSendAndDoesNot() throws Exception {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-body: 100ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                connection.awaitDisconnect();
            });
            client.send(ASKING);
            assertThat(client.readInformational().status()).isEqualTo(100);
            assertThat(client.readResponse().status()).isEqualTo(408);
        }
    }

    @Test
    void aClientThatWaitsForItsWordDoesNotOpenTheCircuit() throws Exception {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "",
                                ", timeouts: { response: 100ms }, circuit-breaker: { failures: 1 }"));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            client.send(ASKING);
            assertThat(client.readResponse().status()).isEqualTo(504);
            assertThat(RawClient.get(gateway.port(), "/users").status()).isEqualTo(200);
        }
    }

    @Test
    void tellsAClientOnceToSendItsBodyAndOnlyWhoAsked() throws Exception {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            String twice = "HTTP/1.1 100 Continue\r\n\r\n".repeat(2);
            endpoint.onRequest(connection -> {
                connection.send(twice);
                connection.readBody();
                connection.send(twice + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            endpoint.onRequest(
                    connection -> connection.send(twice + "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
            client.send(ASKING);
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(201);
        }
    }
}
