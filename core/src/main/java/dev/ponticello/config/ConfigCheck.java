package dev.ponticello.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The checks that only a whole config can fail, made on the records, wherever these came from: names that lead nowhere,
 * things written twice, secrets too short for what they sign. Conflicts of routes are found when they are compiled.
 */
public final class ConfigCheck {

    private final GatewayConfig config;
    private final Problems problems;
    private final Map<String, String> limits = new HashMap<>();
    private final Map<String, String> prefixes = new HashMap<>();
    private final List<Guard> guards = new ArrayList<>();
    private final List<Placed> routes = new ArrayList<>();

    private ConfigCheck(GatewayConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
    }

    /** A group with policies, and the prefix that it guards. */
    private record Guard(String at, String prefix) {}

    /** A route and its whole path. */
    private record Placed(String at, String path) {}

    /** Adds everything that is wrong with this config. */
    public static void check(GatewayConfig config, Problems problems) {
        new ConfigCheck(config, problems).check();
    }

    private void check() {
        listeners();
        upstreams();
        boolean tokens = policies("", config.policies(), false);
        routes("", "", config.routes(), tokens);
        groups("", "", config.groups(), tokens);
        routes.forEach(this::noteUnguarded);
    }

    private void listeners() {
        if (config.listeners().isEmpty()) {
            problems.error("listeners", "missing", "at least one, like - address: 127.0.0.1:8000");
        }
        Set<ListenerAddress> seen = new HashSet<>();
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerAddress address = config.listeners().get(i).address();
            if (address.port() != 0 && !seen.add(address)) {
                problems.error(Texts.item("listeners", i) + ".address",
                        Texts.quoted(address.toString()) + " is the address of another listener too",
                        "an address for each");
            }
        }
    }

    private void upstreams() {
        config.upstreams().keySet().forEach(name -> {
            String path = Texts.child("upstreams", name);
            try {
                Checks.name(path, name);
            } catch (InvalidValue e) {
                problems.error(path, e.found(), e.expected());
            }
        });
    }

    private void groups(String at, String prefix, List<GroupConfig> groups, boolean tokens) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String path = Texts.item(Texts.child(at, "groups"), i);
            String whole = GroupConfig.join(prefix, group.path());
            String first = prefixes.putIfAbsent(whole.replaceAll("\\{[^}/]*}", "{}"), path);
            if (first != null) {
                problems.error(path + ".path", "a second group for the prefix " + Texts.quoted(whole),
                        "one group for a prefix; the first is " + first);
            }
            if (!group.policies().isEmpty()) {
                guards.add(new Guard(path, whole));
            }
            boolean tokensInside = policies(path, group.policies(), tokens);
            routes(path, whole, group.routes(), tokensInside);
            groups(path, whole, group.groups(), tokensInside);
        }
    }

    private void routes(String at, String prefix, List<RouteConfig> written, boolean tokens) {
        for (int i = 0; i < written.size(); i++) {
            RouteConfig route = written.get(i);
            String path = Texts.item(Texts.child(at, "routes"), i);
            if (route.path().isEmpty() && at.isEmpty()) {
                problems.error(path + ".path", "''", "a path that begins with '/'");
            }
            routes.add(new Placed(path, GroupConfig.join(prefix, route.path())));
            policies(path, route.policies(), tokens);
            switch (route.target()) {
                case TargetConfig.To(String upstream) -> knownUpstream(path + ".to", upstream);
                case AnswerConfig.TokenIssuer issuer -> {
                    String answer = path + ".answer.token-issuer";
                    problems.warning(answer, "gives any role to whoever asks; for demos only");
                    longEnough(answer + ".secret", issuer.secret(), List.of(issuer.algorithm()));
                }
                case AnswerConfig _ -> {
                }
            }
        }
    }

    private void knownUpstream(String path, String upstream) {
        Set<String> known = config.upstreams().keySet();
        if (!known.contains(upstream)) {
            problems.error(path, "unknown upstream " + Texts.quoted(upstream), Words.anyOf(known),
                    Words.hint(upstream, known));
        }
    }

    /** Whether there is a token to look at after these policies. */
    private boolean policies(String at, List<PolicyConfig> policies, boolean tokens) {
        boolean tokensHere = tokens;
        for (int i = 0; i < policies.size(); i++) {
            PolicyConfig policy = policies.get(i);
            String path = Texts.child(Texts.item(Texts.child(at, "policies"), i), policy.type());
            switch (policy) {
                case BearerTokenConfig bearer -> {
                    tokensHere = true;
                    Secret secret = bearer.secret();
                    if (secret != null) {
                        longEnough(path + ".secret", secret, bearer.algorithms());
                    }
                }
                case RateLimitConfig limit -> {
                    limitName(path + ".name", limit.name());
                    if (!tokensHere && limit.by().stream().anyMatch(RateLimitConfig.By.Claim.class::isInstance)) {
                        problems.warning(path + ".by",
                                "no bearer-token comes before it, so no request has a claim to tell it by");
                    }
                }
                case RequireConfig _ -> {
                    if (!tokensHere) {
                        problems.warning(path, "no bearer-token comes before it, so it refuses every request");
                    }
                }
                default -> {
                }
            }
        }
        return tokensHere;
    }

    private void limitName(String path, @Nullable String name) {
        String first = name == null ? null : limits.putIfAbsent(name, path);
        if (first != null) {
            problems.error(path, "a second limit with the name " + Texts.quoted(String.valueOf(name)),
                    "a name for each; the first is " + first);
        }
    }

    private void longEnough(String path, Secret secret, List<TokenAlgorithm> algorithms) {
        int length = secret.bytes().length;
        TokenAlgorithm strictest = Collections.max(algorithms);
        if (length < strictest.minSecretBytes()) {
            problems.error(path, length + " bytes",
                    "at least " + strictest.minSecretBytes() + " bytes for " + strictest);
        }
    }

    /** A route below a group's prefix that is not written in it looks guarded and is not. */
    private void noteUnguarded(Placed route) {
        String deepest = null;
        for (Guard guard : guards) {
            boolean below = route.path.equals(guard.prefix)
                    || route.path.startsWith(guard.prefix.endsWith("/") ? guard.prefix : guard.prefix + "/");
            boolean inside = route.at.startsWith(guard.at + ".");
            if (below && !inside && (deepest == null || deepest.length() < guard.prefix.length())) {
                deepest = guard.prefix;
            }
        }
        if (deepest != null) {
            problems.note(route.at + ".path", Texts.quoted(route.path) + " is below the group " + Texts.quoted(deepest)
                    + " but not written in it, so the group's policies do not guard it");
        }
    }
}
