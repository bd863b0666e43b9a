package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who asks, and for what: the hostile rows 10, 16, 38-42 and 46. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
@SuppressWarnings("StringConcatToTextBlock") // bytes with their own line ends
class HostileIdentityTest {
    @Parameter
    Transport transport = Transport.NIO;

    private static final String GUARDED = """
            upstreams:
              users: { endpoints: ["%s"] }
            policies:
              - request-id: { header: X-Request-Id, trust: false }
            routes:
              - { path: /open/**, to: users }
              - { path: /admin, answer: { respond: { status: 403, body: "guarded" } } }
              - { path: /admin/**, answer: { respond: { status: 403, body: "guarded" } } }
              - { path: /a/**, to: users }
            groups:
              - path: /api
                policies:
                  - bearer-token:
                      algorithms: [HS256]
                      secret: "${SECRET}"
                      forward-claims: { sub: X-User-Id }
                  - headers: { request: { set: { X-Env: prod } } }
                routes:
                  - { path: /**, to: users }
            """;

    @Test
    void row10_writesItsOwnFieldsAfterThoseThatConnectionNamesAreGone() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            client.send(http("""
                    GET /api/x HTTP/1.1
                    Host: a
                    Authorization: Bearer %s
                    Connection: x-forwarded-for, X-User-Id,x-env ,X-Request-ID, via, forwarded, host, x-secret
                    Connection: keep-alive, x-other
                    X-Forwarded-For: 1.2.3.4
                    X-User-Id: admin
                    X-Secret: 1
                    X-Other: 1
                    Keep-Alive: timeout=5
                    Proxy-Connection: keep-alive
                    TE: trailers
                    Upgrade: h2c
                    HTTP2-Settings: AAMAAABkAAQAAP__

                    """.formatted(Tokens.good())));
            assertThat(client.readResponse().status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(request.header("X-User-Id")).isEqualTo("u1");
            assertThat(request.header("X-Env")).isEqualTo("prod");
            assertThat(request.header("X-Request-Id")).isNotEmpty();
            assertThat(request.header("Via")).isEqualTo("1.1 ponticello");
            assertThat(request.header("Forwarded")).isEqualTo("for=127.0.0.1;proto=http;host=a");
            assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + endpoint.port());
            for (String gone : new String[]{"Connection", "X-Secret", "X-Other", "Keep-Alive", "Proxy-Connection", "TE",
                "Upgrade", "HTTP2-Settings"}) {
                assertThat(request.header(gone)).as(gone).isNull();
            }
        }
    }

    @Test
    void row10_letsNobodyInWhoseAuthorizationIsNamedByConnection() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            assertThat(RawClient.get(gateway.port(), "/api/x", "Authorization: Bearer " + Tokens.good(),
                    "Connection: authorization").status()).isEqualTo(401);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row10_keepsTheLengthThatConnectionNames() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            client.send(
                    "POST /a/x HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("hello");
            client.send("POST /a/x HTTP/1.1\r\nHost: a\r\nConnection: transfer-encoding\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void row10_removesWhatConnectionNamesInAnAnswer() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello", "Connection: x-secret, content-length",
                "X-Secret: 1",
                "Keep-Alive: timeout=5", "X-Kept: 1");
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                Response response = client.ask("GET /a/x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(response.bodyText()).isEqualTo("hello");
                assertThat(response.header("X-Secret")).isNull();
                assertThat(response.header("Keep-Alive")).isNull();
                assertThat(response.header("X-Kept")).isEqualTo("1");
                assertThat(response.header("Content-Length")).isEqualTo("5");
            }
        }
    }

    @Test
    void row16_writesNoLineBreakThatARequestHides() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            for (String target : new String[]{"/a/x%0d%0aX-Admin:%201", "/a/%0A", "/a/%250d%250a", "/a/%25250a"}) {
                assertThat(RawClient.get(gateway.port(), target).status()).as(target).isEqualTo(400);
            }
            assertThat(endpoint.requests()).isZero();
            String query = "/a/x?y=%0d%0aX-Admin:%201";
            assertThat(RawClient.get(gateway.port(), query).status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.target()).isEqualTo(query);
            assertThat(request.header("X-Admin")).isNull();
        }
    }

    @Test
    void row38_refusesAmbiguousPaths() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (String path : new String[]{"/admin%2F", "/a/..%2fadmin", "/a/%2e%2e/admin", "/a/../admin",
                "/a/.%2e/admin", "/..", "/a/..", "/admin;x", "/a/..;/admin", "/a/.;x/admin", "/admin%00", "/a\\admin",
                "/a/..\\admin", "/a%5cadmin", "/a/%252e%252e/admin", "/a/..%252fadmin", "/a/%25252e%25252e/admin",
                "/a/%255cadmin", "/a/%2500", "/a/%c0%ae%c0%ae/admin", "/a/%c0%af", "/a/%e0%80%af", "/a/%ff",
                "/a/%ed%a0%80", "/a/%f4%90%80%80", "/a/%", "/a/%2", "/a/%zz", "/a/%u002e", "/a/%7f", "/a/%1f",
                "/a/%c2%85"}) {
                Response response = client.ask("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path));
                assertThat(response.status()).as(path).isEqualTo(400);
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row38_guardsEverySpellingOfAPath() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (String path : new String[]{"/admin", "//admin", "/./admin", "/%61dmin", "/%61%64%6d%69%6e",
                "/.//admin",
                "/%2e/admin", "///admin//x", "/admin/", "http://a//admin", "/admin?/a/x"}) {
                Response response = client.ask("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path));
                assertThat(response.status()).as(path).isEqualTo(403);
                assertThat(response.bodyText()).as(path).isEqualTo("guarded");
            }
            for (String path : new String[]{"/%61pi/x", "//api/x", "/api//x", "/api/./x", "/api/%78"}) {
                Response response = client.ask("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path));
                assertThat(response.status()).as(path).isEqualTo(401);
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row39_forwardsThePathThatItMatched() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (var path : Map.of("/a/./b", "/a/b", "/a//b?c//d", "/a/b?c//d", "/%61/%62", "/a/b", "/a/x%3fy%23",
                    "/a/x%3Fy%23", "/a/100%25", "/a/100%25", "/a/%2541", "/a/%2541", "/a/%e2%82%ac", "/a/%E2%82%AC",
                    "/a/b/.", "/a/b/", "/a/b?..%2f%00", "/a/b?..%2f%00", "http://h/a/b?x", "/a/b?x")
                    .entrySet()) {
                String host = path.getKey().startsWith("http:") ? "h" : "a";
                client.send("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(path.getKey(), host));
                assertThat(client.readResponse().status()).as(path.getKey()).isEqualTo(200);
                assertThat(endpoint.takeRequest().target()).as(path.getKey()).isEqualTo(path.getValue());
            }
        }
    }

    private static final String[] PROXY_FIELDS = {"X-Forwarded-For", "X_Forwarded_For", "X.Forwarded.For",
        "X-Forwarded-Proto", "X_Forwarded_Proto", "X-Forwarded-Prefix", "X-Forwarded-Client-Cert", "X-Forwarded-Port",
        "X-FORWARDED-ANYTHING", "X_forwarded-Anything", "Forwarded", "X-Real-IP", "X_Real_IP", "X-Original-URL",
        "X-Rewrite-URL", "X-HTTP-Method-Override", "x_http_method_override"};

    @Test
    void row40_stripsWhatOnlyAProxyMaySay() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            for (String name : PROXY_FIELDS) {
                String[] fields = {name + ": evil", name + ": evil2", "X-Harmless: 1", "X_Dropped: 1"};
                assertThat(RawClient.get(gateway.port(), "/a/x", fields).status()).isEqualTo(200);
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.head()).as(name).doesNotContain("evil").doesNotContain("X_Dropped")
                        .contains("X-Harmless: 1");
                assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void row40_stripsThemAlsoWhereUnderscoresAreAllowed() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint, ", underscores: allow", ""))) {
            for (String name : PROXY_FIELDS) {
                assertThat(RawClient.get(gateway.port(), "/a/x", name + ": evil", "X_Kept: 1").status()).isEqualTo(200);
                assertThat(endpoint.takeRequest().head()).as(name).doesNotContain("evil").contains("X_Kept: 1");
            }
        }
    }

    @Test
    void row40_believesATrustedProxyOnlyInItsOwnSpelling() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint,
                        ", underscores: allow, trusted-proxies: [127.0.0.1]", ""))) {
            for (String name : PROXY_FIELDS) {
                assertThat(RawClient.get(gateway.port(), "/a/x", name + ": told").status()).isEqualTo(200);
                boolean passes = name.matches("[^_.]*") && !name.equalsIgnoreCase("X-Forwarded-Client-Cert");
                assertThat(endpoint.takeRequest().head().contains("told")).as(name).isEqualTo(passes);
            }
        }
    }

    @Test
    void row10_letsConnectionNotHideWhatATrustedProxySays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", trusted-proxies: [127.0.0.1]", ""))) {
            RawClient.get(gateway.port(), "/a/x", "Connection: x-forwarded-for, Forwarded, x-forwarded-proto",
                    "X-Forwarded-For: 9.9.9.9", "X-Forwarded-Proto: https");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("9.9.9.9, 127.0.0.1");
            assertThat(request.header("X-Forwarded-Proto")).isEqualTo("https");
        }
    }

    private static final String BEHIND_PROXIES = """
            listeners: [{ address: "127.0.0.1:0", trusted-proxies: [127.0.0.1/32, 10.0.0.0/8] }]
            upstreams:
              users: { endpoints: ["%s"] }
            routes:
              - path: /**
                policies:
                  - rate-limit: { limit: 1/h, by: client-address }
                to: users
            """;

    /** Whether the first asks for the client with this address: only then the second is over the limit of one. */
    private void sameClient(boolean same, String first, String second) {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, BEHIND_PROXIES.formatted(endpoint.url()))) {
            assertThat(RawClient.get(gateway.port(), "/", first).status()).isEqualTo(200);
            assertThat(RawClient.get(gateway.port(), "/", second).status()).as("%s / %s", first, second)
                    .isEqualTo(same ? 429 : 200);
        }
    }

    @Test
    void row41_findsTheClientFromTheRightThroughTrustedProxies() {
        sameClient(true, "X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 1.1.1.1, 198.51.100.1, 10.1.1.1");
        sameClient(false, "X-Forwarded-For: 9.9.9.9, 198.51.100.1", "X-Forwarded-For: 9.9.9.9, 198.51.100.2");
        sameClient(true, "X-Forwarded-For: 198.51.100.1",
                "X-Forwarded-For: " + "1.1.1.1, ".repeat(50) + "198.51.100.1, 10.0.0.1");
        sameClient(true, "X-Forwarded-For: 198.51.100.1",
                "X-Forwarded-For: 2.2.2.2\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 10.0.0.9");
        sameClient(true, "X-Forwarded-For: 198.51.100.1:1234", "X-Forwarded-For: 1.1.1.1,198.51.100.1:99");
        sameClient(true, "Forwarded: for=198.51.100.1", "Forwarded: for=1.1.1.1, for=\"198.51.100.1:80\";proto=https");
    }

    @Test
    void row41_stopsAtWhatIsNoAddress() {
        for (String garbage : new String[]{"x", "", "unknown", "198.51.100.1 198.51.100.2", "0x7f000001", "127.1",
            "198.51.100.256", "fe80::1%eth0", "[::1", "_hidden"}) {
            sameClient(true, "X-Real-IP: 1.1.1.1", "X-Forwarded-For: 198.51.100.1, " + garbage);
        }
    }

    @Test
    void row41_believesNobodyWhoIsNotTrusted() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        BEHIND_PROXIES.formatted(endpoint.url()).replace("127.0.0.1/32", "192.0.2.0/24"))) {
            assertThat(RawClient.get(gateway.port(), "/", "X-Forwarded-For: 1.1.1.1").status()).isEqualTo(200);
            assertThat(RawClient.get(gateway.port(), "/", "X-Forwarded-For: 2.2.2.2").status()).isEqualTo(429);
            assertThat(endpoint.takeRequest().header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void row41_extendsWhatATrustedProxySaid() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, BEHIND_PROXIES.formatted(endpoint.url()))) {
            RawClient.get(gateway.port(), "/", "X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 198.51.100.1",
                    "X-Forwarded-Proto: https", "X-Forwarded-Host: shop");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("9.9.9.9, 198.51.100.1, 127.0.0.1");
            assertThat(request.header("X-Forwarded-Proto")).isEqualTo("https");
            assertThat(request.header("X-Forwarded-Host")).isEqualTo("shop");
        }
    }

    private static final String[] SPOOFED = {"X-User-Id: admin", "x-user-id: admin\r\nX-USER-ID: admin2",
        "X_User_Id: admin", "X.User.Id: admin", "X-User_Id: admin"};

    @Test
    void row42_removesTheIdentityThatAClientClaims() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            for (String spoofed : SPOOFED) {
                assertThat(RawClient.get(gateway.port(), "/api/x", spoofed, "Authorization: Bearer " + Tokens.good())
                        .status()).isEqualTo(200);
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.head()).as(spoofed).doesNotContain("admin");
                assertThat(request.header("X-User-Id")).isEqualTo("u1");
            }
        }
    }

    @Test
    void row42_removesItAlsoWhereNobodyAsksForATokenAndWhereItSaysNothing() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            for (String spoofed : SPOOFED) {
                assertThat(RawClient.get(gateway.port(), "/open/x", spoofed).status()).isEqualTo(200);
                assertThat(endpoint.takeRequest().head()).as(spoofed).doesNotContain("admin");
                assertThat(RawClient.get(gateway.port(), "/api/x", spoofed,
                        "Authorization: Bearer " + Tokens.claiming("{\"exp\":9999999999}")).status()).isEqualTo(200);
                assertThat(endpoint.takeRequest().head()).as(spoofed).doesNotContain("admin");
            }
        }
    }

    private static final String SHARED = """
            upstreams:
              users: { endpoints: ["%s"] }
            policies:
              - cors: { origins: ["https://app.example.com"], methods: [GET], credentials: true }
            routes:
              - { path: /**, to: users }
            """;

    @Test
    void row46_sharesWithExactlyTheOriginsThatAreWritten() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, SHARED.formatted(endpoint.url()))) {
            Response shared = RawClient.get(gateway.port(), "/", "Origin: https://app.example.com");
            assertThat(shared.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
            assertThat(shared.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(shared.headers("Vary")).contains("Origin");
            for (String origin : new String[]{"null", "https://evil-app.example.com",
                "https://app.example.com.evil.com",
                "https://appxexample.com", "http://app.example.com", "https://app.example.com:8443",
                "https://app.example.com/", "https://app.example.com, https://evil.com", "*", "",
                "https://app.example.com\r\nOrigin: https://evil.com"}) {
                Response response = RawClient.get(gateway.port(), "/", "Origin: " + origin);
                assertThat(response.header("Access-Control-Allow-Origin")).as(origin).isNull();
                assertThat(response.header("Access-Control-Allow-Credentials")).as(origin).isNull();
                assertThat(response.headers("Vary")).as(origin).contains("Origin");
            }
        }
    }

    @Test
    void row46_sharesTheRefusalOfAHeadTooAsFarAsItHadCome() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, SHARED.formatted(endpoint.url()))) {
            for (String fault : new String[]{"Content-Length: 1\r\nContent-Length: 1", "Expect: tea", "no colon",
                "X: " + "a".repeat(64 * 1024)}) {
                Response refused = RawClient.get(gateway.port(), "/", "Origin: https://app.example.com", fault);
                assertThat(refused.status()).as(fault).isBetween(400, 499);
                assertThat(refused.header("Access-Control-Allow-Origin")).as(fault)
                        .isEqualTo("https://app.example.com");
            }
            Response two = RawClient.get(gateway.port(), "/", "Origin: https://app.example.com",
                    "Origin: https://evil.com", "no colon");
            assertThat(two.header("Access-Control-Allow-Origin")).isNull();
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row46_refusesThePreflightOfAnotherOrigin() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, SHARED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            for (String origin : new String[]{"null", "https://evil-app.example.com"}) {
                Response response = client.ask(http("""
                        OPTIONS / HTTP/1.1
                        Host: a
                        Origin: %s
                        Access-Control-Request-Method: GET

                        """.formatted(origin)));
                assertThat(response.status()).isEqualTo(204);
                assertThat(response.head()).doesNotContain("Access-Control-Allow");
                assertThat(response.header("Vary")).startsWith("Origin, ");
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row46_keepsAnEndpointFromSharingMore() {
        try (var endpoint = ScriptedEndpoint.answering(200, "", "Access-Control-Allow-Origin: *",
                "Access-Control-Allow-Credentials: true");
                var gateway = TestGateway.start(transport, SHARED.formatted(endpoint.url()))) {
            Response response = RawClient.get(gateway.port(), "/", "Origin: https://evil.com");
            assertThat(response.head()).doesNotContain("Access-Control-Allow");
        }
    }
}
