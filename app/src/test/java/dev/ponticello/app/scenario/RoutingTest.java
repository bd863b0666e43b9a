package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Which route a request finds, by its host and by what it says. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class RoutingTest {
    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void findsTheRouteOfTheHost() {
        try (var gateway = TestGateway.start(transport, """
                routes:
                  - { path: /**, answer: { respond: { body: none } } }
                groups:
                  - path: /
                    host: "*.example.com"
                    routes:
                      - { path: /**, answer: { respond: { body: wildcard } } }
                    groups:
                      - path: /v1
                        host: api.example.com
                        routes:
                          - { path: /**, answer: { respond: { body: exact } } }
                """)) {
            assertThat(body(gateway, "/v1/x", "api.example.com")).isEqualTo("exact");
            assertThat(body(gateway, "/v1/x", "API.Example.com:8443")).isEqualTo("exact");
            assertThat(body(gateway, "/v1/x", "api.example.com.")).isEqualTo("exact");
            assertThat(body(gateway, "http://api.example.com/v1/x", "api.example.com")).isEqualTo("exact");
            assertThat(body(gateway, "/v1/x", "www.example.com")).isEqualTo("wildcard");
            assertThat(body(gateway, "/v2", "api.example.com")).isEqualTo("wildcard");
            assertThat(body(gateway, "/v2", "a.b.example.com")).isEqualTo("wildcard");
            for (String other : new String[]{"example.com", "evil-example.com", "example.com.evil", "[::1]"}) {
                assertThat(body(gateway, "/v1/x", other)).as(other).isEqualTo("none");
            }
        }
    }

    @Test
    void anAbsoluteTargetOfAnotherHostFindsNothing() {
        try (var gateway = TestGateway.start(transport, """
                groups:
                  - { path: /, host: a.example, routes: [{ path: /, answer: health }] }
                  - { path: /, host: b.example, routes: [{ path: /, answer: health }] }
                """)) {
            assertThat(ask(gateway, "http://a.example/", "b.example").status()).isEqualTo(400);
        }
    }

    @Test
    void guardsAnUnknownPathByTheGroupOfItsHost() {
        try (var gateway = TestGateway.start(transport, """
                groups:
                  - path: /api
                    policies: [{ headers: { response: { set: { X-Guard: every } } } }]
                  - path: /api
                    host: "*.example.com"
                    policies: [{ headers: { response: { set: { X-Guard: wildcard } } } }]
                  - path: /
                    host: api.example.com
                    policies: [{ headers: { response: { set: { X-Guard: exact } } } }]
                    routes: [{ path: /api/users, methods: [GET], answer: health }]
                """)) {
            assertThat(ask(gateway, "/api/x", "other").header("X-Guard")).isEqualTo("every");
            assertThat(ask(gateway, "/api/x", "www.example.com").header("X-Guard")).isEqualTo("wildcard");
            Response exact = ask(gateway, "/api/x", "api.example.com");
            assertThat(exact.status()).isEqualTo(404);
            assertThat(exact.header("X-Guard")).isEqualTo("exact");
            assertThat(ask(gateway, "/x", "other").header("X-Guard")).isNull();
            try (var client = RawClient.connect(gateway.port())) {
                Response method = client.ask("PUT /api/users HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
                assertThat(method.status()).isEqualTo(405);
                assertThat(method.header("X-Guard")).isEqualTo("exact");
            }
        }
    }

    @Test
    void findsTheRouteOfWhatTheRequestSays() {
        try (var gateway = TestGateway.start(transport, """
                routes:
                  - { path: /search, answer: { respond: { body: plain } } }
                  - { path: /search, answer: { respond: { body: beta } }, when: { headers: { X-Beta: "1" } } }
                  - path: /search
                    answer: { respond: { body: both } }
                    when: { headers: { X-Beta: "1" }, query: { v: "2" } }
                  - { path: /only, answer: { respond: { body: only } }, when: { query: { q: a b } } }
                """)) {
            assertThat(body(gateway, "/search", "a")).isEqualTo("plain");
            assertThat(body(gateway, "/search?v=2", "a")).isEqualTo("plain");
            assertThat(body(gateway, "/search", "a", "x-beta: 1")).isEqualTo("beta");
            assertThat(body(gateway, "/search?v=1&%76=%32", "a", "X-Beta: 1")).isEqualTo("both");
            assertThat(body(gateway, "/only?q=a+b", "a")).isEqualTo("only");
            assertThat(body(gateway, "/only?q=a%20b", "a")).isEqualTo("only");
            for (String query : new String[]{"", "?q=a%2Bb", "?q=a%2520b", "?q=a%2b", "?q=a%20b%", "?Q=a+b"}) {
                assertThat(ask(gateway, "/only" + query, "a").status()).as(query).isEqualTo(404);
            }
        }
    }

    @Test
    void row43_looksAtEveryValueOfAField() {
        try (var gateway = TestGateway.start(transport, """
                routes:
                  - { path: /**, answer: { respond: { body: open } } }
                  - { path: /**, answer: { respond: { status: 403 } }, when: { headers: { X-Role: admin } } }
                """)) {
            assertThat(ask(gateway, "/x", "a", "X-Role: a", "X-Role: admin").status()).isEqualTo(403);
            assertThat(ask(gateway, "/x", "a", "X-Role: admin", "X-Role: a").status()).isEqualTo(403);
            assertThat(ask(gateway, "/x", "a", "X-Role: a,admin").status()).isEqualTo(403);
            assertThat(ask(gateway, "/x", "a", "x-ROLE:\t a ,\tadmin ").status()).isEqualTo(403);
            assertThat(ask(gateway, "/x", "a", "X-Role: a").status()).isEqualTo(200);
            // Names with an underscore are dropped before, so that nobody behind takes one for the other.
            assertThat(ask(gateway, "/x", "a", "X_Role: admin").status()).isEqualTo(200);
        }
    }

    @Test
    void aPreflightFindsTheRouteOfTheRequestToCome() {
        try (var gateway = TestGateway.start(transport, """
                routes:
                  - path: /search
                    methods: [POST]
                    when: { headers: { X-Beta: "1" } }
                    policies: [{ cors: { origins: ["https://app.example"], headers: [X-Beta] } }]
                    answer: health
                """);
                var client = RawClient.connect(gateway.port())) {
            Response preflight = client.ask(http("""
                    OPTIONS /search HTTP/1.1
                    Host: a
                    Origin: https://app.example
                    Access-Control-Request-Method: POST
                    Access-Control-Request-Headers: x-beta

                    """));
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        }
    }

    private static Response ask(TestGateway gateway, String target, String host, String... fields) {
        try (var client = RawClient.connect(gateway.port())) {
            StringBuilder text = new StringBuilder("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
                    .formatted(target, host));
            for (String field : fields) {
                text.append(field).append("\r\n");
            }
            return client.ask(text + "\r\n");
        }
    }

    private static String body(TestGateway gateway, String target, String host, String... fields) {
        return ask(gateway, target, host, fields).bodyText();
    }
}
