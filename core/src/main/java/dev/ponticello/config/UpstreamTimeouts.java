package dev.ponticello.config;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long an exchange waits for an endpoint; over any of them the client gets 504 (503 when it waited for a
 * connection at the cap), or its stream is cut once a head went out.
 *
 * @param connect opening a connection, or waiting for one at the cap; default 2s
 * @param response end of the request to the final head; default 15s
 * @param idle between bytes; default 60s
 * @param total the whole exchange; null is off, the default
 */
public record UpstreamTimeouts(Duration connect, Duration response, Duration idle, @Nullable Duration total) {

    public static final UpstreamTimeouts DEFAULTS = new UpstreamTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(15),
            Duration.ofSeconds(60), null);

    public UpstreamTimeouts {
        Checks.timer("connect", connect);
        Checks.timer("response", response);
        Checks.timer("idle", idle);
        Checks.timerOrOff("total", total);
    }

    /** A copy with another {@code connect}. */
    public UpstreamTimeouts withConnect(Duration connect) {
        return new UpstreamTimeouts(connect, response, idle, total);
    }

    /** A copy with another {@code response}. */
    public UpstreamTimeouts withResponse(Duration response) {
        return new UpstreamTimeouts(connect, response, idle, total);
    }

    /** A copy with another {@code idle}. */
    public UpstreamTimeouts withIdle(Duration idle) {
        return new UpstreamTimeouts(connect, response, idle, total);
    }

    /** A copy with another {@code total}. */
    public UpstreamTimeouts withTotal(@Nullable Duration total) {
        return new UpstreamTimeouts(connect, response, idle, total);
    }
}
