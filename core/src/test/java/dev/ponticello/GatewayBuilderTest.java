package dev.ponticello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problem;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.Method;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayBuilderTest {
    private static final Handler HANDLER = _ -> Response.empty(204);
    private static final Policy POLICY = Policy.before(_ -> Decision.CONTINUE);

    @Test
    void beginsWithTheDefaults() {
        assertThat(Gateway.builder().build()).isEqualTo(GatewayConfig.DEFAULTS);
    }

    @Test
    void itsWordsMakeTheRecords() {
        GatewayConfig config = Gateway.builder().listen("127.0.0.1:8000").upstream("users", "http://a", "http://b:81/x")
                .policy(AccessLogConfig.DEFAULTS).policy(POLICY)
                .route("/health").answer(new AnswerConfig.Health())
                .route(Method.POST, "/x").policy(RequestIdConfig.DEFAULTS).policy(POLICY)
                .with(route -> route.withPath("/y")).with(route -> route.withPath(route.path() + "/z")).answer(HANDLER)
                .group("/api", api -> api.policy(RequestIdConfig.DEFAULTS).with(group -> group.withPath("/app"))
                        .group("/v1", v1 -> v1.route(Method.GET, "/users").to("users")))
                .with(before -> before.withLoops(3)).build();

        assertThat(config.loops()).isEqualTo(3);
        assertThat(config.listeners())
                .containsExactly(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:8000")));
        assertThat(config.upstreams()).containsOnlyKeys("users").containsValue(
                UpstreamConfig.of(EndpointConfig.parse("http://a"), EndpointConfig.parse("http://b:81/x")));
        assertThat(config.policies()).containsExactly(AccessLogConfig.DEFAULTS, new OwnPolicy.Given(POLICY));
        assertThat(config.routes()).containsExactly(
                new RouteConfig("/health", List.of(), List.of(), new AnswerConfig.Health()),
                new RouteConfig("/y/z", List.of("POST"),
                        List.of(RequestIdConfig.DEFAULTS, new OwnPolicy.Given(POLICY)), OwnAnswer.of(HANDLER)));
        assertThat(config.groups()).singleElement().satisfies(api -> {
            assertThat(api.path()).isEqualTo("/app");
            assertThat(api.policies()).containsExactly(RequestIdConfig.DEFAULTS);
            assertThat(api.groups()).singleElement().extracting(GroupConfig::routes).isEqualTo(List
                    .of(new RouteConfig("/users", List.of("GET"), List.of(), new TargetConfig.To("users"))));
        });
    }

    @Test
    void aRouteThatLeadsNowhereIsNotForgotten() {
        GatewayBuilder builder = Gateway.builder();
        RouteBuilder<GatewayBuilder> route = builder.route("/x");
        assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class)
                .hasMessage("route /x leads nowhere (expected: to or answer)");
        assertThatThrownBy(() -> builder.route("/y")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Gateway.builder().group("/api", api -> api.route(Method.GET, "/x")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(route.to("users").build().routes()).hasSize(1);
    }

    @Test
    void valuesOutOfRangeAreToldWhereTheyAreSaid() {
        assertThatThrownBy(() -> Gateway.builder().upstream("users", "ftp://a"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected: a URL like");
        assertThatThrownBy(() -> Gateway.builder().group("api", _ -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OwnAnswer.of(HANDLER).withTimeout(Duration.ZERO))
                .hasMessage("timeout: PT0S (expected: 1ms to 24h)");
        assertThatThrownBy(() -> OwnAnswer.of(HANDLER).withBodyBytes(-1))
                .hasMessage("body-bytes: -1 (expected: 0 to 1073741824)");
        assertThatThrownBy(() -> Decision.await(_ -> Decision.CONTINUE, Duration.ZERO))
                .hasMessage("deadline: PT0S (expected: above 0, to 24h)");
    }

    @Test
    void whatOnlyTheWholeCanShowIsToldAtTheStart() {
        assertThatThrownBy(() -> Gateway.builder().route("/x").to("users").start())
                .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.problems().all())
                        .extracting(Problem::path).contains("listeners", "routes[0].to"));
    }
}
