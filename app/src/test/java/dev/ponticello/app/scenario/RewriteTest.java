package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that are another to the endpoint than to the client: there, and back again. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class RewriteTest {
    @Parameter
    Transport transport = Transport.NIO;

    private static String config(ScriptedEndpoint endpoint, String upstream, String base) {
        return """
                upstreams:
                  users: { endpoints: ["%s%s"]%s }
                groups:
                  - path: /api/v1
                    routes:
                      - { path: /files/**, to: users, rewrite: { path: "/{**}" } }
                      - { path: "/users/{id}", to: users, rewrite: { path: "/people/{id}" } }
                      - { path: /old/**, to: users, rewrite: { prefix: /v2 } }
                      - { path: /raw/**, to: users, raw-path: true }
                      - { path: /plain/**, to: users }
                """.formatted(endpoint.url(), base, upstream);
    }

    @Test
    void forwardsAnotherPathAndSaysWhatWasTakenAway() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            for (String[] play : new String[][]{{"/api/v1/files/a/b?c=/d", "/a/b?c=/d", "/api/v1/files"},
                {"/api/v1/files", "/", "/api/v1/files"}, {"/api/v1/files/./x//%61%3f?", "/x/a%3F?", "/api/v1/files"},
                {"/api/v1/users/7", "/people/7", "/api/v1/users"}, {"/api/v1/old/x?y", "/v2/x?y", "/api/v1/old"},
                {"/api/v1/old", "/v2", "/api/v1/old"}, {"/api/v1/plain/x", "/api/v1/plain/x", null}}) {
                client.send("GET %s HTTP/1.1\r\nHost: a\r\nX-Forwarded-Prefix: /evil\r\n\r\n".formatted(play[0]));
                assertThat(client.readResponse().status()).as(play[0]).isEqualTo(200);
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.target()).isEqualTo(play[1]);
                assertThat(request.header("X-Forwarded-Prefix")).isEqualTo(play[2]);
            }
        }
    }

    @Test
    void putsThePathOfTheEndpointBeforeTheRewrittenOne() {
        try (var endpoint = ScriptedEndpoint.answering(201, "", "Location: /base/v2/x", "Content-Location: /v2/x");
                var gateway = TestGateway.start(transport, config(endpoint, "", "/base"));
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask("GET /api/v1/old/x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(endpoint.takeRequest().target()).isEqualTo("/base/v2/x");
            assertThat(response.header("Location")).isEqualTo("/api/v1/old/x");
            assertThat(response.header("Content-Location")).isEqualTo("/v2/x");
        }
    }

    @Test
    void extendsThePrefixThatATrustedProxyHasTakenAway() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        "listeners: [{ address: \"127.0.0.1:0\", trusted-proxies: [127.0.0.1] }]\n"
                                + config(endpoint, "", ""))) {
            RawClient.get(gateway.port(), "/api/v1/files/a", "X-Forwarded-Prefix: /outer/");
            assertThat(endpoint.takeRequest().header("X-Forwarded-Prefix")).isEqualTo("/outer/api/v1/files");
            RawClient.get(gateway.port(), "/api/v1/files/a", "X-Forwarded-Prefix: /outér");
            assertThat(endpoint.takeRequest().header("X-Forwarded-Prefix")).endsWith("r/api/v1/files");
        }
    }

    @Test
    void tellsPathsOfTheAnswerAsTheClientSeesThem() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            String own = endpoint.url();
            for (String[] play : new String[][]{{"/x/y?z#w", "/api/v1/files/x/y?z#w"}, {"/", "/api/v1/files/"},
                {"/api/v1/files/x", "/api/v1/files/x"}, {own + "/x", "/api/v1/files/x"}, {own, "/api/v1/files/"},
                {own + "?q", "/api/v1/files/?q"}, {own + "/api/v1/files", "/api/v1/files/api/v1/files"},
                {"//127.0.0.1:" + endpoint.port() + "/x", "/api/v1/files/x"},
                {"https" + own.substring(4) + "/x", "https" + own.substring(4) + "/x"},
                {"http://a.example/x", "http://a.example/api/v1/files/x"},
                {"https://A.example/x", "https://A.example/api/v1/files/x"}, {"x/y", "x/y"}, {"?q", "?q"},
                {"../x", "../x"}, {"https://other.example/x", "https://other.example/x"},
                {"http://127.0.0.1:1/x", "http://127.0.0.1:1/x"}, {"mailto:a@b", "mailto:a@b"}, {"", ""}}) {
                endpoint.onRequest(connection -> connection
                        .send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + play[0]
                                + "\r\nContent-Location: " + play[0] + "\r\n\r\n"));
                Response response = client.ask("GET /api/v1/files/a HTTP/1.1\r\nHost: a.example\r\n\r\n");
                assertThat(response.header("Location")).as(play[0]).isEqualTo(play[1]);
                assertThat(response.header("Content-Location")).as(play[0]).isEqualTo(play[1]);
            }
        }
    }

    @Test
    void tellsOnlyPathsBelowTheNewPrefix() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            for (String[] play : new String[][]{{"/v2/x", "/api/v1/old/x"}, {"/v2", "/api/v1/old"},
                {"/v2?x", "/api/v1/old?x"}, {"/v20/x", "/v20/x"}, {"/x", "/x"}}) {
                endpoint.onRequest(connection -> connection.send(
                        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + play[0] + "\r\n\r\n"));
                assertThat(client.ask("GET /api/v1/old/a HTTP/1.1\r\nHost: a\r\n\r\n").header("Location")).as(play[0])
                        .isEqualTo(play[1]);
            }
        }
    }

    @Test
    void neverMakesAnotherAuthorityOfAPath() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["%s"] } }
                        routes: [{ path: /**, to: users, rewrite: { prefix: /v2 } }]
                        """.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (String location : new String[]{"/v2//evil.example", "/v2/\\evil.example"}) {
                endpoint.onRequest(connection -> connection.send(
                        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n"));
                assertThat(client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").header("Location")).isEqualTo(location);
            }
        }
    }

    @Test
    void tellsPathsOfTheAuthorityThatItAskedFor() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, ", host: api.internal", ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.send(
                    "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://API.internal:80/x\r\n\r\n"));
            assertThat(client.ask("GET /api/v1/files/a HTTP/1.1\r\nHost: a\r\n\r\n").header("Location"))
                    .isEqualTo("/api/v1/files/x");
        }
    }

    @Test
    void tellsThePathsOfCookies() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.send(http("""
                    HTTP/1.1 200 OK
                    Content-Length: 0
                    Set-Cookie: a=1; Path=/; HttpOnly
                    Set-Cookie: b=2
                    Set-Cookie: path=/x;path=/x ;Secure
                    Set-Cookie: d=4; PATH=/api/v1/files/x; Path=y

                    """)));
            Response response = client.ask("GET /api/v1/files/a HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response.fields().all("Set-Cookie")).containsExactly("a=1; Path=/api/v1/files; HttpOnly", "b=2",
                    "path=/x; Path=/api/v1/files/x;Secure", "d=4; PATH=/api/v1/files/x; Path=y");
        }
    }

    @Test
    void leavesTheAnswerOfAPathThatWasNotRewritten() {
        try (var endpoint = ScriptedEndpoint.answering(302, "", "Location: /x", "Set-Cookie: a=1; Path=/");
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask("GET /api/v1/plain/a HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response.header("Location")).isEqualTo("/x");
            assertThat(response.header("Set-Cookie")).isEqualTo("a=1; Path=/");
        }
    }

    @Test
    void forwardsWhatArrivedWhereItIsToldTo() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            for (String[] play : new String[][]{
                {"/api/./v1//raw/%61/%7euser?x=%61|y", "/api/./v1//raw/%61/%7euser?x=%61|y"},
                {"/api/v1/raw/a{b}", "/api/v1/raw/a{b}"}, {"http://a/api/v1/raw/%41?", "/api/v1/raw/%41?"}}) {
                client.send("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(play[0]));
                assertThat(client.readResponse().status()).isEqualTo(200);
                assertThat(endpoint.takeRequest().target()).isEqualTo(play[1]);
            }
        }
    }

    @Test
    void row39_matchesAndForwardsTheCanonicalPathAlone() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["%s"] } }
                        routes:
                          - { path: /app/**, to: users, rewrite: { path: "/{**}" } }
                          - { path: /raw/**, to: users, raw-path: true }
                          - { path: /app/admin/**, answer: { respond: { status: 403 } } }
                          - { path: /raw/admin/**, answer: { respond: { status: 403 } } }
                        """.formatted(endpoint.url()))) {
            for (String path : new String[]{"/admin/x", "/%61dmin/x", "//admin/x", "/./admin/x", "/%2e/%61dmin"}) {
                assertThat(RawClient.get(gateway.port(), "/app" + path).status()).as(path).isEqualTo(403);
                assertThat(RawClient.get(gateway.port(), "/raw" + path).status()).as(path).isEqualTo(403);
            }
            for (String path : new String[]{"/x%2fadmin", "/x/..%2fadmin", "/x/../admin", "/%2e%2e/admin", "/x;/admin",
                "/x%5cadmin", "/%252e%252e/admin"}) {
                assertThat(RawClient.get(gateway.port(), "/app" + path).status()).as(path).isEqualTo(400);
                assertThat(RawClient.get(gateway.port(), "/raw" + path).status()).as(path).isEqualTo(400);
            }
            assertThat(endpoint.requests()).isZero();
            assertThat(RawClient.get(gateway.port(), "/app/%7e%2541//x").status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().target()).isEqualTo("/~%2541/x");
        }
    }

    @Test
    void row16_writesNoLineBreakThatACaptureOrTheQueryHides() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""))) {
            for (String path : new String[]{"/api/v1/files/%0d%0aX-Admin:%201", "/api/v1/users/%0a",
                "/api/v1/old/%250d", "/api/v1/files/%00", "/api/v1/raw/%0d%0aX-Admin:%201"}) {
                assertThat(RawClient.get(gateway.port(), path).status()).as(path).isEqualTo(400);
            }
            assertThat(endpoint.requests()).isZero();
            assertThat(RawClient.get(gateway.port(), "/api/v1/files/a%20b?c=%0d%0ad").status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.target()).isEqualTo("/a%20b?c=%0d%0ad");
            try (var client = RawClient.connect(gateway.port())) {
                client.send("GET /api/v1/files/a\rX-Admin: 1 HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void rewritesOnceForAllAttempts() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, config(endpoint, "", ""));
                var client = RawClient.connect(gateway.port())) {
            String ask = "GET /api/v1/files/a HTTP/1.1\r\nHost: a\r\n\r\n";
            assertThat(client.ask(ask).status()).isEqualTo(200);
            endpoint.onRequest(connection -> connection.close());
            assertThat(client.ask(ask).status()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.target()).isEqualTo("/a");
                assertThat(request.header("X-Forwarded-Prefix")).isEqualTo("/api/v1/files");
            }
        }
    }
}
