package dev.ponticello.config;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What the user asked for, by YAML or by code: the root of the config records, all of them immutable, each with its own
 * defaults. Their constructors refuse values out of range with an {@link IllegalArgumentException} that says what was
 * found and what was expected; what only the whole can show is {@link ConfigCheck}'s.
 *
 * @param transport how sockets are driven; default auto
 * @param loops event loops; 0 is auto: one for each core, the default
 * @param errors what the gateway's own errors look like
 * @param upstreams by name, in written order
 * @param policies for every exchange, in this order
 * @param routes outside any group
 */
public record GatewayConfig(Transport transport, int loops, ErrorsConfig errors, DrainConfig drain,
        ProcessLimits limits, List<ListenerConfig> listeners, SequencedMap<String, UpstreamConfig> upstreams,
        List<PolicyConfig> policies, List<RouteConfig> routes, List<GroupConfig> groups) {

    /** Every default; no listener, upstream, policy, route or group. */
    public static final GatewayConfig DEFAULTS = new GatewayConfig(Transport.AUTO, 0, ErrorsConfig.DEFAULTS,
            DrainConfig.DEFAULTS, ProcessLimits.DEFAULTS, List.of(), Checks.copy(Map.of()), List.of(), List.of(),
            List.of());

    /** How sockets are driven; auto takes the first that the machine has, in the order written here. */
    public enum Transport {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }

    /** The form of the gateway's own errors: {@code {"error": …}}, or RFC 9457. */
    public enum ErrorFormat {
        SEED,
        PROBLEM
    }

    public GatewayConfig {
        Checks.betweenOrAuto("loops", loops, 1, 1024);
        listeners = List.copyOf(listeners);
        upstreams = Checks.copy(upstreams);
        policies = List.copyOf(policies);
        routes = List.copyOf(routes);
        groups = List.copyOf(groups);
    }

    /** A copy with another {@code transport}. */
    public GatewayConfig withTransport(Transport transport) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code loops}. */
    public GatewayConfig withLoops(int loops) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code errors}. */
    public GatewayConfig withErrors(ErrorsConfig errors) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code drain}. */
    public GatewayConfig withDrain(DrainConfig drain) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code limits}. */
    public GatewayConfig withLimits(ProcessLimits limits) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code listeners}. */
    public GatewayConfig withListeners(List<ListenerConfig> listeners) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code upstreams}. */
    public GatewayConfig withUpstreams(SequencedMap<String, UpstreamConfig> upstreams) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code policies}. */
    public GatewayConfig withPolicies(List<PolicyConfig> policies) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code routes}. */
    public GatewayConfig withRoutes(List<RouteConfig> routes) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }

    /** A copy with another {@code groups}. */
    public GatewayConfig withGroups(List<GroupConfig> groups) {
        return new GatewayConfig(transport, loops, errors, drain, limits, listeners, upstreams, policies, routes,
                groups);
    }
}
