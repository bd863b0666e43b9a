package dev.ponticello;

import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.http.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in a gateway and in a group alike: policies, routes, groups. Each call adds what comes next in written order.
 *
 * @param <B> the builder itself
 */
public abstract sealed class RoutesBuilder<B extends RoutesBuilder<B>> permits GatewayBuilder, GroupBuilder {
    private @Nullable RouteBuilder<B> open;

    RoutesBuilder() {}

    abstract B self();

    abstract List<PolicyConfig> policies();

    abstract void setPolicies(List<PolicyConfig> policies);

    abstract List<RouteConfig> routes();

    abstract void setRoutes(List<RouteConfig> routes);

    abstract List<GroupConfig> groups();

    abstract void setGroups(List<GroupConfig> groups);

    /** Adds a built-in policy, or one of a factory of own code ({@link OwnPolicy.Made}). */
    public final B policy(PolicyConfig policy) {
        setPolicies(with(policies(), policy));
        return self();
    }

    /** Adds a policy of own code. */
    public final B policy(Policy policy) {
        return policy(new OwnPolicy.Given(policy));
    }

    /** Adds a whole route. */
    public final B route(RouteConfig route) {
        setRoutes(with(routes(), route));
        return self();
    }

    /**
     * Begins a route for every method but CONNECT and TRACE; it ends with where it leads.
     *
     * @param path a pattern: {@code /users}, {@code /users/{id}}, {@code /files/**}; in a group it follows the group's path
     */
    public final RouteBuilder<B> route(String path) {
        return begin(path, List.of());
    }

    /**
     * Begins a route for one method; it ends with where it leads. HEAD is served by routes for GET.
     *
     * @param path as in {@link #route(String)}
     */
    public final RouteBuilder<B> route(Method method, String path) {
        return begin(path, List.of(method.toString()));
    }

    private RouteBuilder<B> begin(String path, List<String> methods) {
        requireWhole();
        open = new RouteBuilder<>(this, path, methods);
        return open;
    }

    /**
     * Adds a group, which guards its whole prefix with its policies.
     *
     * @param path the prefix, after those of the groups around it
     * @param inside says what stands in it
     */
    public final B group(String path, Consumer<GroupBuilder> inside) {
        GroupBuilder group = new GroupBuilder(path);
        inside.accept(group);
        return group(group.build());
    }

    /** Adds a whole group. */
    public final B group(GroupConfig group) {
        setGroups(with(groups(), group));
        return self();
    }

    B add(RouteConfig route) {
        open = null;
        return route(route);
    }

    /** @throws IllegalStateException if a route was begun that leads nowhere */
    void requireWhole() {
        if (open != null) {
            throw new IllegalStateException(open + " leads nowhere (expected: to or answer)");
        }
    }

    private static <T> List<T> with(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return longer;
    }
}
