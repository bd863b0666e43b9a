package dev.ponticello.config;

import java.time.Duration;

/**
 * How the gateway stops: it accepts for {@code delay} more, then closes its listeners and lets what runs end within
 * {@code timeout}.
 *
 * @param delay for balancers in front to notice; default 0s
 * @param timeout what still runs then is cut; default 30s
 */
public record DrainConfig(Duration delay, Duration timeout) {

    public static final DrainConfig DEFAULTS = new DrainConfig(Duration.ZERO, Duration.ofSeconds(30));

    public DrainConfig {
        Checks.atLeast("delay", delay, Duration.ZERO);
        Checks.atLeast("timeout", timeout, Duration.ZERO);
    }
}
