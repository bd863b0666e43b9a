package dev.ponticello.runtime;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.HeadersConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RequireConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.loop.Chance;
import dev.ponticello.observe.AccessLogPolicy;
import dev.ponticello.policy.BearerTokenPolicy;
import dev.ponticello.policy.CompressionPolicy;
import dev.ponticello.policy.CorsPolicy;
import dev.ponticello.policy.HeaderEditPolicy;
import dev.ponticello.policy.RateLimitPolicy;
import dev.ponticello.policy.RequestIdPolicy;
import dev.ponticello.policy.RequirePolicy;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Makes the policy that a config asks for: the registry of the built-in ones. */
final class PolicyMaker {
    private final Chance chance;
    private final Function<AccessLogConfig, Policy> accessLogs;
    private final Function<OwnPolicy, Policy> own;

    private PolicyMaker(Chance chance, Function<AccessLogConfig, Policy> accessLogs, Function<OwnPolicy, Policy> own) {
        this.chance = chance;
        this.accessLogs = accessLogs;
        this.own = own;
    }

    static PolicyMaker forServing(Chance chance) {
        return new PolicyMaker(chance, AccessLogPolicy::open, OwnPolicy::make);
    }

    /** Makes policies that are only looked at: no file is opened, no thread started and no own code run. */
    static PolicyMaker forCheck(Chance chance) {
        return new PolicyMaker(chance, _ -> new Policy() {}, _ -> new Policy() {});
    }

    /**
     * The policy for a config.
     *
     * @param before the policies of its chain that stand before it
     * @throws IllegalArgumentException if the config cannot be served, with value and expectation
     */
    Policy make(PolicyConfig config, List<Policy> before) {
        return switch (config) {
            case AccessLogConfig log -> accessLogs.apply(log);
            case RequestIdConfig id -> new RequestIdPolicy(id);
            case CorsConfig cors -> new CorsPolicy(cors);
            case CompressionConfig compression -> new CompressionPolicy(compression);
            case RateLimitConfig limit -> new RateLimitPolicy(limit, nameOf(limit, before), chance);
            case BearerTokenConfig token -> new BearerTokenPolicy(token, chance);
            case RequireConfig require -> new RequirePolicy(require);
            case HeadersConfig headers -> new HeaderEditPolicy(headers);
            case PolicyConfig.Own policy -> makeOwn(policy);
        };
    }

    private Policy makeOwn(PolicyConfig.Own policy) {
        if (!(policy instanceof OwnPolicy known)) {
            throw new IllegalArgumentException(
                    policy.getClass().getName() + " is no policy (expected: an " + OwnPolicy.class.getName() + ")");
        }
        try {
            return Objects.requireNonNull(own.apply(known), "its factory made null");
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalArgumentException("the policy " + policy.type() + " cannot be made: " + e, e);
        }
    }

    /** A limit without a name is called {@code default}, the next of its chain {@code default-2}. */
    private static String nameOf(RateLimitConfig limit, List<Policy> before) {
        String name = limit.name();
        if (name != null) {
            return name;
        }
        long unnamed = before.stream()
                .filter(policy -> policy instanceof RateLimitPolicy other && other.name().startsWith("default"))
                .count();
        return unnamed == 0 ? "default" : "default-" + (unnamed + 1);
    }
}
