package dev.ponticello;

import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.UpstreamConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * Builds a {@link GatewayConfig}, the same that YAML is read into: words for what nearly every config says, and {@link #with} for all the rest.
 *
 * <pre>{@code
 * Gateway gateway = Gateway.builder()
 *         .listen("127.0.0.1:8000")
 *         .upstream("users", "http://10.0.0.1:8080")
 *         .policy(AccessLogConfig.DEFAULTS)
 *         .group("/api/v1", api -> api
 *                 .policy(Policy.before(exchange -> …))
 *                 .route(GET, "/users/{id}").to("users")
 *                 .route(GET, "/now").answer(request -> Response.json(200, …)))
 *         .with(config -> config.withLoops(2))
 *         .start();
 * }</pre>
 *
 * <p>A value out of range is an {@link IllegalArgumentException} where it is said; what only the whole can show is an {@link InvalidConfigException} at the start. One thread at a time.
 */
public final class GatewayBuilder extends RoutesBuilder<GatewayBuilder> {
    private GatewayConfig config = GatewayConfig.DEFAULTS;

    GatewayBuilder() {}

    /** Adds a listener with every default: {@code 127.0.0.1:8000}, {@code [::]:8000}; port 0 is any free port. */
    public GatewayBuilder listen(String address) {
        return listen(ListenerConfig.on(ListenerAddress.parse(address)));
    }

    /** Adds a listener. */
    public GatewayBuilder listen(ListenerConfig listener) {
        List<ListenerConfig> listeners = new ArrayList<>(config.listeners());
        listeners.add(listener);
        return with(before -> before.withListeners(listeners));
    }

    /**
     * Adds an upstream with every default, or replaces the one of this name.
     *
     * @param urls its endpoints, at least one: {@code http://10.0.0.1:8080/base}
     */
    public GatewayBuilder upstream(String name, String... urls) {
        EndpointConfig[] endpoints = new EndpointConfig[urls.length];
        for (int i = 0; i < urls.length; i++) {
            endpoints[i] = EndpointConfig.parse(urls[i]);
        }
        return upstream(name, UpstreamConfig.of(endpoints));
    }

    /** Adds an upstream, or replaces the one of this name. */
    public GatewayBuilder upstream(String name, UpstreamConfig upstream) {
        SequencedMap<String, UpstreamConfig> upstreams = new LinkedHashMap<>(config.upstreams());
        upstreams.put(name, upstream);
        return with(before -> before.withUpstreams(upstreams));
    }

    /** Changes what has been said so far, whatever it is: {@code with(config -> config.withDrain(…))}. */
    public GatewayBuilder with(UnaryOperator<GatewayConfig> change) {
        config = change.apply(config);
        return this;
    }

    /**
     * The config.
     *
     * @throws IllegalStateException if a route was begun that leads nowhere
     */
    public GatewayConfig build() {
        requireWhole();
        return config;
    }

    /**
     * Builds the config and starts a gateway with it; see {@link Gateway#start}.
     *
     * @throws IllegalStateException if a route was begun that leads nowhere
     * @throws InvalidConfigException if something is wrong with the config; nothing was bound
     * @throws IOException if a listener cannot be bound, or the transport that the config forces is not to be had; nothing stays bound
     */
    public Gateway start() throws IOException, InvalidConfigException {
        return Gateway.start(build());
    }

    @Override
    GatewayBuilder self() {
        return this;
    }

    @Override
    List<PolicyConfig> policies() {
        return config.policies();
    }

    @Override
    void setPolicies(List<PolicyConfig> policies) {
        config = config.withPolicies(policies);
    }

    @Override
    List<RouteConfig> routes() {
        return config.routes();
    }

    @Override
    void setRoutes(List<RouteConfig> routes) {
        config = config.withRoutes(routes);
    }

    @Override
    List<GroupConfig> groups() {
        return config.groups();
    }

    @Override
    void setGroups(List<GroupConfig> groups) {
        config = config.withGroups(groups);
    }
}
