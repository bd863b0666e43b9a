package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CertificateConfig;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.ClientCertificateConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.DrainConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.HeadersConfig;
import dev.ponticello.config.Http2Config;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.ProcessLimits;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RequireConfig;
import dev.ponticello.config.RewriteConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.RouteLimits;
import dev.ponticello.config.RouteTimeouts;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.config.UpstreamLimits;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.config.UpstreamTls;
import dev.ponticello.config.WhenConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page about the config says what the code does. */
class ConfigDocTest {

    /** Parts that are written as one value: the record's components are no keys. */
    private static final List<Class<? extends Record>> RECORDS = List.of(GatewayConfig.class, ErrorsConfig.class,
            DrainConfig.class,
            ProcessLimits.class, ListenerConfig.class, Http2Config.class, ListenerTimeouts.class, ListenerLimits.class,
            UpstreamConfig.class,
            UpstreamConnections.class, UpstreamLimits.class, UpstreamTimeouts.class, CircuitBreakerConfig.class,
            ListenerTls.class, CertificateConfig.class, ClientCertificateConfig.class, UpstreamTls.class,
            AccessLogConfig.class, RequestIdConfig.class, CorsConfig.class, CompressionConfig.class,
            RateLimitConfig.class,
            BearerTokenConfig.class, RequireConfig.class, HeadersConfig.class, HeadersConfig.Edits.class,
            GroupConfig.class, WhenConfig.class, RewriteConfig.Path.class, RewriteConfig.Prefix.class,
            RouteTimeouts.class, RouteLimits.class,
            AnswerConfig.TokenIssuer.class, AnswerConfig.Respond.class, AnswerConfig.Redirect.class);

    @Test
    void theValuesShownAreTheDefaults() throws IOException {
        GatewayConfig shown = Configs.good(block(), Map.of("SECRET", Configs.SECRET));
        GatewayConfig defaults = GatewayConfig.DEFAULTS;
        assertThat(shown.transport()).isEqualTo(defaults.transport());
        assertThat(shown.loops()).isEqualTo(defaults.loops());
        assertThat(shown.errors()).isEqualTo(defaults.errors());
        assertThat(shown.drain()).isEqualTo(defaults.drain());
        assertThat(shown.limits()).isEqualTo(defaults.limits());
        ListenerConfig listener = shown.listeners().getFirst();
        assertThat(listener).isEqualTo(ListenerConfig.on(listener.address()));
        ListenerConfig secured = shown.listeners().get(1);
        ListenerTls tls = Objects.requireNonNull(secured.tls());
        assertThat(secured).isEqualTo(ListenerConfig.on(secured.address()).withTls(tls));
        assertThat(tls.withKeyPassword(null).withCertificates(List.of()).withClientCertificate(null)).isEqualTo(
                ListenerTls.of(Objects.requireNonNull(tls.certificate()), Objects.requireNonNull(tls.key())));
        ClientCertificateConfig clients = Objects.requireNonNull(tls.clientCertificate());
        assertThat(clients).isEqualTo(ClientCertificateConfig.require(clients.ca()));
        assertThat(shown.upstreams().get("users"))
                .isEqualTo(UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:8001"))
                        .withTitle("Users").withCircuitBreaker(CircuitBreakerConfig.DEFAULTS));
        assertThat(shown.policies().get(0)).isEqualTo(AccessLogConfig.DEFAULTS);
        assertThat(shown.policies().get(1)).isEqualTo(RequestIdConfig.DEFAULTS);
        assertThat(shown.policies().get(3)).isEqualTo(
                CompressionConfig.DEFAULTS.withCodings(CompressionConfig.USUAL_CODINGS));
        RouteConfig robots = shown.routes().get(2);
        assertThat(robots.target()).isEqualTo(AnswerConfig.Respond.DEFAULTS);
        AnswerConfig.Redirect redirect = (AnswerConfig.Redirect) shown.routes().get(3).target();
        assertThat(redirect).isEqualTo(AnswerConfig.Redirect.to(redirect.to()));
        GroupConfig group = shown.groups().getFirst();
        RateLimitConfig limit = (RateLimitConfig) group.policies().getFirst();
        assertThat(group.routes().getFirst().when()).isEqualTo(WhenConfig.NONE);
        assertThat(limit).isEqualTo(RateLimitConfig.of(limit.limit()).withName("api"));
    }

    @Test
    void noKeyIsMissing() throws IOException {
        String block = block();
        for (Class<? extends Record> record : RECORDS) {
            for (RecordComponent component : record.getRecordComponents()) {
                String key = component.getName().replaceAll("([A-Z]+)", "-$1").toLowerCase(Locale.ROOT);

                assertThat(block.contains(key + ":")).as("%s of %s in docs/config.md", key, record.getSimpleName())
                        .isTrue();
            }
        }
    }

    private static String block() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "config.md"));
        int from = page.indexOf("```yaml\n") + "```yaml\n".length();
        return page.substring(from, page.indexOf("```", from));
    }
}
