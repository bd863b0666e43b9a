package dev.ponticello.simulation;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.UpstreamConfig;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A config that is served, or that is to be, with what is to be known of it.
 *
 * @param number what endpoints and clients see of it, in {@code X-Config}
 * @param leadsTo the upstream of each {@code /uN/**}, by its number
 * @param extra whether there is a route {@code /extra/**}
 * @param limit the limit that stands in every chain, or null
 * @param counts names what the limit has counted: the same in the next edition, if that takes it over
 */
record Edition(int number, GatewayConfig config, List<Integer> leadsTo, boolean extra,
        @Nullable RateLimitConfig limit, int counts) {

    static final String FIELD = "X-Config";

    /** What {@code /fixed/**} answers with. */
    static String fixedBody(int number) {
        return "fixed " + number;
    }

    UpstreamConfig upstream(int number) {
        return Objects.requireNonNull(config.upstreams().get("u" + number));
    }

    @Nullable
    CircuitBreakerConfig breaker(String upstream) {
        return Objects.requireNonNull(config.upstreams().get(upstream)).circuitBreaker();
    }
}
