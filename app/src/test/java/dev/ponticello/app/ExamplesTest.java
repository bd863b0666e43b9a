package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Cidr;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.config.TokenAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** The files that users copy say what the demo promises. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Map<String, String> NO_VARIABLES = Map.of();

    @Test
    void demo() throws IOException {
        GatewayConfig config = Configs.good(text("demo.yaml"), Map.of("PONTICELLO_DEMO_SECRET", Configs.SECRET,
                "DEMO_USERS_PORT", "9001"));
        assertThat(config.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.address()).isEqualTo(ListenerAddress.parse("127.0.0.1:8000"));
            assertThat(listener.trustedProxies()).containsExactly(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
        });
        assertThat(config.upstreams().get("users")).isNotNull().satisfies(users -> assertThat(users.endpoints())
                .containsExactly(EndpointConfig.parse("http://127.0.0.1:9001")));
        isTheDemosSystem(config);
    }

    @Test
    void demoIsTheFileThatTheProgramHolds() throws IOException {
        try (var in = DemoCommand.class.getResourceAsStream("demo/demo.yaml")) {
            assertThat(in).isNotNull().hasBinaryContent(Files.readAllBytes(EXAMPLES.resolve("demo.yaml")));
        }
    }

    @Test
    void gateway() throws IOException {
        GatewayConfig config = Configs.good(text("gateway.yaml"), Map.of("API_SECRET", Configs.SECRET));
        assertThat(config.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.address()).isEqualTo(ListenerAddress.parse("0.0.0.0:8000"));
            assertThat(listener.trustedProxies()).isEmpty();
        });
        isTheDemosSystem(config);
    }

    @Test
    void routing() throws IOException {
        assertThat(Configs.problems(text("routing.yaml"), NO_VARIABLES)).isEmpty();
        assertThat(Gateway.check(Configs.good(text("routing.yaml"), NO_VARIABLES)).isEmpty()).isTrue();
    }

    @Test
    void wantTheirSecrets() throws IOException {
        assertThat(Configs.problems(text("demo.yaml"), NO_VARIABLES))
                .contains("secret: environment variable PONTICELLO_DEMO_SECRET is not set");
        assertThat(Configs.problems(text("gateway.yaml"), NO_VARIABLES))
                .contains("secret: environment variable API_SECRET is not set");
    }

    private static void isTheDemosSystem(GatewayConfig config) {
        assertThat(config.upstreams().keySet()).containsExactly("users", "orders", "products");
        assertThat(config.upstreams().values()).extracting(upstream -> upstream.titleOr("?"))
                .containsExactly("User", "Order", "Product");
        assertThat(config.upstreams().values())
                .allSatisfy(upstream -> assertThat(upstream.circuitBreaker()).isEqualTo(CircuitBreakerConfig.DEFAULTS));
        assertThat(config.policies()).containsExactly(AccessLogConfig.DEFAULTS, RequestIdConfig.DEFAULTS,
                CorsConfig.DEFAULTS.withOrigins(List.of("*")).withMethods(List.of("GET", "POST"))
                        .withHeaders(List.of("*")),
                CompressionConfig.DEFAULTS);

        assertThat(config.routes()).containsExactly(
                new RouteConfig("/", List.of("GET"), List.of(), new AnswerConfig.Index()),
                new RouteConfig("/api/token", List.of("POST"), List.of(limit("token", "10/min")),
                        AnswerConfig.TokenIssuer.of(Secret.of(Configs.SECRET))),
                new RouteConfig("/health", List.of("GET"), List.of(), new AnswerConfig.Health()));

        SequencedMap<String, String> claims = new LinkedHashMap<>();
        claims.put("sub", "X-User-Id");
        claims.put("role", "X-User-Role");
        BearerTokenConfig token = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(Configs.SECRET))
                .withForwardClaims(claims);
        GroupConfig v1 = new GroupConfig("/v1", List.of(), List.of(get("/users", "users"), get("/users/{id}", "users"),
                get("/orders", "orders"), get("/products", "products"), get("/products/{id}", "products")), List.of());
        assertThat(config.groups()).containsExactly(
                new GroupConfig("/api", List.of(limit("api", "100/min"), token), List.of(), List.of(v1)));
    }

    private static PolicyConfig limit(String name, String rate) {
        return RateLimitConfig.of(Rate.parse(rate)).withName(name);
    }

    private static RouteConfig get(String path, String upstream) {
        return new RouteConfig(path, List.of("GET"), List.of(), new TargetConfig.To(upstream));
    }

    private static String text(String name) throws IOException {
        return Files.readString(EXAMPLES.resolve(name));
    }
}
