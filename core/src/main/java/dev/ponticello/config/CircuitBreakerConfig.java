package dev.ponticello.config;

import java.time.Duration;

/**
 * When attempts to an upstream stop for a while.
 *
 * @param failures consecutive ones that open the circuit; default 5
 * @param openFor how long it stays open, and when a probe that does not end expires; default 30s
 * @param probes attempts at a time while half-open, 1 to 1000; default 1
 */
public record CircuitBreakerConfig(int failures, Duration openFor, int probes) {

    public static final CircuitBreakerConfig DEFAULTS = new CircuitBreakerConfig(5, Duration.ofSeconds(30), 1);

    public CircuitBreakerConfig {
        Checks.atLeast("failures", failures, 1);
        Checks.timer("open-for", openFor);
        Checks.between("probes", probes, 1, 1000);
    }
}
