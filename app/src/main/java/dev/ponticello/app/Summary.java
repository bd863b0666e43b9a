package dev.ponticello.app;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.RouteConfig;
import java.util.List;

/** How much a config holds, in all groups together. */
record Summary(int routes, int upstreams, int policies) {

    static Summary of(GatewayConfig config) {
        Summary top = of(config.routes(), config.groups());
        return new Summary(top.routes, config.upstreams().size(), config.policies().size() + top.policies);
    }

    private static Summary of(List<RouteConfig> routes, List<GroupConfig> groups) {
        int count = routes.size();
        int policies = routes.stream().mapToInt(route -> route.policies().size()).sum();
        for (GroupConfig group : groups) {
            Summary inside = of(group.routes(), group.groups());
            count += inside.routes;
            policies += group.policies().size() + inside.policies;
        }
        return new Summary(count, 0, policies);
    }

    @Override
    public String toString() {
        return counted(routes, "route") + ", " + counted(upstreams, "upstream") + ", "
                + counted(policies, policies == 1 ? "policy" : "policie");
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
