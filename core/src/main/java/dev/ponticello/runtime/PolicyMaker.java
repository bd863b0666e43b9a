package dev.ponticello.runtime;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.HeadersConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RequireConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.TokenVerifier;
import dev.ponticello.loop.Chance;
import dev.ponticello.observe.AccessLogPolicy;
import dev.ponticello.policy.BearerTokenPolicy;
import dev.ponticello.policy.CompressionPolicy;
import dev.ponticello.policy.CorsPolicy;
import dev.ponticello.policy.HeaderEditPolicy;
import dev.ponticello.policy.RateLimitPolicy;
import dev.ponticello.policy.RequestIdPolicy;
import dev.ponticello.policy.RequirePolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the policy that a config asks for: the registry of the built-in ones. */
final class PolicyMaker {
    private final Chance chance;
    private final Function<AccessLogConfig, Policy> accessLogs;
    private final Function<OwnPolicy, Policy> own;

    PolicyMaker(Chance chance, Function<AccessLogConfig, Policy> accessLogs, Function<OwnPolicy, Policy> own) {
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
     * The policy for a config; null if it cannot be served, or if there is something wrong with what it refers to, which is then told.
     *
     * @param place names where it is written, whatever stands before that
     * @param before the policies of its chain that stand before it
     * @param live what it takes over
     * @param path where the config is written
     */
    @Nullable
    Policy makeOrTell(PolicyConfig config, String place, List<Policy> before, LiveState live, String path,
            Problems problems) {
        try {
            return make(config, place, before, live, path, problems);
        } catch (IllegalArgumentException e) {
            problems.error(path, String.valueOf(e.getMessage()), null);
            return null;
        }
    }

    private @Nullable Policy make(PolicyConfig config, String place, List<Policy> before, LiveState live, String path,
            Problems problems) {
        return switch (config) {
            case AccessLogConfig log -> accessLogs.apply(log);
            case RequestIdConfig id -> new RequestIdPolicy(id);
            case CorsConfig cors -> new CorsPolicy(cors);
            case CompressionConfig compression -> new CompressionPolicy(compression);
            case RateLimitConfig limit -> live.adopt(RateLimitPolicy.class,
                    limit.name() == null ? live.nameAt(place) : limit.name(), old -> heir(old, limit, before));
            case BearerTokenConfig token -> bearerToken(token, live, path, problems);
            case RequireConfig require -> new RequirePolicy(require);
            case HeadersConfig headers -> new HeaderEditPolicy(headers);
            case PolicyConfig.Own policy -> makeOwn(policy);
        };
    }

    /** A verifier goes on, with what it has verified, as long as its settings and its keys are the same. */
    private @Nullable Policy bearerToken(BearerTokenConfig config, LiveState live, String path, Problems problems) {
        KeySet keys = BearerTokenPolicy.keys(config, path, problems);
        return keys == null ? null
                : new BearerTokenPolicy(config, live.adopt(TokenVerifier.class,
                        Map.entry(config, keys),
                        old -> old == null ? BearerTokenPolicy.verifier(config, keys, chance) : old));
    }

    private RateLimitPolicy heir(@Nullable RateLimitPolicy old, RateLimitConfig limit, List<Policy> before) {
        String name = nameOf(limit, before);
        return old == null ? new RateLimitPolicy(limit, name, chance) : old.with(limit, name, chance);
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
        Set<String> taken = new HashSet<>();
        for (Policy policy : before) {
            if (policy instanceof RateLimitPolicy other) {
                taken.add(other.name());
                if (other.config().name() == null && other.name().equals(limit.name())) {
                    throw new IllegalArgumentException("name: '" + other.name()
                            + "' is what a limit before it is called, which has no name (expected: another name)");
                }
            }
        }
        String written = limit.name();
        if (written != null) {
            return written;
        }
        String name = "default";
        for (int next = 2; taken.contains(name); next++) {
            name = "default-" + next;
        }
        return name;
    }
}
