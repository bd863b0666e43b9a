package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ConfigRecordsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void refuses(String message, ThrowingCallable making) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void sayWhatWasFoundAndWhatWasExpected() {
        BearerTokenConfig token = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of("s".repeat(32)));
        refuses("leeway: -1s (expected: 0s to 24h)", () -> token.withLeeway(Duration.ofSeconds(-1)));
        refuses("leeway: 86401s (expected: 0s to 24h)", () -> token.withLeeway(Duration.ofSeconds(86_401)));
        refuses("failures: -1 (expected: >= 1)", () -> new CircuitBreakerConfig(-1, SECOND, 1));
        refuses("open-for: 0s (expected: 1ms to 8760h)", () -> new CircuitBreakerConfig(5, Duration.ZERO, 1));
        refuses("connections: -1 (expected: >= 1, or auto)", () -> new ProcessLimits(-1, null));
        refuses("connections-per-address: 0 (expected: >= 1, or off)", () -> new ProcessLimits(0, 0));
        refuses("buffers: 1023KiB (expected: 1MiB to 1024GiB)", () -> ProcessLimits.DEFAULTS.withBuffers(1023 << 10));
        refuses("tasks: 0 (expected: 1 to 1000000)", () -> ProcessLimits.DEFAULTS.withTasks(0));
        refuses("timeout: -1s (expected: 0s to 8760h)", () -> new DrainConfig(SECOND, Duration.ofSeconds(-1)));
        refuses("head: 512B (expected: 1KiB to 1MiB)", () -> ListenerLimits.DEFAULTS.withHead(512));
        refuses("target: 128KiB (expected: 64B to 64KiB)", () -> ListenerLimits.DEFAULTS.withTarget(128 << 10));
        refuses("pipelined: 0 (expected: 1 to 10000)", () -> ListenerLimits.DEFAULTS.withPipelined(0));
        refuses("informational: -1 (expected: 0 to 10000)", () -> UpstreamLimits.DEFAULTS.withInformational(-1));
        refuses("weight: 0 (expected: 1 to 1000)", () -> EndpointConfig.parse("http://a").withWeight(0));
        refuses("endpoints: empty (expected: at least one)", () -> UpstreamConfig.of());
        refuses("limit: 0 (expected: 1 to 1000000000 permits)", () -> new Rate(0, SECOND));
        refuses("ipv6-prefix: 129 (expected: 0 to 128)",
                () -> RateLimitConfig.of(Rate.parse("1/s")).withIpv6Prefix(129));
        refuses("name: 'a b' (expected: 1 to 64 letters, digits, '-' and '_', first a letter or digit)",
                () -> RateLimitConfig.of(Rate.parse("1/s")).withName("a b"));
        RateLimitConfig bucket = RateLimitConfig.of(Rate.parse("10/h"))
                .withAlgorithm(RateLimitConfig.Algorithm.TOKEN_BUCKET);
        refuses("burst: 0 (expected: 1 to 87600)", () -> bucket.withBurst(0));
        refuses("burst: 87601 (expected: 1 to 87600)", () -> bucket.withBurst(87_601));
        refuses("burst: 5 (expected: algorithm: token-bucket beside it)",
                () -> RateLimitConfig.of(Rate.parse("1/s")).withBurst(5));
        refuses("by: empty (expected: at least one)", () -> bucket.withBy(List.of()));
        refuses("by[1]: 'header: X-Key' is written twice (expected: each once)", () -> bucket
                .withBy(List.of(new RateLimitConfig.By.Header("X-Key"), new RateLimitConfig.By.Header("X-Key"))));
        refuses("header: 'X Key' (expected: a field name like X-Name)", () -> new RateLimitConfig.By.Header("X Key"));
        refuses("claim: empty (expected: a text)", () -> new RateLimitConfig.By.Claim(" "));
        refuses("status: 101 (expected: 200 to 599)", () -> new AnswerConfig.Respond(101, fields(), ""));
        refuses("body: 'x' (expected: none with status 204)", () -> new AnswerConfig.Respond(204, fields(), "x"));
        refuses("loops: -1 (expected: 1 to 1024, or auto)", () -> GatewayConfig.DEFAULTS.withLoops(-1));
    }

    @Test
    void refuseMethodsThatNoRouteCanHave() {
        refuses("methods[0]: 'get' (expected: GET; methods are case-sensitive)", () -> methods("get"));
        refuses("methods[1]: 'CONNECT' (expected: a method with a path; CONNECT has none)",
                () -> methods("GET", "CONNECT"));
        refuses("methods[1]: 'GET' is written twice (expected: each once)", () -> methods("GET", "GET"));
        assertThat(methods("GET", "PROPFIND").methods()).containsExactly("GET", "PROPFIND");
    }

    @Test
    void refuseFieldsThatFrameMessagesInAnySpelling() {
        for (String name : List.of("Transfer-Encoding", "transfer_encoding", "CONTENT.LENGTH", "Connection", "Host",
                "Expect")) {
            assertThatThrownBy(() -> edits(name, "x")).hasMessageContaining("which the gateway itself writes");
        }
        refuses("set.X-A: 'a\\u000d\\u000ab' (expected: visible ASCII with inner spaces only)",
                () -> edits("X-A", "a\r\nb"));
        refuses("set.X-A: ' a' (expected: visible ASCII with inner spaces only)", () -> edits("X-A", " a"));
        refuses("set['X A']: 'X A' (expected: a field name like X-Name)", () -> edits("X A", "b"));
    }

    @Test
    void refuseTwoClaimsInOneFieldAlsoWhenServersTakeItForOne() {
        SequencedMap<String, String> claims = fields("sub", "X-User-Id", "uid", "x_user_id");
        refuses("forward-claims.uid: 'x_user_id' is the field of two claims (expected: a field for each claim)",
                () -> BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of("s")).withForwardClaims(claims));
    }

    @Test
    void refuseCredentialsForEveryOrigin() {
        refuses("credentials: true (expected: false while origins has '*')",
                () -> CorsConfig.DEFAULTS.withOrigins(List.of("*")).withCredentials(true));
        refuses("origins[0]: 'https://a.example/' (expected: an origin like https://app.example.com, in lower case"
                + " and without a path, or '*')", () -> CorsConfig.DEFAULTS.withOrigins(List.of("https://a.example/")));
    }

    @Test
    void areImmutable() {
        List<RouteConfig> routes = new ArrayList<>(List.of(RouteConfig.to("/a", "u")));
        SequencedMap<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        upstreams.put("u", UpstreamConfig.of(EndpointConfig.parse("http://a")));
        GatewayConfig config = GatewayConfig.DEFAULTS.withRoutes(routes).withUpstreams(upstreams);
        routes.clear();
        upstreams.clear();
        assertThat(config.routes()).hasSize(1);
        assertThat(config.upstreams()).containsOnlyKeys("u");
        assertThatThrownBy(() -> config.upstreams().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void keepSecretsOutOfTheirTexts() {
        Secret secret = Secret.of("topsecret");
        assertThat(BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), secret).toString()).contains("***")
                .doesNotContain("topsecret");
        assertThat(AnswerConfig.TokenIssuer.of(secret).toString()).contains("***").doesNotContain("topsecret");
        assertThat(secret.bytes()).asString().isEqualTo("topsecret");
        assertThat(secret).isEqualTo(Secret.of("topsecret")).isNotEqualTo(Secret.of("other"));
    }

    @Test
    void joinPathsOfGroups() {
        assertThat(GroupConfig.join("/api", "/v1")).isEqualTo("/api/v1");
        assertThat(GroupConfig.join("/api", "")).isEqualTo("/api");
        assertThat(GroupConfig.join("/api", "/")).isEqualTo("/api/");
        assertThat(GroupConfig.join("/", "/v1")).isEqualTo("/v1");
        assertThat(GroupConfig.join("", "/v1")).isEqualTo("/v1");
        refuses("path: '/api/' (expected: '/api', without a '/' at its end)",
                () -> new GroupConfig("/api/", List.of(), List.of(), List.of()));
        refuses("path: 'api' (expected: a path that begins with '/')",
                () -> new GroupConfig("api", List.of(), List.of(), List.of()));
    }

    private static RouteConfig methods(String... methods) {
        return RouteConfig.to("/", "u").withMethods(List.of(methods));
    }

    private static HeadersConfig.Edits edits(String name, String value) {
        return new HeadersConfig.Edits(fields(name, value), fields(), List.of());
    }

    private static SequencedMap<String, String> fields(String... namesAndValues) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
