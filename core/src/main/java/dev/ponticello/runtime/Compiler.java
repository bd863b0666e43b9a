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
import dev.ponticello.config.WhenConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Pins;
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
    private final LiveState live;
    private final int loops;
    private final PolicyMaker policies;
    private final AnswerMaker answers;
    private final RouteTable.Builder<Route> routes = RouteTable.builder();
    private final PrefixTable.Builder<Route> guards = PrefixTable.builder();
    private final List<Policy> made = new ArrayList<>();

    /** @param loops how many loops the snapshot may serve on */
    Compiler(GatewayConfig config, Map<String, Upstream> upstreams, PolicyMaker policies, AnswerMaker answers,
            LiveState live, int loops, Problems problems) {
        this.config = config;
        this.upstreams = upstreams;
        this.policies = policies;
        this.answers = answers;
        this.live = live;
        this.loops = loops;
        this.problems = problems;
    }

    Snapshot compile() {
        List<Policy> global = make(config.policies(), "policies", "policies", List.of());
        Route outside = new Route("", global, UNKNOWN);
        addRoutes(config.routes(), "routes", "", null, global);
        addGroups(config.groups(), "groups", "", null, global);
        return new Snapshot(routes.build(), guards.build(), outside, HeaderNameSet.of(OwnedNames.of(config)),
                config.errors(), List.copyOf(made), new Pins(loops));
    }

    private void addGroups(List<GroupConfig> groups, String at, String prefix, @Nullable HostPattern outerHost,
            List<Policy> chain) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String groupAt = at + "[" + i + "]";
            String groupPrefix = GroupConfig.join(prefix, group.path());
            HostPattern host = group.hostWithin(outerHost);
            List<Policy> groupChain = make(group.policies(), groupAt + ".policies",
                    placeOf(host, groupPrefix), chain);
            guards.add(host, PathPattern.parse(groupPrefix), new Route("", groupChain, UNKNOWN));
            addRoutes(group.routes(), groupAt + ".routes", groupPrefix, host, groupChain);
            addGroups(group.groups(), groupAt + ".groups", groupPrefix, host, groupChain);
        }
    }

    private void addRoutes(List<RouteConfig> configs, String at, String prefix, @Nullable HostPattern host,
            List<Policy> chain) {
        for (int i = 0; i < configs.size(); i++) {
            RouteConfig route = configs.get(i);
            String routeAt = at + "[" + i + "]";
            PathPattern pattern = PathPattern.parse(GroupConfig.join(prefix, route.path()));
            String identity = identity(route, host, pattern);
            List<Policy> routeChain = make(route.policies(), routeAt + ".policies", identity, chain);
            Target target = target(route.target(), pattern, routeAt);
            if (target == null) {
                continue;
            }
            Set<String> methods = route.methods().isEmpty() ? null : new LinkedHashSet<>(route.methods());
            routes.add(host, pattern, methods, route.when().conditions(),
                    new Route(pattern.toString(), identity, routeChain, target,
                            Objects.requireNonNullElse(route.limits().body(), Route.LISTENERS)));
        }
    }

    /** Names a place by what it is for, so that it is the same in the next config, whatever is written before it. */
    private static String placeOf(@Nullable HostPattern host, String path) {
        return host == null ? path : host + path;
    }

    /** What a route matches, which no two routes have in common. */
    private static String identity(RouteConfig route, @Nullable HostPattern host, PathPattern pattern) {
        return String.join(",", route.methods()) + " " + placeOf(host, pattern.toString())
                + (route.when().equals(WhenConfig.NONE) ? "" : " " + route.when());
    }

    /** Null for what this has told as a problem. */
    private @Nullable Target target(TargetConfig target, PathPattern pattern, String at) {
        return switch (target) {
            case TargetConfig.To to -> forward(to, pattern);
            case AnswerConfig answer -> {
                try {
                    yield new Target.Answer(answers.make(answer, pattern));
                } catch (IllegalArgumentException e) {
                    problems.error(at + ".answer." + answer.type(), String.valueOf(e.getMessage()), null);
                    yield null;
                }
            }
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

    /**
     * The policies written at one place, behind those that stand around it.
     *
     * @param place names the place, see {@link #placeOf}
     */
    private List<Policy> make(List<PolicyConfig> configs, String at, String place, List<Policy> outer) {
        List<Policy> chain = new ArrayList<>(outer);
        for (int i = 0; i < configs.size(); i++) {
            String path = at + "[" + i + "]." + configs.get(i).type();
            Policy policy = policies.makeOrTell(configs.get(i), place, chain, live, path, problems);
            if (policy != null) {
                chain.add(policy);
                made.add(policy);
            }
        }
        return chain;
    }
}
