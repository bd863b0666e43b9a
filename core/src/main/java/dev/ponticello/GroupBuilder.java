package dev.ponticello;

import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RouteConfig;
import java.util.List;
import java.util.function.UnaryOperator;

/** Builds a {@link GroupConfig}: routes that share a prefix and policies. */
public final class GroupBuilder extends RoutesBuilder<GroupBuilder> {
    private GroupConfig group;

    GroupBuilder(String path) {
        this.group = new GroupConfig(path, List.of(), List.of(), List.of());
    }

    /** Changes what has been said of the group so far, whatever it is: {@code with(group -> group.withPolicies(…))}. */
    public GroupBuilder with(UnaryOperator<GroupConfig> change) {
        group = change.apply(group);
        return this;
    }

    GroupConfig build() {
        requireWhole();
        return group;
    }

    @Override
    GroupBuilder self() {
        return this;
    }

    @Override
    List<PolicyConfig> policies() {
        return group.policies();
    }

    @Override
    void setPolicies(List<PolicyConfig> policies) {
        group = group.withPolicies(policies);
    }

    @Override
    List<RouteConfig> routes() {
        return group.routes();
    }

    @Override
    void setRoutes(List<RouteConfig> routes) {
        group = group.withRoutes(routes);
    }

    @Override
    List<GroupConfig> groups() {
        return group.groups();
    }

    @Override
    void setGroups(List<GroupConfig> groups) {
        group = group.withGroups(groups);
    }
}
