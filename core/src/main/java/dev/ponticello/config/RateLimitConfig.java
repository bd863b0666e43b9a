package dev.ponticello.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How many requests each client may make.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>name</th><th>default</th><th>range</th></tr>
 * <tr><td>burst</td><td>the permits of {@code limit}</td><td>1 to 1000000000, coming back within 8760h</td></tr>
 * <tr><td>max-keys</td><td>100000</td><td>1 to 10000000</td></tr>
 * <tr><td>ipv4-prefix</td><td>32</td><td>0 to 32</td></tr>
 * <tr><td>ipv6-prefix</td><td>64</td><td>0 to 128</td></tr>
 * </table>
 *
 * @param name stands in the limit fields; null is the default: {@code default}, the next in a chain {@code default-2}
 * @param limit permits in a window
 * @param algorithm default fixed window
 * @param burst permits that a token bucket holds when it is full; null, as without a token bucket, is the default
 * @param by what is counted apart, each mix of these; default the client's address
 * @param maxKeys clients remembered at once
 * @param ipv4Prefix bits of an IPv4 address that tell clients apart
 * @param ipv6Prefix bits of an IPv6 address that tell clients apart
 */
public record RateLimitConfig(@Nullable String name, Rate limit, Algorithm algorithm, @Nullable Integer burst,
        List<By> by, int maxKeys, int ipv4Prefix, int ipv6Prefix) implements PolicyConfig {

    private static final int MOST_BURST = 1_000_000_000;

    /** How permits come back. */
    public enum Algorithm {
        /** All at once, at borders aligned to the epoch. */
        FIXED_WINDOW,
        /** As the time moves on in which they were given, counted in two windows. */
        SLIDING_WINDOW,
        /** One by one, up to {@code burst}. */
        TOKEN_BUCKET
    }

    /** What is counted apart. */
    public sealed interface By {
        /** The address of the client, cut to its prefix. */
        By CLIENT_ADDRESS = new ClientAddress();

        /** The route; all requests without one count together. */
        By ROUTE = new Route();

        /** See {@link By#CLIENT_ADDRESS}. */
        record ClientAddress() implements By {
            @Override
            public String toString() {
                return "client-address";
            }
        }

        /** See {@link By#ROUTE}. */
        record Route() implements By {
            @Override
            public String toString() {
                return "route";
            }
        }

        /**
         * The values that a field of the request has on all its lines; requests without it count together.
         *
         * @param name the field's name
         */
        record Header(String name) implements By {
            public Header {
                Checks.fieldName("header", name);
            }

            @Override
            public String toString() {
                return "header: " + name;
            }
        }

        /**
         * A claim of the token that a {@code bearer-token} before the limit let through; requests without it count
         * together.
         *
         * @param name the claim's name
         */
        record Claim(String name) implements By {
            public Claim {
                Checks.notBlank("claim", name);
            }

            @Override
            public String toString() {
                return "claim: " + name;
            }
        }
    }

    public RateLimitConfig {
        if (name != null) {
            Checks.name("name", name);
        }
        if (burst != null) {
            if (algorithm != Algorithm.TOKEN_BUCKET) {
                throw new InvalidValue("burst", burst.toString(), "algorithm: token-bucket beside it");
            }
            long refilled = Checks.LONGEST.dividedBy(limit.per()) * limit.permits();
            Checks.between("burst", burst, 1, (int) Math.min(refilled, MOST_BURST));
        }
        by = Checks.distinct("by", Checks.notEmpty("by", by));
        Checks.between("max-keys", maxKeys, 1, 10_000_000);
        Checks.between("ipv4-prefix", ipv4Prefix, 0, 32);
        Checks.between("ipv6-prefix", ipv6Prefix, 0, 128);
    }

    /** A limit with every default. */
    public static RateLimitConfig of(Rate limit) {
        return new RateLimitConfig(null, limit, Algorithm.FIXED_WINDOW, null, List.of(By.CLIENT_ADDRESS), 100_000, 32,
                64);
    }

    @Override
    public String type() {
        return "rate-limit";
    }

    /** A copy with another {@code name}. */
    public RateLimitConfig withName(@Nullable String name) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code limit}. */
    public RateLimitConfig withLimit(Rate limit) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code algorithm}. */
    public RateLimitConfig withAlgorithm(Algorithm algorithm) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code burst}. */
    public RateLimitConfig withBurst(@Nullable Integer burst) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code by}. */
    public RateLimitConfig withBy(List<By> by) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code max-keys}. */
    public RateLimitConfig withMaxKeys(int maxKeys) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code ipv4-prefix}. */
    public RateLimitConfig withIpv4Prefix(int ipv4Prefix) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }

    /** A copy with another {@code ipv6-prefix}. */
    public RateLimitConfig withIpv6Prefix(int ipv6Prefix) {
        return new RateLimitConfig(name, limit, algorithm, burst, by, maxKeys, ipv4Prefix, ipv6Prefix);
    }
}
