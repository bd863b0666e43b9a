package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.ScriptedEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What reaches the endpoint, and what comes back. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class ForwardingTest {
    @Parameter
    Transport transport = Transport.NIO;

    private static String forwardAllTo(ScriptedEndpoint endpoint) {
        return """
                upstreams:
                  users: { endpoints: ["%s"] }
                routes:
                  - { path: /**, to: users }
                """.formatted(endpoint.url());
    }

    @Test
    void forwardsARequestAndItsAnswer() throws Exception {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport, forwardAllTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send(http("""
                    GET /users/1?x=2 HTTP/1.1
                    Host: api.example.com
                    X-Forwarded-For: 10.9.8.7
                    Connection: close, x-secret
                    X-Secret: 1

                    """));
            var response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.bodyText()).isEqualTo("hello");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.line()).isEqualTo("GET /users/1?x=2 HTTP/1.1");
            assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + endpoint.port());
            assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(request.header("X-Forwarded-Host")).isEqualTo("api.example.com");
            assertThat(request.header("X-Secret")).isNull();
            client.expectClosed();
        }
    }

    @Test
    void aGroupWithThePathSlashGuardsEverything() throws Exception {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport, """
                        upstreams:
                          users: { endpoints: ["%s"] }
                        groups:
                          - path: /
                            policies: [{ rate-limit: { name: all, limit: 1/h } }]
                            routes: [{ path: /users, to: users }]
                        """.formatted(endpoint.url()))) {
            assertThat(RawClient.get(gateway.port(), "/users").status()).isEqualTo(200);
            assertThat(RawClient.get(gateway.port(), "/unknown").status()).isEqualTo(429);
        }
    }

    @Test
    void aClientThatLeavesAnAnswerWhoseEndpointHasClosedFreesItsPlace() throws Exception {
        byte[] body = new byte[4 << 20];
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport, """
                        upstreams:
                          users:
                            endpoints: ["%s"]
                            connections: { max: 1 }
                            timeouts: { connect: 300ms }
                        routes: [{ path: /**, to: users }]
                        """.formatted(endpoint.url()))) {
            for (int i = 0; i < 4; i++) {
                endpoint.onRequest(connection -> {
                    connection.send(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
                    connection.send(new byte[300_000]);
                    connection.finish();
                    connection.awaitDisconnect();
                });
                try (var client = RawClient.connectWithSmallBuffers(gateway.port())) {
                    client.send(http("""
                            GET /big HTTP/1.1
                            Host: a

                            """));
                    client.readHead();
                    client.reset();
                }
            }
            for (int i = 0; i < 8; i++) {
                assertThat(RawClient.get(gateway.port(), "/users").status()).isEqualTo(200);
            }
        }
    }
}
