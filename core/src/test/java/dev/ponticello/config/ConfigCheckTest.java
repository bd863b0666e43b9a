package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the whole can show, told by path because the config comes from code. */
class ConfigCheckTest {

    private static final Secret LONG = Secret.of("0123456789abcdef0123456789abcdef");

    @Test
    void findsNothingWrong() {
        assertThat(problems(config())).isEmpty();
    }

    @Test
    void wantsAListener() {
        assertThat(problems(config().withListeners(List.of())))
                .isEqualTo("listeners: missing (expected: at least one, like - address: 127.0.0.1:8000)\n");
    }

    @Test
    void findsAListenerAddressWrittenTwiceUnlessAnyPortWillDo() {
        ListenerConfig fixed = ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000"));
        ListenerConfig any = ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"));
        assertThat(problems(config().withListeners(List.of(fixed, any, any, fixed))))
                .isEqualTo("listeners[3].address: '127.0.0.1:8000' is the address of another listener too"
                        + " (expected: an address for each; the first is listeners[0].address)\n");
    }

    @Test
    void warnsOfATlsHandshakeThatNobodyMakes() {
        ListenerConfig listener = ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"));
        ListenerTimeouts timeouts = ListenerTimeouts.DEFAULTS.withTlsHandshake(Duration.ofSeconds(1));
        assertThat(problems(config().withListeners(List.of(listener, listener.withTimeouts(timeouts)))))
                .isEqualTo("listeners[1].timeouts.tls-handshake: warning: has no effect: the listener has no TLS\n");
    }

    @Test
    void findsAnUpstreamNameThatCannotStandInALogLine() {
        assertThat(problems(config().withUpstreams(upstreams("users", "a b")))).isEqualTo(
                "upstreams['a b']: 'a b' (expected: 1 to 64 letters, digits, '-' and '_', first a letter or digit)\n");
    }

    @Test
    void findsAnUnknownUpstreamAndTheNearestOne() {
        RouteConfig route = RouteConfig.to("/a", "user");
        GroupConfig inner = group("/v1", List.of(), List.of(RouteConfig.to("/b", "users"), route));
        GatewayConfig config = config().withUpstreams(upstreams("users", "orders", "products"))
                .withRoutes(List.of(RouteConfig.to("/x", "payments")))
                .withGroups(List.of(new GroupConfig("/api", List.of(), List.of(), List.of(inner))));
        assertThat(problems(config)).isEqualTo("""
                routes[0].to: unknown upstream 'payments' (expected: users, orders or products)
                groups[0].groups[0].routes[1].to: unknown upstream 'user' (expected: users, orders or products); \
                did you mean 'users'?
                """);
    }

    @Test
    void findsTwoGroupsWithOnePrefixHoweverItIsWritten() {
        GroupConfig nested = new GroupConfig("/api", List.of(), List.of(), List.of(group("/v1", List.of(), List.of())));
        GatewayConfig config = config().withGroups(List.of(nested, group("/api/v1", List.of(), List.of())));
        assertThat(problems(config)).isEqualTo("groups[1].path: a second group for the prefix '/api/v1'"
                + " (expected: one group for a prefix; the first is groups[0].groups[0])\n");
    }

