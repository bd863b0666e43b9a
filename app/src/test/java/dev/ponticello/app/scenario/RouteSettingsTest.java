package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a route says otherwise than its upstream and its listener. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class RouteSettingsTest {
    @Parameter
    Transport transport = Transport.NIO;

    private static String config(ScriptedEndpoint endpoint, String upstream, String route) {
        return """
                listeners: [{ address: "127.0.0.1:0", limits: { body: 8B } }]
                upstreams:
                  users: { endpoints: ["%s"], timeouts: { %s } }
                routes:
                  - { path: /other, to: users }
                  - { path: /x, to: users, %s }
                """.formatted(endpoint.url(), upstream, route);
    }

    @Test
    void waitsForAnAnswerAsLongAsTheRouteSays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        config(endpoint, "response: 1h", "timeouts: { response: 100ms }"))) {
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            Response late = RawClient.get(gateway.port(), "/x");
            assertThat(late.status()).isEqualTo(504);
            assertThat(late.header("Proxy-Status")).contains("response-timeout");
            assertThat(RawClient.get(gateway.port(), "/other").status()).isEqualTo(200);
        }
    }

    @Test
    void waitsLongerThanTheUpstreamWhereTheRouteSaysSo() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        config(endpoint, "response: 50ms, total: 50ms",
                                "timeouts: { response: 1h, total: off }"));
                var client = RawClient.connect(gateway.port())) {
            // The answer to /x waits until that to /other, asked for after it, has come too late.
            endpoint.onRequest(connection -> {
                endpoint.onRequest(other -> other.awaitDisconnect());
                assertThat(RawClient.get(gateway.port(), "/other").status()).isEqualTo(504);
                connection.answer(200, "hello");
            });
            assertThat(client.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void endsAnExchangeWhenTheTotalOfTheRouteIsOver() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        config(endpoint, "total: off", "timeouts: { total: 100ms }"));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                connection.awaitDisconnect();
            });
            client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readText(5)).isEqualTo("hello");
            client.expectEnd();
        }
    }

    @Test
    void takesTheBodyThatTheRouteTakes() {
        String ask = http("""
                POST %s HTTP/1.1
                Host: a
                Content-Length: 9

                123456789""");
        String chunked = http("""
                POST %s HTTP/1.1
                Host: a
                Transfer-Encoding: chunked

                9
                123456789
                0

                """);
        try (var endpoint = ScriptedEndpoint.start();
                var less = TestGateway.start(transport, config(endpoint, "", "limits: { body: 4B }"));
                var more = TestGateway.start(transport, config(endpoint, "", "limits: { body: 9B }"));
                var any = TestGateway.start(transport, config(endpoint, "", "limits: { body: off }"))) {
            for (String form : new String[]{ask, chunked}) {
                assertThat(status(less, form.formatted("/x"))).isEqualTo(413);
                assertThat(status(more, form.formatted("/x"))).isEqualTo(200);
                assertThat(status(any, form.formatted("/x"))).isEqualTo(200);
                assertThat(status(any, form.formatted("/other"))).isEqualTo(413);
            }
            assertThat(status(less, ask.replace("9\r", "5\r").formatted("/x"))).isEqualTo(413);
            assertThat(status(less, ask.replace("9\r", "4\r").replace("123456789", "1234").formatted("/x")))
                    .isEqualTo(200);
        }
    }

    @Test
    void takesTheBodyThatTheRouteTakesForAnAnswerOfItsOwn() {
        try (var gateway = TestGateway.start(transport, """
                routes:
                  - path: /token
                    limits: { body: 4B }
                    answer: { token-issuer: { secret: "${SECRET}" } }
                """)) {
            assertThat(status(gateway, "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"))
                    .isNotEqualTo(413);
            assertThat(status(gateway, "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n{   }"))
                    .isEqualTo(413);
            assertThat(status(gateway,
                    "POST /token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{   }\r\n0\r\n\r\n"))
                    .isEqualTo(413);
        }
    }

    private static int status(TestGateway gateway, String request) {
        try (var client = RawClient.connect(gateway.port())) {
            return client.ask(request).status();
        }
    }
}
