package dev.ponticello.config;

import dev.ponticello.routing.HostPattern;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PathTemplate;
import dev.ponticello.routing.PatternException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The checks that only a whole config can fail, made on the records, wherever these came from: names that lead nowhere,
 * things written twice, secrets too short for what they sign, routes that no request tells apart.
 */
public final class ConfigCheck {

    private final GatewayConfig config;
    private final Problems problems;
    private final Map<String, String> limits = new HashMap<>();
    private final RouteCheck routeCheck;

    private ConfigCheck(GatewayConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
        this.routeCheck = new RouteCheck(problems);
    }

    /**
     * What stands around routes and groups: its place in the config, the whole prefix (null if that is wrong), the hosts,
     * whether there is a token to look at.
     */
    private record Scope(String at, @Nullable String prefix, @Nullable HostPattern host, boolean tokens) {}

    /** Adds everything that is wrong with this config. */
    public static void check(GatewayConfig config, Problems problems) {
        new ConfigCheck(config, problems).check();
    }

    private void check() {
        listeners();
        upstreams();
        boolean tokens = policies("", config.policies(), false);
        Scope whole = new Scope("", "", null, tokens);
        routes(whole, config.routes());
        groups(whole, config.groups());
        routeCheck.report();
        if (!problems.hasErrors()) {
            // What could not be read was replaced by what nobody has written.
            new EffectCheck(config, problems).check();
        }
    }

    private void listeners() {
        if (config.listeners().isEmpty()) {
            problems.error("listeners", "missing", "at least one, like - address: 127.0.0.1:8000");
        }
        Set<ListenerAddress> seen = new HashSet<>();
        for (int i = 0; i < config.listeners().size(); i++) {
            String path = Texts.item("listeners", i);
            ListenerConfig listener = config.listeners().get(i);
            ListenerAddress address = listener.address();
            if (!listener.timeouts().tlsHandshake().equals(ListenerTimeouts.DEFAULTS.tlsHandshake())) {
                problems.warning(path + ".timeouts.tls-handshake", "has no effect: the listener has no TLS");
            }
            if (address.port() != 0 && !seen.add(address)) {
                problems.error(path + ".address",
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

    private void groups(Scope around, List<GroupConfig> groups) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String at = Texts.item(Texts.child(around.at, "groups"), i);
            HostPattern host = host(at, group, around.host);
            PathPattern prefix = pattern(at, around.prefix, group.path());
            if (prefix != null) {
                routeCheck.addGroup(at, host, prefix, !group.policies().isEmpty());
            }
            boolean tokens = policies(at, group.policies(), around.tokens);
            Scope inside = new Scope(at, prefix == null ? null : prefix.toString(), host, tokens);
            routes(inside, group.routes());
            groups(inside, group.groups());
        }
    }

    private @Nullable HostPattern host(String at, GroupConfig group, @Nullable HostPattern outer) {
        HostPattern host = group.hostWithin(outer);
        if (outer != null && host != null && !outer.contains(host)) {
            problems.error(at + ".host",
                    Texts.quoted(host.toString()) + " is not among the hosts of the group around it",
                    outer.isWildcard() ? "a host of " + outer : outer + ", or none");
        }
        return host;
    }

    /** The whole path of a route or group; null if its parts, each of them good, make no good one. */
    private @Nullable PathPattern pattern(String at, @Nullable String prefix, String path) {
        if (prefix == null) {
            return null;
        }
        try {
            return PathPattern.parse(GroupConfig.join(prefix, path));
        } catch (PatternException e) {
            refuse(at, Checks.refusal("path", e));
            return null;
        }
    }

    private void routes(Scope around, List<RouteConfig> routes) {
        for (int i = 0; i < routes.size(); i++) {
            RouteConfig route = routes.get(i);
            String path = Texts.item(Texts.child(around.at, "routes"), i);
            PathPattern pattern = pattern(path, around.prefix, route.path());
            if (pattern != null) {
                routeCheck.addRoute(path, around.host, pattern, route);
            }
            policies(path, route.policies(), around.tokens);
            switch (route.target()) {
                case TargetConfig.To to -> {
                    knownUpstream(path + ".to", to.upstream());
                    if (pattern != null && to.rewrite() != null) {
                        rewrite(path + ".rewrite", to.rewrite(), pattern);
                    }
                }
                case AnswerConfig.TokenIssuer issuer -> {
                    String answer = path + ".answer.token-issuer";
                    problems.warning(answer, "gives any role to whoever asks; for demos only");
                    longEnough(answer + ".secret", issuer.secret(), List.of(issuer.algorithm()));
                }
                case AnswerConfig.Redirect redirect -> {
                    if (pattern != null) {
                        redirect(path + ".answer.redirect", redirect, pattern);
                    }
                }
                case AnswerConfig _ -> {
                }
            }
        }
    }

    private void rewrite(String path, RewriteConfig rewrite, PathPattern pattern) {
        try {
            rewrite.of(pattern);
        } catch (PatternException e) {
            refuse(path, Checks.refusal(rewrite instanceof RewriteConfig.Path ? "path" : "prefix", e));
        }
    }

    private void redirect(String path, AnswerConfig.Redirect redirect, PathPattern pattern) {
        RedirectTarget target = redirect.target();
        try {
            PathTemplate template = PathTemplate.of(target.path(), pattern);
            if (target.origin().isEmpty() && target.query() == null && template.makes(pattern)) {
                problems.warning(path + ".to", "leads to the route itself, again and again");
            }
        } catch (PatternException e) {
            refuse(path, Checks.refusal("to", e));
        }
    }

    private void refuse(String path, InvalidValue refusal) {
        problems.error(Texts.child(path, refusal.key()), refusal.found(), refusal.expected(), refusal.hint());
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
                case AccessLogConfig(AccessLogConfig.File(Path file)) -> appendable(path + ".to", file);
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

    /** A log's file need not be there, but its folder must; nothing is opened. */
    private void appendable(String path, Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        String wrong = null;
        if (folder == null || Files.isDirectory(file)) {
            wrong = Texts.quoted(file.toString()) + " is a folder";
        } else if (!Files.isDirectory(folder)) {
            wrong = "there is no folder " + Texts.quoted(folder.toString());
        } else if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            wrong = Texts.quoted(file.toString()) + " cannot be written";
        }
        if (wrong != null) {
            problems.error(path, wrong, "stdout, stderr, or a file that can be appended to");
        }
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
}
