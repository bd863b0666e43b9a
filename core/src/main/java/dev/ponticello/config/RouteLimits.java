package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * What a route takes from a client, where that differs from what holds for its listener.
 *
 * @param body a request's body, in bytes; null is the listener's, the default; {@link #OFF} is any
 */
public record RouteLimits(@Nullable Long body) {

    /** No bound. */
    public static final long OFF = Long.MAX_VALUE;

    public static final RouteLimits DEFAULTS = new RouteLimits(null);

    public RouteLimits {
        if (body != null) {
            Checks.size("body", body, 0, OFF);
        }
    }
}
