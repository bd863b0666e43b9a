package dev.ponticello.runtime;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.OwnedNames;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RewriteConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Target;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.HostPattern;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import dev.ponticello.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Snapshot} out of a config that was checked: builds each policy once for the place where it is written, and hangs every route under the chain that guards it.
 *
 * <p>A policy that cannot be made is added to the problems; the snapshot is then not to be used.
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
        addRoutes(config.routes(), "routes", "", null, global);
        addGroups(config.groups(), "groups", "", null, global);
        return new Snapshot(routes.build(), guards.build(), outside, HeaderNameSet.of(OwnedNames.of(config)),
                config.errors(), List.copyOf(made));
    }

    private void addGroups(List<GroupConfig> groups, String at, String prefix, @Nullable HostPattern outerHost,
            List<Policy> chain) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String groupAt = at + "[" + i + "]";
            String groupPrefix = GroupConfig.join(prefix, group.path());
            HostPattern host = group.hostWithin(outerHost);
            List<Policy> groupChain = make(group.policies(), groupAt + ".policies", chain);
            guards.add(host, PathPattern.parse(groupPrefix), new Route("", groupChain, UNKNOWN));
            addRoutes(group.routes(), groupAt + ".routes", groupPrefix, host, groupChain);
            addGroups(group.groups(), groupAt + ".groups", groupPrefix, host, groupChain);
        }
    }

    private void addRoutes(List<RouteConfig> configs, String at, String prefix, @Nullable HostPattern host,
            List<Policy> chain) {
        for (int i = 0; i < configs.size(); i++) {
            RouteConfig route = configs.get(i);
            PathPattern pattern = PathPattern.parse(GroupConfig.join(prefix, route.path()));
            List<Policy> routeChain = make(route.policies(), at + "[" + i + "].policies", chain);
            Set<String> methods = route.methods().isEmpty() ? null : new LinkedHashSet<>(route.methods());
            routes.add(host, pattern, methods, route.when().conditions(),
                    new Route(pattern.toString(), routeChain, target(route.target(), pattern),
                            Objects.requireNonNullElse(route.limits().body(), Route.LISTENERS)));
        }
    }

    private Target target(TargetConfig target, PathPattern pattern) {
        return switch (target) {
            case TargetConfig.To to -> forward(to, pattern);
            case AnswerConfig answer -> new Target.Answer(answers.make(answer, pattern));
        };
    }

    private Target forward(TargetConfig.To to, PathPattern pattern) {
        Upstream upstream = Objects.requireNonNull(upstreams.get(to.upstream()));
        RewriteConfig rewrite = to.rewrite();
        Duration response = to.timeouts().response();
        Duration total = to.timeouts().total();
        return new Target.Forward(upstream, rewrite == null ? null : rewrite.of(pattern), to.rawPath(),
                response == null ? upstream.responseNanos() : response.toNanos(),
                total == null ? upstream.totalNanos() : total.toNanos());
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