    @Test
    void findsSecretsTooShortForTheirAlgorithmsCountingBytes() {
        Secret characters31Bytes32 = Secret.of("0123456789abcdef0123456789abcdé");
        BearerTokenConfig long256 = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), characters31Bytes32);
        BearerTokenConfig short384 = long256.withAlgorithms(List.of(TokenAlgorithm.HS256, TokenAlgorithm.HS384));
        BearerTokenConfig short512 = long256.withAlgorithms(List.of(TokenAlgorithm.HS512, TokenAlgorithm.HS256));
        assertThat(problems(config().withPolicies(List.of(long256, short384, short512)))).isEqualTo("""
                policies[1].bearer-token.secret: 32 bytes (expected: at least 48 bytes for HS384)
                policies[2].bearer-token.secret: 32 bytes (expected: at least 64 bytes for HS512)
                """);
    }

    @Test
    void findsALimitNameWrittenTwiceAnywhere() {
        RateLimitConfig named = RateLimitConfig.of(Rate.parse("1/s")).withName("api");
        RateLimitConfig unnamed = RateLimitConfig.of(Rate.parse("1/s"));
        RouteConfig route = RouteConfig.to("/a", "users").withPolicies(List.of(unnamed, named));
        GatewayConfig config = config().withPolicies(List.of(unnamed))
                .withGroups(List.of(group("/api", List.of(named), List.of(route))));
        assertThat(problems(config))
                .isEqualTo("groups[0].routes[0].policies[1].rate-limit.name: a second limit with the"
                        + " name 'api' (expected: a name for each; the first is groups[0].policies[0].rate-limit.name)\n");
    }

    @Test
    void warnsOfATokenIssuer() {
        RouteConfig issuer = new RouteConfig("/token", List.of("POST"), List.of(), AnswerConfig.TokenIssuer.of(LONG));
        Problems problems = check(config().withRoutes(List.of(issuer)));
        assertThat(problems).hasToString(
                "routes[0].answer.token-issuer: warning: gives any role to whoever asks; for demos only\n");
        assertThat(problems.hasErrors()).isFalse();
    }

    @Test
    void warnsOfALimitByAClaimThatNoTokenHas() {
        RateLimitConfig byClaim = RateLimitConfig.of(Rate.parse("1/s"))
                .withBy(List.of(RateLimitConfig.By.CLIENT_ADDRESS, new RateLimitConfig.By.Claim("sub")));
        BearerTokenConfig bearer = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), LONG);
        GroupConfig inner = group("/v1", List.of(byClaim), List.of());
        GatewayConfig config = config().withGroups(List.of(
                new GroupConfig("/a", List.of(byClaim, bearer, byClaim), List.of(), List.of(inner))));
        assertThat(problems(config)).isEqualTo("groups[0].policies[0].rate-limit.by: warning: no bearer-token comes"
                + " before it, so no request has a claim to tell it by\n");
    }

    @Test
    void warnsOfARequireThatNoTokenCanMeet() {
        SequencedMap<String, List<String>> claims = new LinkedHashMap<>();
        claims.put("role", List.of("admin"));
        RequireConfig require = new RequireConfig(claims);
        BearerTokenConfig bearer = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), LONG);
        GroupConfig inner = group("/v1", List.of(require), List.of());
        GatewayConfig config = config().withGroups(List.of(
                new GroupConfig("/a", List.of(require, bearer), List.of(), List.of(inner)),
                new GroupConfig("/b", List.of(bearer, require), List.of(), List.of(inner))));
        assertThat(problems(config))
                .isEqualTo("groups[0].policies[0].require: warning: no bearer-token comes before it,"
                        + " so it refuses every request\n");
    }

    @Test
    void notesRoutesThatOnlyLookGuarded() {
        GroupConfig guarded = new GroupConfig("/api", List.of(RequestIdConfig.DEFAULTS),
                List.of(RouteConfig.to("/in", "users")),
                List.of(group("/v1", List.of(), List.of(RouteConfig.to("/in", "users")))));
        GroupConfig bare = group("/bare", List.of(), List.of(RouteConfig.to("/in", "users")));
        GatewayConfig config = config().withGroups(List.of(guarded, bare)).withRoutes(List.of(
                RouteConfig.to("/api/out", "users"), RouteConfig.to("/apiary", "users"),
                RouteConfig.to("/api", "users"),
                RouteConfig.to("/bare/x", "users")));
        assertThat(problems(config)).isEqualTo("""
                routes[0].path: note: '/api/out' is below the group '/api' but not written in it, so the group's \
                policies do not guard it
                routes[2].path: note: '/api' is below the group '/api' but not written in it, so the group's \
                policies do not guard it
                """);
    }

    @Test
    void notesThemOnlyForHostsThatTheGroupHas() {
        List<PolicyConfig> policies = List.of(RequestIdConfig.DEFAULTS);
        List<RouteConfig> routes = List.of(RouteConfig.to("/x", "users"));
        GroupConfig guard = group("/api", policies, routes).withHost("*.example.com");
        GatewayConfig config = config().withRoutes(List.of(RouteConfig.to("/api/out", "users")))
                .withGroups(List.of(guard, group("/api/a", List.of(), routes).withHost("api.example.com"),
                        group("/api/b", List.of(), routes).withHost("other.example"),
                        group("/{x}/c", List.of(), routes), group("/{x}", policies, routes)));
        assertThat(problems(config)).isEqualTo(
                """
                        routes[0].path: note: '/api/out' is below the group '/api' but not written in it, so the group's \
                        policies do not guard it
                        groups[0].routes[0].path: note: '/api/x' is below the group '/{x}' but not written in it, so the group's \
                        policies do not guard it
                        groups[1].routes[0].path: note: '/api/a/x' is below the group '/api' but not written in it, so the group's \
                        policies do not guard it
                        groups[2].routes[0].path: note: '/api/b/x' is below the group '/{x}' but not written in it, so the group's \
                        policies do not guard it
                        groups[3].routes[0].path: note: '/{x}/c/x' is below the group '/{x}' but not written in it, so the group's \
                        policies do not guard it
                        """);
    }

    @Test
    void findsALogThatCannotBeWritten(@TempDir Path directory) throws IOException {
        Path zip = directory.resolve("files.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.createDirectory(files.getPath("/logs"));
        }
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("accessMode", "readOnly"))) {
            AccessLogConfig log = new AccessLogConfig(new AccessLogConfig.File(files.getPath("/logs/access.log")));
            assertThat(problems(config().withPolicies(List.of(log))))
                    .isEqualTo(
                            "policies[0].access-log.to: '/logs/access.log' cannot be written (expected: stdout, stderr,"
                                    + " or a file that can be appended to)\n");
        }
        Path fine = directory.resolve("access.log");
        AccessLogConfig log = new AccessLogConfig(new AccessLogConfig.File(fine));
        assertThat(problems(config().withPolicies(List.of(log)))).isEmpty();
        assertThat(fine).doesNotExist();
    }

    @Test
    void doesWorkThatGrowsAsTheConfigDoes() {
        check(routesAndGroups(500));
        long some = allocated(routesAndGroups(1_000));
        long more = allocated(routesAndGroups(8_000));
        // Each pair of a route and a group, or of two routes, would be 64 times as many.
        assertThat(more).isLessThan(16 * some);
    }

    /** So many routes in groups of their own, and as many that only look guarded. */
    private static GatewayConfig routesAndGroups(int count) {
        List<RouteConfig> routes = new ArrayList<>();
        List<GroupConfig> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            routes.add(RouteConfig.to("/g" + i + "/out/{id}", "users"));
            groups.add(group("/g" + i, List.of(RequestIdConfig.DEFAULTS), List.of(RouteConfig.to("/in/**", "users"))));
        }
        return config().withRoutes(routes).withGroups(groups);
    }

    private static long allocated(GatewayConfig config) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(check(config).all()).hasSize(config.routes().size());
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void wantsAPathOfRoutesOutsideGroups() {
        GatewayConfig config = config().withRoutes(List.of(RouteConfig.to("", "users")))
                .withGroups(List.of(group("/api", List.of(), List.of(RouteConfig.to("", "users")))));
        assertThat(problems(config)).isEqualTo("routes[0].path: '' (expected: a path that begins with '/')\n");
    }

    private static GatewayConfig config() {
        return GatewayConfig.DEFAULTS
                .withListeners(List.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000"))))
                .withUpstreams(upstreams("users"));
    }

    private static SequencedMap<String, UpstreamConfig> upstreams(String... names) {
        SequencedMap<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        for (String name : names) {
            upstreams.put(name, UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:8001")));
        }
        return upstreams;
    }

    private static GroupConfig group(String path, List<PolicyConfig> policies, List<RouteConfig> routes) {
        return new GroupConfig(path, policies, routes, List.of());
    }

    private static Problems check(GatewayConfig config) {
        Problems problems = new Problems();
        ConfigCheck.check(config, problems);
        return problems;
    }

    private static String problems(GatewayConfig config) {
        return check(config).toString();
    }
}
