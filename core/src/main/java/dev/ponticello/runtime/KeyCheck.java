package dev.ponticello.runtime;

import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.TokenKeys;
import dev.ponticello.policy.BearerTokenPolicy;
import java.util.List;

/** Tells what is wrong in files of keys when something else keeps a config from being compiled, so that all is told at once. */
final class KeyCheck {
    private final Problems problems;

    private KeyCheck(Problems problems) {
        this.problems = problems;
    }

    static void check(GatewayConfig config, Problems problems) {
        KeyCheck check = new KeyCheck(problems);
        check.policies(config.policies(), "policies");
        check.routes(config.routes(), "routes");
        check.groups(config.groups(), "groups");
    }

    private void groups(List<GroupConfig> groups, String at) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String groupAt = at + "[" + i + "]";
            policies(group.policies(), groupAt + ".policies");
            routes(group.routes(), groupAt + ".routes");
            groups(group.groups(), groupAt + ".groups");
        }
    }

    private void routes(List<RouteConfig> routes, String at) {
        for (int i = 0; i < routes.size(); i++) {
            policies(routes.get(i).policies(), at + "[" + i + "].policies");
        }
    }

    private void policies(List<PolicyConfig> policies, String at) {
        for (int i = 0; i < policies.size(); i++) {
            if (policies.get(i) instanceof BearerTokenConfig token) {
                String path = at + "[" + i + "]." + token.type();
                TokenKeys keys = token.keys();
                if (keys != null && !isToldOf(path)) {
                    BearerTokenPolicy.keys(token, path, problems);
                }
            }
        }
    }

    /** What was refused there was replaced by what nobody has written. */
    private boolean isToldOf(String path) {
        return problems.all().stream().anyMatch(problem -> problem.path().startsWith(path + "."));
    }
}
