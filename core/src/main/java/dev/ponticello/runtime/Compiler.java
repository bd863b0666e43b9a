package dev.ponticello.runtime;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Target;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.Conflict;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import dev.ponticello.upstream.Upstream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Snapshot} out of a config: builds each policy once for the place where it is written, and hangs every route under the chain that guards it.
 *
 * <p>What only compiling can find, such as two routes that no request can tell apart, is added to the problems; the snapshot is then not to be used.
 */
final class Compiler {
    private static final Target UNKNOWN = new Target.Answer((_, _) -> Decision.reject(FailureKind.NOT_FOUND));

    private final GatewayConfig config;
    private final Map<String, Upstream> upstreams;
    private final Problems problems;
    private final PolicyMaker policies;
    private final AnswerMaker answers;
    private final RouteTable.Builder<Route> routes = RouteTable.builder();
    private final PrefixTable.Builder<Route> guards = PrefixTable.builder();
    private final IdentityHashMap<Route, String> paths = new IdentityHashMap<>();
    private final List<Policy> made = new ArrayList<>();

    Compiler(GatewayConfig config, Map<String, Upstream> upstreams, PolicyMaker policies, AnswerMaker answers,
            Problems problems) {
        this.config = config;
        this.upstreams = upstreams;
        this.policies = policies;
        this.answers = answers;
        this.problems = problems;
    }

    Snapshot compile() {
        List<Policy> global = make(config.policies(), "policies", List.of());
        Route outside = new Route("", global, UNKNOWN);
        addRoutes(config.routes(), "routes", "", global);
        addGroups(config.groups(), "groups", "", global);
        RouteTable<Route> table = routes.build();
        report(table.conflicts());
        return new Snapshot(table, guards.build(), outside, HeaderNameSet.of(OwnedNames.of(config)),
                config.errors() == GatewayConfig.ErrorFormat.PROBLEM, List.copyOf(made));
    }

    private void report(List<Conflict<Route>> conflicts) {
        for (Conflict<Route> conflict : conflicts) {
            problems.error(pathOf(conflict.second()),
                    "the route " + conflict.second().name() + " answers what " + conflict.first().name() + " at "
                            + pathOf(conflict.first()) + " answers",
                    "routes that some request tells apart", "both match " + conflict.request());
        }
    }

    private String pathOf(Route route) {
        return paths.getOrDefault(route, "");
    }

    private void addGroups(List<GroupConfig> groups, String at, String prefix, List<Policy> chain) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String groupAt = at + "[" + i + "]";
            String groupPrefix = GroupConfig.join(prefix, group.path());
            List<Policy> groupChain = make(group.policies(), groupAt + ".policies", chain);
            PathPattern pattern = pattern(groupPrefix, groupAt + ".path");
            if (pattern != null) {
                guard(pattern, new Route("", groupChain, UNKNOWN), groupAt + ".path");
            }
            addRoutes(group.routes(), groupAt + ".routes", groupPrefix, groupChain);
            addGroups(group.groups(), groupAt + ".groups", groupPrefix, groupChain);
        }
    }

    private void guard(PathPattern prefix, Route route, String at) {
        try {
            guards.add(null, prefix, route);
        } catch (IllegalArgumentException e) {
            problems.error(at, String.valueOf(e.getMessage()), null);
        }
    }

    private void addRoutes(List<RouteConfig> configs, String at, String prefix, List<Policy> chain) {
        for (int i = 0; i < configs.size(); i++) {
            RouteConfig route = configs.get(i);
            String routeAt = at + "[" + i + "]";
            PathPattern pattern = pattern(GroupConfig.join(prefix, route.path()), routeAt + ".path");
            List<Policy> routeChain = make(route.policies(), routeAt + ".policies", chain);
            Target target = target(route.target(), routeAt);
            if (pattern == null || target == null) {
                continue;
            }
            Route compiled = new Route(pattern.toString(), routeChain, target);
            paths.put(compiled, routeAt + ".path");
            Set<String> methods = route.methods().isEmpty() ? null : new LinkedHashSet<>(route.methods());
            routes.add(null, pattern, methods, compiled);
        }
    }

    private @Nullable PathPattern pattern(String path, String at) {
        try {
            return PathPattern.parse(path);
        } catch (IllegalArgumentException e) {
            problems.error(at, String.valueOf(e.getMessage()), null);
            return null;
        }
    }

    /** Null for what the check, or this, has told as a problem. */
    private @Nullable Target target(TargetConfig target, String at) {
        return switch (target) {
            case TargetConfig.To to -> {
                Upstream upstream = upstreams.get(to.upstream());
                yield upstream == null ? null : new Target.Forward(upstream);
            }
            case AnswerConfig answer -> {
                try {
                    yield new Target.Answer(answers.make(answer));
                } catch (IllegalArgumentException e) {
                    problems.error(at + ".answer." + answer.type(), String.valueOf(e.getMessage()), null);
                    yield null;
                }
            }
        };
    }

    /** The policies written at one place, behind those that stand around it. */
    private List<Policy> make(List<PolicyConfig> configs, String at, List<Policy> outer) {
        List<Policy> chain = new ArrayList<>(outer);
        for (int i = 0; i < configs.size(); i++) {
            try {
                Policy policy = policies.make(configs.get(i), chain);
                chain.add(policy);
                made.add(policy);
            } catch (IllegalArgumentException e) {
                problems.error(at + "[" + i + "]", String.valueOf(e.getMessage()), null);
            }
        }
        return chain;
    }
}
