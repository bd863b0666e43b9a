package dev.ponticello.runtime;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.exchange.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what only making a policy shows (what is wrong in files of keys, codings that cannot be had, two limits of one name in a chain) when something else keeps a config from being compiled, so that all
 * is told at once.
 */
final class PolicyCheck {
    private final PolicyMaker policies;
    private final Problems problems;
    private final RefusedPaths refused;
    private final LiveState live = LiveState.none();

    private PolicyCheck(PolicyMaker policies, Problems problems) {
        this.policies = policies;
        this.problems = problems;
        this.refused = new RefusedPaths(problems);
    }

    static void check(GatewayConfig config, PolicyMaker policies, Problems problems) {
        PolicyCheck check = new PolicyCheck(policies, problems);
        List<Policy> chain = check.make(config.policies(), "policies", List.of());
        check.routes(config.routes(), "routes", chain);
        check.groups(config.groups(), "groups", chain);
    }

    private void groups(List<GroupConfig> groups, String at, List<Policy> chain) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String groupAt = at + "[" + i + "]";
            List<Policy> groupChain = make(group.policies(), groupAt + ".policies", chain);
            routes(group.routes(), groupAt + ".routes", groupChain);
            groups(group.groups(), groupAt + ".groups", groupChain);
        }
    }

    private void routes(List<RouteConfig> routes, String at, List<Policy> chain) {
        for (int i = 0; i < routes.size(); i++) {
            make(routes.get(i).policies(), at + "[" + i + "].policies", chain);
        }
    }

    private List<Policy> make(List<PolicyConfig> configs, String at, List<Policy> outer) {
        List<Policy> chain = new ArrayList<>(outer);
        for (int i = 0; i < configs.size(); i++) {
            String path = at + "[" + i + "]." + configs.get(i).type();
            if (!refused.contains(path)) {
                Policy policy = policies.makeOrTell(configs.get(i), at, chain, live, path, problems);
                if (policy != null) {
                    chain.add(policy);
                }
            }
        }
        return chain;
    }
}
