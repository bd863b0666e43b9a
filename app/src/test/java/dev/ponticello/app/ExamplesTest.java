package dev.ponticello.app;

import static dev.ponticello.http.Method.GET;
import static dev.ponticello.http.Method.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Cidr;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.Settings;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(config.upstreams().keySet()).last().isEqualTo("inventory");
        assertThat(config.groups()).hasSize(2);
    }

    @Test
    void demoInJavaIsTheSame() throws IOException {
        Secret secret = Secret.of(Configs.SECRET);
        SequencedMap<String, String> claims = new LinkedHashMap<>();
        claims.put("sub", "X-User-Id");
        claims.put("role", "X-User-Role");
        GatewayConfig written = Gateway.builder()
                .listen(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000"))
                        .withTrustedProxies(List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"))))
                .upstream("users", service("User", 8001)).upstream("orders", service("Order", 8002))
                .upstream("products", service("Product", 8003))
                .upstream("inventory", UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:8004"))
                        .withProtocol(UpstreamConfig.Protocol.H2C))
                .policy(AccessLogConfig.DEFAULTS).policy(RequestIdConfig.DEFAULTS)
                .policy(CorsConfig.DEFAULTS.withOrigins(List.of("*")).withMethods(List.of("GET", "POST"))
                        .withHeaders(List.of("*")))
                .policy(CompressionConfig.DEFAULTS)
                .route(GET, "/").answer(new AnswerConfig.Index())
                .route(POST, "/api/token").policy(limit("token", "10/min")).answer(AnswerConfig.TokenIssuer.of(secret))
                .route(GET, "/health").answer(new AnswerConfig.Health())
                .group("/api", api -> api.policy(limit("api", "100/min"))
                        .policy(BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), secret).withForwardClaims(claims))
                        .group("/v1", v1 -> v1.route(GET, "/users").to("users").route(GET, "/users/{id}").to("users")
                                .route(GET, "/orders").to("orders").route(GET, "/products").to("products")
                                .route(GET, "/products/{id}").to("products")))
                .group("/ponticello.demo.Inventory", inventory -> inventory.policy(limit("inventory", "100/min"))
                        .route(POST, "/{method}").to("inventory"))
                .build();
        assertThat(written).isEqualTo(
                Configs.good(text("demo.yaml"), Map.of("PONTICELLO_DEMO_SECRET", Configs.SECRET)));
    }

    private static UpstreamConfig service(String title, int port) {
        return UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:" + port)).withTitle(title)
                .withCircuitBreaker(CircuitBreakerConfig.DEFAULTS);
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
        assertThat(config.upstreams()).hasSize(3);
        assertThat(config.groups()).hasSize(1);
    }

    @Test
    void routing() throws IOException {
        assertThat(Configs.problems(text("routing.yaml"), NO_VARIABLES)).isEmpty();
        assertThat(Gateway.check(Configs.good(text("routing.yaml"), NO_VARIABLES)).isEmpty()).isTrue();
    }

    @Test
    void webSocket() throws IOException {
        GatewayConfig config = Configs.good(text("websocket.yaml"), Map.of("API_SECRET", Configs.SECRET));
        assertThat(Gateway.check(config).toString()).isEmpty();
    }

    @Test
    void identityProvider() throws IOException {
        GatewayConfig config = config(EXAMPLES, Map.of());

        assertThat(Gateway.check(config).toString()).isEmpty();
        assertThat(config.groups().getFirst().policies()).last().isInstanceOfSatisfying(BearerTokenConfig.class,
                token -> assertThat(token.audience()).isEqualTo("orders"));
    }

    @Test
    void identityProviderTakesTokensOfTheKeysThatAreNamed(@TempDir Path directory) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] signed = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
        String modulus = base64(Arrays.copyOfRange(signed, 1, signed.length));
        Files.copy(EXAMPLES.resolve("identity-provider.yaml"), directory.resolve("identity-provider.yaml"));
        String set = Files.readString(EXAMPLES.resolve("keys.json"))
                .replaceFirst("\"n\": \"[^\"]*\"", "\"n\": \"" + modulus + "\"");
        Files.writeString(directory.resolve("keys.json"), set);
        String claims = "{\"iss\":\"https://idp.example\",\"aud\":[\"orders\"],\"sub\":\"7\",\"exp\":9999999999}";

        try (ScriptedEndpoint orders = ScriptedEndpoint.start();
                Gateway gateway = Gateway.start(config(directory, Map.of("PORT", "0", "ORDERS_URL", orders.url())))) {
            int port = gateway.listeners().getFirst().getPort();

            assertThat(ask(port, token(pair, "example-2026-11", claims)).status()).isEqualTo(200);
            assertThat(orders.takeRequest().header("X-User-Id")).isEqualTo("7");
            assertThat(ask(port, token(pair, "example-2026-12", claims)).status()).isEqualTo(401);
            assertThat(ask(port, token(pair, "example-2026-11", claims.replace("orders", "bills"))).status())
                    .isEqualTo(401);
            assertThat(ask(port, token(generator.generateKeyPair(), "example-2026-11", claims)).status())
                    .isEqualTo(401);
        }
    }

    private static Response ask(int port, String token) {
        try (RawClient client = RawClient.connect(port)) {
            return client.ask("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        }
    }

    private static String token(KeyPair pair, String keyId, String claims) throws GeneralSecurityException {
        String input = base64(("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}").getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(input.getBytes(StandardCharsets.UTF_8));
        return input + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The config of the identity provider's example as it is read in this folder. */
    private static GatewayConfig config(Path directory, Map<String, String> variables) throws IOException {
        Problems problems = new Problems();
        Settings settings = YamlReader.read("identity-provider.yaml",
                Files.readAllBytes(directory.resolve("identity-provider.yaml")), problems);
        GatewayConfig config = ConfigReader.read(Objects.requireNonNull(settings),
                new Environment(variables::get, Files::readAllBytes, directory), problems);
        assertThat(problems.toString()).isEmpty();
        return config;
    }

    @Test
    void wantTheirSecrets() throws IOException {
        assertThat(Configs.problems(text("demo.yaml"), NO_VARIABLES))
                .contains("secret: environment variable PONTICELLO_DEMO_SECRET is not set");
        assertThat(Configs.problems(text("gateway.yaml"), NO_VARIABLES))
                .contains("secret: environment variable API_SECRET is not set");
    }

    /** The services and routes of HTTP; the demo has one of gRPC behind them. */
    private static void isTheDemosSystem(GatewayConfig config) {
        List<UpstreamConfig> upstreams = config.upstreams().values().stream().limit(3).toList();
        assertThat(config.upstreams().keySet()).startsWith("users", "orders", "products");
        assertThat(upstreams).extracting(upstream -> upstream.titleOr("?")).containsExactly("User", "Order", "Product");
        assertThat(upstreams)
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
        assertThat(config.groups()).startsWith(
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
