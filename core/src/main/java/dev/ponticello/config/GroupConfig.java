package dev.ponticello.config;

import dev.ponticello.routing.HostPattern;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Routes that share a prefix and policies; it guards its whole prefix, known paths or not.
 *
 * @param path the prefix, after those of the groups around it; no {@code /} at its end unless it is {@code /}
 * @param host whose requests it is for: a name or address, or {@code *.example.com} for every name below; null is the
 *        default: those of the group around it, or all
 * @param policies for everything below the prefix, in this order
 */
public record GroupConfig(String path, @Nullable String host, List<PolicyConfig> policies, List<RouteConfig> routes,
        List<GroupConfig> groups) {

    public GroupConfig {
        Checks.prefix("path", path);
        if (host != null) {
            Checks.host("host", host);
        }
        policies = List.copyOf(policies);
        routes = List.copyOf(routes);
        groups = List.copyOf(groups);
    }

    /** A group for every host. */
    public GroupConfig(String path, List<PolicyConfig> policies, List<RouteConfig> routes, List<GroupConfig> groups) {
        this(path, null, policies, routes, groups);
    }

    /** A copy with another {@code host}. */
    public GroupConfig withHost(@Nullable String host) {
        return new GroupConfig(path, host, policies, routes, groups);
    }

    /** Whose requests it is for when it stands inside a group for these hosts; null for all. */
    @SuppressWarnings("exports") // for the gateway itself
    public @Nullable HostPattern hostWithin(@Nullable HostPattern outer) {
        return host == null ? outer : HostPattern.parse(host);
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
