package dev.ponticello.config;

import java.util.Map;
import java.util.SequencedMap;

/**
 * What the gateway's own errors look like; their status and their fields are always the same. To a client that accepts
 * {@code application/problem+json} every error is such a document (RFC 9457).
 *
 * @param format default seed
 * @param bodies by status, 400 to 599, in place of what the format makes; default none
 */
public record ErrorsConfig(GatewayConfig.ErrorFormat format, SequencedMap<Integer, ErrorBody> bodies) {

    public static final ErrorsConfig DEFAULTS = of(GatewayConfig.ErrorFormat.SEED);

    public ErrorsConfig {
        bodies.keySet().forEach(status -> Checks.between("bodies." + status, status, 400, 599));
        bodies = Checks.copy(bodies);
    }

    /** Errors of this format. */
    public static ErrorsConfig of(GatewayConfig.ErrorFormat format) {
        return new ErrorsConfig(format, Checks.copy(Map.of()));
    }

    /** A copy with other {@code bodies}. */
    public ErrorsConfig withBodies(SequencedMap<Integer, ErrorBody> bodies) {
        return new ErrorsConfig(format, bodies);
    }
}
