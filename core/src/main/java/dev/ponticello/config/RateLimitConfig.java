package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * How many requests each client may make.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>name</th><th>default</th><th>range</th></tr>
 * <tr><td>max-keys</td><td>100000</td><td>1 to 10000000</td></tr>
 * <tr><td>ipv4-prefix</td><td>32</td><td>0 to 32</td></tr>
 * <tr><td>ipv6-prefix</td><td>64</td><td>0 to 128</td></tr>
 * </table>
 *
 * @param name stands in the limit fields; null is the default: {@code default}, the next in a chain {@code default-2}
 * @param limit permits in a window
 * @param algorithm default fixed window
 * @param by what is counted apart; default the client's address
 * @param maxKeys clients remembered at once
 * @param ipv4Prefix bits of an IPv4 address that tell clients apart
 * @param ipv6Prefix bits of an IPv6 address that tell clients apart
 */
public record RateLimitConfig(@Nullable String name, Rate limit, Algorithm algorithm, By by, int maxKeys,
        int ipv4Prefix, int ipv6Prefix) implements PolicyConfig {

    /** How permits come back. */
    public enum Algorithm {
        /** All at once, at borders aligned to the epoch. */
        FIXED_WINDOW
    }

    /** What is counted apart. */
    public enum By {
        CLIENT_ADDRESS
    }

    public RateLimitConfig {
        if (name != null) {
            Checks.name("name", name);
        }
        Checks.between("max-keys", maxKeys, 1, 10_000_000);
        Checks.between("ipv4-prefix", ipv4Prefix, 0, 32);
        Checks.between("ipv6-prefix", ipv6Prefix, 0, 128);
    }

    /** A limit with every default. */
    public static RateLimitConfig of(Rate limit) {
        return new RateLimitConfig(null, limit, Algorithm.FIXED_WINDOW, By.CLIENT_ADDRESS, 100_000, 32, 64);
    }

    @Override
    public String type() {
        return "rate-limit";
    }

    /** A copy with another {@code name}. */
    public RateLimitConfig withName(@Nullable String name) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code limit}. */
    public RateLimitConfig withLimit(Rate limit) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code algorithm}. */
    public RateLimitConfig withAlgorithm(Algorithm algorithm) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code by}. */
    public RateLimitConfig withBy(By by) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code max-keys}. */
    public RateLimitConfig withMaxKeys(int maxKeys) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code ipv4-prefix}. */
    public RateLimitConfig withIpv4Prefix(int ipv4Prefix) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code ipv6-prefix}. */
    public RateLimitConfig withIpv6Prefix(int ipv6Prefix) {
        return new RateLimitConfig(name, limit, algorithm, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }
}
