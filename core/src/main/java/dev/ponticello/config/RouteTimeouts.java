package dev.ponticello.config;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long the exchanges of a route wait for their endpoint, where that differs from what holds for its upstream.
 *
 * @param response end of the request to the final head; null is the upstream's, the default
 * @param total the whole exchange; null is the upstream's, the default; zero is off
 */
public record RouteTimeouts(@Nullable Duration response, @Nullable Duration total) {

    public static final RouteTimeouts DEFAULTS = new RouteTimeouts(null, null);

    public RouteTimeouts {
        Checks.timerOrOff("response", response);
        if (total != null && !total.isZero()) {
            Checks.timer("total", total);
        }
    }

    /** A copy with another {@code response}. */
    public RouteTimeouts withResponse(@Nullable Duration response) {
        return new RouteTimeouts(response, total);
    }

    /** A copy with another {@code total}. */
    public RouteTimeouts withTotal(@Nullable Duration total) {
        return new RouteTimeouts(response, total);
    }
}
