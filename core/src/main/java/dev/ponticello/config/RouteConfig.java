package dev.ponticello.config;

import java.util.List;

/**
 * A match, the policies of this route alone, and where it leads.
 *
 * @param path a pattern: {@code /users}, {@code /users/{id}}, {@code /files/**}; in a group it follows the group's
 *        path, and may be empty there for the group's path itself
 * @param methods empty is every method but CONNECT and TRACE
 * @param when what a request must say besides; default nothing
 * @param policies after those of its groups, in this order
 * @param limits what differs from the listener's
 */
public record RouteConfig(String path, List<String> methods, WhenConfig when, List<PolicyConfig> policies,
        TargetConfig target, RouteLimits limits) {

    public RouteConfig {
        if (!path.isEmpty()) {
            Checks.pattern("path", path);
        }
        methods = Checks.distinct("methods", Checks.each("methods", methods, Checks::method));
        policies = List.copyOf(policies);
    }

    /** A route for all that is asked with this path and these methods. */
    public RouteConfig(String path, List<String> methods, List<PolicyConfig> policies, TargetConfig target) {
        this(path, methods, WhenConfig.NONE, policies, target, RouteLimits.DEFAULTS);
    }

    /** A route for every method, without policies of its own, to an upstream. */
    public static RouteConfig to(String path, String upstream) {
        return new RouteConfig(path, List.of(), List.of(), new TargetConfig.To(upstream));
    }

    /** A copy with another {@code path}. */
    public RouteConfig withPath(String path) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }

    /** A copy with another {@code methods}. */
    public RouteConfig withMethods(List<String> methods) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }

    /** A copy with another {@code when}. */
    public RouteConfig withWhen(WhenConfig when) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }

    /** A copy with another {@code policies}. */
    public RouteConfig withPolicies(List<PolicyConfig> policies) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }

    /** A copy with another {@code target}. */
    public RouteConfig withTarget(TargetConfig target) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }

    /** A copy with another {@code limits}. */
    public RouteConfig withLimits(RouteLimits limits) {
        return new RouteConfig(path, methods, when, policies, target, limits);
    }
}
