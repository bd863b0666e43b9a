package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The defaults that the grammar promises. */
class ConfigDefaultsTest {

    @Test
    void ofTheGateway() {
        GatewayConfig d = GatewayConfig.DEFAULTS;
        assertThat(d.transport()).isEqualTo(GatewayConfig.Transport.AUTO);
        assertThat(d.loops()).isZero();
        assertThat(d.errors()).isEqualTo(ErrorsConfig.of(GatewayConfig.ErrorFormat.SEED));
        assertThat(d.errors().bodies()).isEmpty();
        assertThat(d.drain()).isEqualTo(new DrainConfig(Duration.ZERO, Duration.ofSeconds(30)));
        assertThat(d.limits()).isEqualTo(new ProcessLimits(0, null, 67_108_864, 1000));
        assertThat(d.listeners()).isEmpty();
        assertThat(d.upstreams()).isEmpty();
        assertThat(d.policies()).isEmpty();
        assertThat(d.routes()).isEmpty();
        assertThat(d.groups()).isEmpty();
    }

    @Test
    void ofAListener() {
        ListenerConfig d = ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000"));
        assertThat(d.trustedProxies()).isEmpty();
        assertThat(d.underscores()).isEqualTo(ListenerConfig.Underscores.DROP);
        assertThat(d.pathParameters()).isEqualTo(ListenerConfig.PathParameters.REFUSE);
        assertThat(d.encodedSlash()).isEqualTo(ListenerConfig.EncodedSlash.REFUSE);
        assertThat(d.timeouts()).isEqualTo(new ListenerTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60),
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(10)));
        assertThat(d.limits()).isEqualTo(new ListenerLimits(65_536, 128, 8_192, null, 32, null, null));
    }

    @Test
    void ofAnUpstream() {
        UpstreamConfig d = UpstreamConfig.of(EndpointConfig.parse("http://10.0.0.1:8080"));
        assertThat(d.title()).isNull();
        assertThat(d.titleOr("users")).isEqualTo("Users");
        assertThat(d.withTitle("User").titleOr("users")).isEqualTo("User");
        assertThat(d.endpoints()).containsExactly(new EndpointConfig("10.0.0.1", 8080, "", 1));
        assertThat(d.host()).isEqualTo(UpstreamHost.ENDPOINT);
        assertThat(d.connections()).isEqualTo(new UpstreamConnections(0, Duration.ofSeconds(60), null, null));
        assertThat(d.limits()).isEqualTo(new UpstreamLimits(65_536, 256, 32));
        assertThat(d.timeouts()).isEqualTo(new UpstreamTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(15),
                Duration.ofSeconds(60), null));
        assertThat(d.circuitBreaker()).isNull();
    }

    @Test
    void ofACircuitBreakerThatIsWritten() {
        assertThat(CircuitBreakerConfig.DEFAULTS).isEqualTo(new CircuitBreakerConfig(5, Duration.ofSeconds(30), 1));
    }

    @Test
    void ofTheAccessLog() {
        assertThat(AccessLogConfig.DEFAULTS.to()).isEqualTo(AccessLogConfig.Standard.STDOUT);
    }

    @Test
    void ofTheRequestId() {
        assertThat(RequestIdConfig.DEFAULTS).isEqualTo(new RequestIdConfig("X-Request-Id", false));
    }

    @Test
    void ofCors() {
        assertThat(CorsConfig.DEFAULTS).isEqualTo(
                new CorsConfig(List.of(), List.of(), List.of(), List.of(), false, Duration.ofMinutes(10)));
    }

    @Test
    void ofCompression() {
        assertThat(CompressionConfig.DEFAULTS).isEqualTo(new CompressionConfig(1024, null, false));
        assertThat(CompressionConfig.USUAL_CODINGS).containsExactly(CompressionConfig.Coding.ZSTD,
                CompressionConfig.Coding.BR, CompressionConfig.Coding.GZIP);
    }

    @Test
    void ofARateLimit() {
        RateLimitConfig d = RateLimitConfig.of(Rate.parse("100/min"));
        assertThat(d.name()).isNull();
        assertThat(d.limit()).isEqualTo(new Rate(100, Duration.ofMinutes(1)));
        assertThat(d.algorithm()).isEqualTo(RateLimitConfig.Algorithm.FIXED_WINDOW);
        assertThat(d.by()).containsExactly(RateLimitConfig.By.CLIENT_ADDRESS);
        assertThat(d.burst()).isNull();
        assertThat(d.maxKeys()).isEqualTo(100_000);
        assertThat(d.ipv4Prefix()).isEqualTo(32);
        assertThat(d.ipv6Prefix()).isEqualTo(64);
    }

    @Test
    void ofABearerToken() {
        BearerTokenConfig d = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of("s"));
        assertThat(d.issuer()).isNull();
        assertThat(d.audience()).isNull();
        assertThat(d.leeway()).isZero();
        assertThat(d.requiredClaims()).isEmpty();
        assertThat(d.forwardClaims()).isEmpty();
    }

    @Test
    void ofTheHeadersPolicy() {
        assertThat(HeadersConfig.DEFAULTS.request().set()).isEmpty();
        assertThat(HeadersConfig.DEFAULTS.request().add()).isEmpty();
        assertThat(HeadersConfig.DEFAULTS.request().remove()).isEmpty();
        assertThat(HeadersConfig.DEFAULTS.response()).isEqualTo(HeadersConfig.DEFAULTS.request());
    }

    @Test
    void ofATokenIssuer() {
        AnswerConfig.TokenIssuer d = AnswerConfig.TokenIssuer.of(Secret.of("s"));
        assertThat(d.algorithm()).isEqualTo(TokenAlgorithm.HS256);
        assertThat(d.expiresIn()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void ofAFixedAnswer() {
        AnswerConfig.Respond d = AnswerConfig.Respond.DEFAULTS;
        assertThat(d.status()).isEqualTo(200);
        assertThat(d.headers()).isEmpty();
        assertThat(d.body()).isEmpty();
    }

    @Test
    void ofARoute() {
        RouteConfig d = RouteConfig.to("/users", "users");
        assertThat(d.methods()).isEmpty();
        assertThat(d.policies()).isEmpty();
        assertThat(d.target()).isEqualTo(new TargetConfig.To("users"));
    }
}
