package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CertificateConfig;
import dev.ponticello.config.Cidr;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.ClientCertificateConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.DrainConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.ErrorBody;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.HeadersConfig;
import dev.ponticello.config.Http2Config;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.ProcessLimits;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RequireConfig;
import dev.ponticello.config.RewriteConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.RouteLimits;
import dev.ponticello.config.RouteTimeouts;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.config.TlsCipher;
import dev.ponticello.config.TlsGroup;
import dev.ponticello.config.TlsVersion;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.TokenKeys;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.config.UpstreamHost;
import dev.ponticello.config.UpstreamLimits;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.config.UpstreamTls;
import dev.ponticello.config.WhenConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** What YAML says and what code says come to the same records. */
class ConfigGrammarTest {

    @Test
    void everyKeyReachesItsRecord() {
        GatewayConfig config = Configs.good(
                """
                        transport: io_uring
                        loops: 3
                        errors: { format: problem, bodies: { 503: { type: text/plain, file: secret.txt }, 404: { file: secret.txt } } }
                        drain: { delay: 1s, timeout: 2m }
                        limits: { connections: 1000, connections-per-address: 10, buffers: 16MiB, tasks: 7 }
                        listeners:
                          - address: "[::1]:8000"
                            trusted-proxies: [10.0.0.0/8, "::1"]
                            http2: { streams: 9, resets: 10/s, control-frames: 11/h }
                            half-close: allow
                            underscores: allow
                            path-parameters: allow
                            encoded-slash: keep
                            timeouts: { request-head: 1s, request-body: 2s, response-write: 3s, keep-alive: 4s, tls-handshake: 5s }
                            limits: { head: 32KiB, headers: 64, target: 4KiB, body: 1MiB, pipelined: 8, requests-per-connection: 5,
                                      connection-age: 1h }
                          - address: 0.0.0.0:0
                            http2: false
                            tls:
                              certificate: a.pem
                              key: a-key.pem
                              key-password: "${SECRET}"
                              certificates: [{ certificate: b.p12, key-password: "${SECRET}" }, { certificate: c.pem, key: c-key.pem }]
                              client-certificate: { mode: allow, ca: /ca.pem }
                              min-version: 1.3
                              ciphers: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
                              groups: [P-521, X25519]
                          - { address: "0.0.0.0:80", redirect-to-https: 443 }
                        upstreams:
                          users:
                            title: User
                            endpoints: [http://10.0.0.1:8080, { url: "https://10.0.0.2/base/", weight: 2 }]
                            tls: { ca: ca.pem, server-name: users.internal, certificate: u.pem, key: u-key.pem,
                                   key-password: "${SECRET}" }
                            protocol: http1
                            host: api.internal
                            connections: { max: 9, keep-alive: 1m, max-requests: 7, max-age: 8m }
                            limits: { head: 16KiB, headers: 32, informational: 4 }
                            timeouts: { connect: 250ms, response: 1s, idle: 2s, total: 3s }
                            circuit-breaker: { failures: 2, open-for: 5s, probes: 3 }
                          orders: { endpoints: [https://orders], tls: { insecure: true }, host: preserve, circuit-breaker: off }
                        policies:
                          - access-log: { to: ../../tmp/access.log }
                          - request-id: { header: X-Trace, trust: true }
                          - cors: { origins: ["https://app.example.com"], methods: [GET], headers: [X-A], expose: [X-B],
                                    credentials: true, max-age: 1m }
                          - compression: { min-size: 2KiB, codings: [deflate, br, gzip, zstd], cookies: true }
                        routes:
                          - { path: /health, methods: [GET], answer: health }
                          - { path: /, answer: index }
                          - { path: /robots.txt, answer: { respond: { status: 404, headers: { Content-Type: text/plain }, body: "no\\n" } } }
                          - { path: /old/**, answer: { redirect: { to: "https://new.example.com/{**}", status: 301 } } }
                          - path: /token
                            policies:
                              - rate-limit: { limit: 10/min }
                              - rate-limit: { limit: 10/s, algorithm: token-bucket, burst: 20,
                                              by: [client-address, route, { header: X-Key }, { claim: sub }] }
                              - rate-limit: { limit: 9/h, algorithm: sliding-window, by: { header: X-Key } }
                            answer: { token-issuer: { secret: "${SECRET}", algorithm: HS384, expires-in: 5m } }
                        groups:
                          - path: /api
                            policies:
                              - rate-limit: { name: api, limit: 100/min, algorithm: fixed-window, by: client-address, max-keys: 5,
                                              ipv4-prefix: 24, ipv6-prefix: 56 }
                              - bearer-token: { algorithms: [HS256, HS384], secret: "${SECRET}", issuer: i, audience: a, leeway: 3s,
                                                required-claims: [sub], forward-claims: { sub: X-User-Id, "https://x/r": X-R } }
                              - bearer-token: { algorithms: [RS256, EdDSA], keys: keys.json }
                              - require: { claims: { role: [admin, editor] } }
                              - headers:
                                  request: { set: { X-Env: prod }, add: { X-Tag: a }, remove: [X-Debug] }
                                  response: { set: { X-Version: "1" }, remove: [Server] }
                            groups:
                              - path: /v1
                                host: "*.example.com"
                                routes:
                                  - { path: "/users/{id}", methods: [GET, PUT], to: users,
                                      when: { headers: { X-Beta: "1" }, query: { v: 2 } },
                                      rewrite: { path: "/people/{id}" },
                                      timeouts: { response: 2s, total: off }, limits: { body: 1MiB } }
                                  - { path: /files/**, to: users, rewrite: { prefix: /v2 }, limits: { body: off } }
                                  - { path: /raw/**, to: users, raw-path: true, timeouts: { total: 10s } }
                                  - { path: "", to: orders }
                        """,
                Map.of("SECRET", "s".repeat(48)));

        assertThat(config).isEqualTo(new GatewayConfig(
                GatewayConfig.Transport.IO_URING, 3,
                new ErrorsConfig(GatewayConfig.ErrorFormat.PROBLEM, bodies()),
                new DrainConfig(seconds(1), Duration.ofMinutes(2)), new ProcessLimits(1000, 10, 16 << 20, 7),
                List.of(new ListenerConfig(new ListenerAddress("::1", 8000),
                        List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1/128")), null, null,
                        new Http2Config(9, new Rate(10, seconds(1)), new Rate(11, Duration.ofHours(1))),
                        ListenerConfig.HalfClose.ALLOW,
                        ListenerConfig.Underscores.ALLOW,
                        ListenerConfig.PathParameters.ALLOW, ListenerConfig.EncodedSlash.KEEP,
                        new ListenerTimeouts(seconds(1), seconds(2), seconds(3), seconds(4), seconds(5)),
                        new ListenerLimits(32 << 10, 64, 4 << 10, 1L << 20, 8, 5, Duration.ofHours(1))),
                        ListenerConfig.on(new ListenerAddress("0.0.0.0", 0)).withHttp2(null).withTls(new ListenerTls(
                                Path.of("/etc/p/a.pem"), Path.of("/etc/p/a-key.pem"), Secret.of("s".repeat(48)),
                                List.of(new CertificateConfig(Path.of("/etc/p/b.p12"), null,
                                        Secret.of("s".repeat(48))),
                                        CertificateConfig.of(Path.of("/etc/p/c.pem"), Path.of("/etc/p/c-key.pem"))),
                                new ClientCertificateConfig(ClientCertificateConfig.Mode.ALLOW, Path.of("/ca.pem")),
                                TlsVersion.V1_3, List.of(TlsCipher.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
                                List.of(TlsGroup.P_521, TlsGroup.X25519))),
                        ListenerConfig.on(new ListenerAddress("0.0.0.0", 80)).withRedirectToHttps(443)),
                map("users", new UpstreamConfig("User",
                        List.of(new EndpointConfig("10.0.0.1", 8080, "", 1),
                                new EndpointConfig("10.0.0.2", 443, "/base", 2, true)),
                        new UpstreamTls(Path.of("/etc/p/ca.pem"), "users.internal", Path.of("/etc/p/u.pem"),
                                Path.of("/etc/p/u-key.pem"), Secret.of("s".repeat(48)), false),
                        UpstreamConfig.Protocol.HTTP1, new UpstreamHost.Fixed("api.internal"),
                        new UpstreamConnections(9, Duration.ofMinutes(1), 7, Duration.ofMinutes(8)),
                        new UpstreamLimits(16 << 10, 32, 4),
                        new UpstreamTimeouts(Duration.ofMillis(250), seconds(1), seconds(2), seconds(3)),
                        new CircuitBreakerConfig(2, seconds(5), 3)),
                        "orders", UpstreamConfig.of(new EndpointConfig("orders", 443, "", 1, true))
                                .withTls(UpstreamTls.DEFAULTS.withInsecure(true))
                                .withHost(UpstreamHost.PRESERVE)),
                List.of(new AccessLogConfig(new AccessLogConfig.File(Path.of("/etc/p/../../tmp/access.log"))),
                        new RequestIdConfig("X-Trace", true),
                        new CorsConfig(List.of("https://app.example.com"), List.of("GET"), List.of("X-A"),
                                List.of("X-B"),
                                true, Duration.ofMinutes(1)),
                        new CompressionConfig(2048, List.of(CompressionConfig.Coding.DEFLATE,
                                CompressionConfig.Coding.BR, CompressionConfig.Coding.GZIP,
                                CompressionConfig.Coding.ZSTD), true)),
                List.of(new RouteConfig("/health", List.of("GET"), List.of(), new AnswerConfig.Health()),
                        new RouteConfig("/", List.of(), List.of(), new AnswerConfig.Index()),
                        new RouteConfig("/robots.txt", List.of(), List.of(),
                                new AnswerConfig.Respond(404, map("Content-Type", "text/plain"), "no\n")),
                        new RouteConfig("/old/**", List.of(), List.of(),
                                new AnswerConfig.Redirect("https://new.example.com/{**}", 301)),
                        new RouteConfig("/token", List.of(),
                                List.of(RateLimitConfig.of(new Rate(10, Duration.ofMinutes(1))),
                                        RateLimitConfig.of(new Rate(10, seconds(1)))
                                                .withAlgorithm(RateLimitConfig.Algorithm.TOKEN_BUCKET).withBurst(20)
                                                .withBy(List.of(RateLimitConfig.By.CLIENT_ADDRESS,
                                                        RateLimitConfig.By.ROUTE,
                                                        new RateLimitConfig.By.Header("X-Key"),
                                                        new RateLimitConfig.By.Claim("sub"))),
                                        RateLimitConfig.of(new Rate(9, Duration.ofHours(1)))
                                                .withAlgorithm(RateLimitConfig.Algorithm.SLIDING_WINDOW)
                                                .withBy(List.of(new RateLimitConfig.By.Header("X-Key")))),
                                new AnswerConfig.TokenIssuer(Secret.of("s".repeat(48)), TokenAlgorithm.HS384,
                                        Duration.ofMinutes(5)))),
                List.of(new GroupConfig("/api", List.of(
                        new RateLimitConfig("api", new Rate(100, Duration.ofMinutes(1)),
                                RateLimitConfig.Algorithm.FIXED_WINDOW, null,
                                List.of(RateLimitConfig.By.CLIENT_ADDRESS), 5, 24, 56),
                        new BearerTokenConfig(List.of(TokenAlgorithm.HS256, TokenAlgorithm.HS384),
                                Secret.of("s".repeat(48)), null, "i", "a", seconds(3), List.of("sub"),
                                map("sub", "X-User-Id", "https://x/r", "X-R")),
                        BearerTokenConfig.of(List.of(TokenAlgorithm.RS256, TokenAlgorithm.EdDSA),
                                new TokenKeys("{\"keys\":[]}")),
                        new RequireConfig(map("role", List.of("admin", "editor"))),
                        new HeadersConfig(
                                new HeadersConfig.Edits(map("X-Env", "prod"), map("X-Tag", "a"), List.of("X-Debug")),
                                new HeadersConfig.Edits(map("X-Version", "1"), map(), List.of("Server")))),
                        List.of(), List.of(new GroupConfig("/v1", "*.example.com", List.of(), List.of(
                                new RouteConfig("/users/{id}", List.of("GET", "PUT"),
                                        new WhenConfig(map("X-Beta", "1"), map("v", "2")), List.of(),
                                        new TargetConfig.To("users", new RewriteConfig.Path("/people/{id}"), false,
                                                new RouteTimeouts(seconds(2), Duration.ZERO)),
                                        new RouteLimits(1L << 20)),
                                new RouteConfig("/files/**", List.of(), List.of(),
                                        new TargetConfig.To("users").withRewrite(new RewriteConfig.Prefix("/v2")))
                                        .withLimits(new RouteLimits(RouteLimits.OFF)),
                                new RouteConfig("/raw/**", List.of(), List.of(),
                                        new TargetConfig.To("users").withRawPath(true)
                                                .withTimeouts(RouteTimeouts.DEFAULTS.withTotal(seconds(10)))),
                                RouteConfig.to("", "orders")), List.of()))))));
    }

    private static SequencedMap<Integer, ErrorBody> bodies() {
        byte[] bytes = (Configs.SECRET + "\n").getBytes(StandardCharsets.US_ASCII);
        SequencedMap<Integer, ErrorBody> bodies = new LinkedHashMap<>();
        bodies.put(503, ErrorBody.of("text/plain", bytes));
        bodies.put(404, ErrorBody.of("text/html", bytes));
        return bodies;
    }

    @Test
    void errorsAreTheirFormatAloneToo() {
        assertThat(Configs.good("listeners: [{ address: \"127.0.0.1:0\" }]\nerrors: problem\n", Map.of()).errors())
                .isEqualTo(ErrorsConfig.of(GatewayConfig.ErrorFormat.PROBLEM));
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        GatewayConfig config = Configs.good("""
                listeners:
                  - address: 127.0.0.1:8000
                    timeouts: {}
                    limits: { body: off, requests-per-connection: off, connection-age: off }
                limits: { connections: auto, connections-per-address: off }
                loops: auto
                upstreams:
                  users:
                    endpoints: [http://10.0.0.1]
                    host: endpoint
                    connections: { max: auto, max-requests: off, max-age: off }
                    timeouts: { total: off }
                  orders: { endpoints: [http://10.0.0.1], circuit-breaker: {} }
                policies: [access-log, request-id, cors, compression, headers]
                """, Map.of());
        UpstreamConfig users = UpstreamConfig.of(EndpointConfig.parse("http://10.0.0.1"));
        assertThat(config).isEqualTo(GatewayConfig.DEFAULTS
                .withListeners(List.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000"))))
                .withUpstreams(map("users", users, "orders", users.withCircuitBreaker(CircuitBreakerConfig.DEFAULTS)))
                .withPolicies(List.of(AccessLogConfig.DEFAULTS, RequestIdConfig.DEFAULTS, CorsConfig.DEFAULTS,
                        CompressionConfig.DEFAULTS, HeadersConfig.DEFAULTS)));
    }

    @Test
    void upstreamsKeepTheirWrittenOrder() {
        GatewayConfig config = Configs.good("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  zebra: &one { endpoints: [http://10.0.0.1] }
                  ant: *one
                  middle: *one
                """, Map.of());
        assertThat(config.upstreams().keySet()).containsExactly("zebra", "ant", "middle");
        assertThat(config.upstreams().get("ant")).isEqualTo(config.upstreams().get("zebra"));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @SuppressWarnings("unchecked")
    private static <T> SequencedMap<String, T> map(Object... keysAndValues) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], (T) keysAndValues[i + 1]);
        }
        return map;
    }
}
