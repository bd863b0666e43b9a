package dev.ponticello.config;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How the connections to each endpoint of an upstream are pooled, counted over the whole process.
 *
 * @param max open at once, though each loop may always have one; at the cap an exchange waits, at most the connect
 *        timeout, then 503. 0 is auto: 45 % of the file descriptors, the default
 * @param keepAlive how long an idle connection is kept; default 60s
 * @param maxRequests requests on one connection; null is off, the default
 * @param maxAge of one connection; null is off, the default
 */
public record UpstreamConnections(int max, Duration keepAlive, @Nullable Integer maxRequests,
        @Nullable Duration maxAge) {

    public static final UpstreamConnections DEFAULTS = new UpstreamConnections(0, Duration.ofSeconds(60), null, null);

    public UpstreamConnections {
        Checks.atLeastOrAuto("max", max, 1);
        Checks.timer("keep-alive", keepAlive);
        Checks.atLeastOrOff("max-requests", maxRequests, 1);
        Checks.timerOrOff("max-age", maxAge);
    }

    /** A copy with another {@code max}. */
    public UpstreamConnections withMax(int max) {
        return new UpstreamConnections(max, keepAlive, maxRequests, maxAge);
    }

    /** A copy with another {@code keep-alive}. */
    public UpstreamConnections withKeepAlive(Duration keepAlive) {
        return new UpstreamConnections(max, keepAlive, maxRequests, maxAge);
    }

    /** A copy with another {@code max-requests}. */
    public UpstreamConnections withMaxRequests(@Nullable Integer maxRequests) {
        return new UpstreamConnections(max, keepAlive, maxRequests, maxAge);
    }

    /** A copy with another {@code max-age}. */
    public UpstreamConnections withMaxAge(@Nullable Duration maxAge) {
        return new UpstreamConnections(max, keepAlive, maxRequests, maxAge);
    }
}
