package dev.ponticello.upstream;

import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.config.UpstreamLimits;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.tls.ClientTls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the config says about the connections of an upstream, as the path reads it: durations in nanoseconds, 0 for off.
 */
record UpstreamSettings(@Nullable ClientTls tls, UpstreamConfig.Protocol protocol, int headLimit, int fieldLimit,
        int informationalLimit,
        long connectNanos, long responseNanos,
        long idleNanos, long totalNanos, int maxConnections, long keepAliveNanos,
        int maxRequests, long maxAgeNanos) {

    /**
     * @param tls for endpoints with TLS; null where there is none
     * @param autoConnections what {@code connections.max: auto} means here
     */
    static UpstreamSettings of(UpstreamConfig config, @Nullable ClientTls tls, int autoConnections) {
        UpstreamLimits limits = config.limits();
        UpstreamTimeouts timeouts = config.timeouts();
        UpstreamConnections connections = config.connections();
        Integer maxRequests = connections.maxRequests();
        return new UpstreamSettings(tls, config.protocol(), (int) limits.head(),
                limits.headers(), limits.informational(),
                timeouts.connect().toNanos(), timeouts.response().toNanos(), timeouts.idle().toNanos(),
                nanos(timeouts.total()), connections.max() == 0 ? autoConnections : connections.max(),
                connections.keepAlive().toNanos(), maxRequests == null ? 0 : maxRequests,
                nanos(connections.maxAge()));
    }

    private static long nanos(@Nullable Duration duration) {
        return duration == null ? 0 : duration.toNanos();
    }
}
