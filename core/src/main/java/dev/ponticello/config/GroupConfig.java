package dev.ponticello.config;

import java.util.List;

/**
 * Routes that share a prefix and policies; it guards its whole prefix, known paths or not.
 *
 * @param path the prefix, after those of the groups around it; no {@code /} at its end unless it is {@code /}
 * @param policies for everything below the prefix, in this order
 */
public record GroupConfig(String path, List<PolicyConfig> policies, List<RouteConfig> routes,
        List<GroupConfig> groups) {

    public GroupConfig {
        Checks.path("path", path);
        if (path.length() > 1 && path.endsWith("/")) {
            throw new InvalidValue("path", Texts.quoted(path),
                    Texts.quoted(path.substring(0, path.length() - 1)) + ", without a '/' at its end");
        }
        policies = List.copyOf(policies);
        routes = List.copyOf(routes);
        groups = List.copyOf(groups);
    }

    /** The path of what is written inside a group with this whole prefix. */
    public static String join(String prefix, String path) {
        return prefix.endsWith("/") && path.startsWith("/") ? prefix + path.substring(1) : prefix + path;
    }

    /** A copy with another {@code path}. */
    public GroupConfig withPath(String path) {
        return new GroupConfig(path, policies, routes, groups);
    }

    /** A copy with another {@code policies}. */
    public GroupConfig withPolicies(List<PolicyConfig> policies) {
        return new GroupConfig(path, policies, routes, groups);
    }

    /** A copy with another {@code routes}. */
    public GroupConfig withRoutes(List<RouteConfig> routes) {
        return new GroupConfig(path, policies, routes, groups);
    }

    /** A copy with another {@code groups}. */
    public GroupConfig withGroups(List<GroupConfig> groups) {
        return new GroupConfig(path, policies, routes, groups);
    }
}
