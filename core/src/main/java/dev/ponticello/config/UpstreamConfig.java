package dev.ponticello.config;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A named group of endpoints and how to use them. Its name is its key in {@link GatewayConfig#upstreams()}.
 *
 * @param title the name in error bodies ("User service unavailable"); null is the default, see {@link #titleOr}
 * @param endpoints at least one
 * @param tls for endpoints with {@code https://}
 * @param protocol what the endpoints are spoken to in; default auto
 * @param host what the {@code Host} field of a forwarded request says; default the endpoint's own authority
 * @param circuitBreaker null is off, the default
 */
public record UpstreamConfig(@Nullable String title, List<EndpointConfig> endpoints, UpstreamTls tls,
        Protocol protocol, UpstreamHost host,
        UpstreamConnections connections, UpstreamLimits limits, UpstreamTimeouts timeouts,
        @Nullable CircuitBreakerConfig circuitBreaker) {

    /** What endpoints are spoken to in. */
    public enum Protocol {
        /** What an endpoint of {@code https://} chooses by ALPN (RFC 7301), HTTP/2 or HTTP/1.1; HTTP/1.1 on cleartext connections. */
        AUTO,
        /** HTTP/1.1. */
        HTTP1,
        /** HTTP/2 by TLS; one that does not choose it gets no request. */
        H2,
        /** HTTP/2 by prior knowledge on cleartext connections. */
        H2C
    }

    public UpstreamConfig {
        if (title != null) {
            Checks.title("title", title);
        }
        endpoints = Checks.notEmpty("endpoints", endpoints);
    }

    /** An upstream of these endpoints with every default. */
    public static UpstreamConfig of(EndpointConfig... endpoints) {
        return new UpstreamConfig(null, List.of(endpoints), UpstreamTls.DEFAULTS, Protocol.AUTO, UpstreamHost.ENDPOINT,
                UpstreamConnections.DEFAULTS,
                UpstreamLimits.DEFAULTS, UpstreamTimeouts.DEFAULTS, null);
    }

    /** The title, or without one the upstream's name with a capital. */
    public String titleOr(String name) {
        return title != null ? title : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** A copy with another {@code title}. */
    public UpstreamConfig withTitle(@Nullable String title) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code endpoints}. */
    public UpstreamConfig withEndpoints(List<EndpointConfig> endpoints) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code tls}. */
    public UpstreamConfig withTls(UpstreamTls tls) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code protocol}. */
    public UpstreamConfig withProtocol(Protocol protocol) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code host}. */
    public UpstreamConfig withHost(UpstreamHost host) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code connections}. */
    public UpstreamConfig withConnections(UpstreamConnections connections) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code limits}. */
    public UpstreamConfig withLimits(UpstreamLimits limits) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code timeouts}. */
    public UpstreamConfig withTimeouts(UpstreamTimeouts timeouts) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }

    /** A copy with another {@code circuit-breaker}. */
    public UpstreamConfig withCircuitBreaker(@Nullable CircuitBreakerConfig circuitBreaker) {
        return new UpstreamConfig(title, endpoints, tls, protocol, host, connections, limits, timeouts, circuitBreaker);
    }
}
