package dev.ponticello.config;

import dev.ponticello.routing.HostPattern;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PathTemplate;
import dev.ponticello.routing.PatternException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    /** Whether they could not be read at all, so that none is known. */
    private final boolean upstreamsRefused;

    private ConfigCheck(GatewayConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
        this.routeCheck = new RouteCheck(problems);
        this.upstreamsRefused = problems.hasErrorAt("upstreams");
    }

    /**
     * What stands around routes and groups: its place in the config, the whole prefix (null if that is wrong), the hosts,
     * what the policies do.
     */
    private record Scope(String at, @Nullable String prefix, @Nullable HostPattern host, Chain chain) {}

    /**
     * What a chain does so far that policies behind must know: whether there is a token to look at, the fields of ids and
     * of claims, each with the place where it is written.
     */
    private record Chain(boolean tokens, Map<String, String> ids, Map<String, String> claims) {

        static final Chain NONE = new Chain(false, Map.of(), Map.of());

        Chain withTokens(Map<String, String> fields) {
            return new Chain(true, ids, joined(claims, fields));
        }

        Chain withId(String field, String path) {
            return new Chain(tokens, joined(ids, Map.of(field, path)), claims);
        }

        private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
            Map<String, String> all = new HashMap<>(more);
            all.putAll(some);
            return all;
        }
    }

    /** Adds everything that is wrong with this config. */
    public static void check(GatewayConfig config, Problems problems) {
        new ConfigCheck(config, problems).check();
    }

    private void check() {
        listeners();
        upstreams();
        Chain chain = policies("", config.policies(), Chain.NONE);
        Scope whole = new Scope("", "", null, chain);
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
        for (int i = 0; i < config.listeners().size(); i++) {
            String path = Texts.item("listeners", i);
            ListenerConfig listener = config.listeners().get(i);
            ListenerAddress address = listener.address();
            if (listener.tls() == null
                    && !listener.timeouts().tlsHandshake().equals(ListenerTimeouts.DEFAULTS.tlsHandshake())) {
                problems.warning(path + ".timeouts.tls-handshake", "has no effect: the listener has no TLS");
            }
            if (listener.tls() != null && listener.halfClose() == ListenerConfig.HalfClose.ALLOW) {
                problems.warning(path + ".half-close",
                        "has no effect: a client that ends its side of TLS can be told nothing more");
            }
            if (listener.tls() != null && listener.redirectToHttps() != null) {
                problems.error(path + ".redirect-to-https", "written beside 'tls'",
                        "a listener without TLS, or the route's answer redirect");
            }
            overlap(path + ".address", address, i);
        }
    }

    /** Two sockets for one connection: a system that lets both be bound gives each some of the clients. */
    private void overlap(String path, ListenerAddress address, int index) {
        for (int i = 0; i < index; i++) {
            ListenerAddress other = config.listeners().get(i).address();
            if (address.overlaps(other)) {
                boolean same = address.equals(other);
                problems.error(path, Texts.quoted(address.toString())
                        + (same ? " is the address of another listener too"
                                : " overlaps with " + Texts.quoted(other.toString())),
                        "an address for each; the first is " + Texts.item("listeners", i) + ".address");
                return;
            }
        }
    }

    private void upstreams() {
        config.upstreams().forEach((name, upstream) -> {
            String path = Texts.child("upstreams", name);
            endpoints(path + ".endpoints", upstream.endpoints());
            if (upstream.protocol() == UpstreamConfig.Protocol.H2
                    && !upstream.endpoints().stream().allMatch(EndpointConfig::tls)) {
                problems.error(path + ".protocol", "h2 with an endpoint of http://",
                        "https:// endpoints; h2c is for cleartext");
            } else if (upstream.protocol() == UpstreamConfig.Protocol.H2C
                    && upstream.endpoints().stream().anyMatch(EndpointConfig::tls)) {
                problems.error(path + ".protocol", "h2c with an endpoint of https://",
                        "http:// endpoints; h2c is cleartext");
            }
            upstreamTls(path + ".tls", upstream);
            try {
                Checks.name(path, name);
            } catch (InvalidValue e) {
                problems.error(path, e.found(), e.expected());
            }
        });
    }

    private void upstreamTls(String path, UpstreamConfig upstream) {
        if (upstream.tls().insecure()) {
            problems.warning(path + ".insecure", "anybody on the way to the endpoints can read and change everything");
            if (upstream.tls().ca() != null) {
                problems.error(path + ".ca", "written beside 'insecure: true'", "one of them");
            }
        }
        if (!upstream.tls().equals(UpstreamTls.DEFAULTS)
                && upstream.endpoints().stream().noneMatch(EndpointConfig::tls)) {
            problems.error(path, "no endpoint has TLS", "https:// in the URLs of endpoints");
        }
    }

    private void endpoints(String path, List<EndpointConfig> endpoints) {
        Map<EndpointConfig, Integer> seen = new HashMap<>();
        for (int i = 0; i < endpoints.size(); i++) {
            Integer first = seen.putIfAbsent(endpoints.get(i).withWeight(1), i);
            if (first != null) {
                problems.warning(Texts.item(path, i),
                        "is the endpoint of " + Texts.item(path, first) + " again: its share grows, as by a weight");
            }
        }
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
            Chain chain = policies(at, group.policies(), around.chain);
            Scope inside = new Scope(at, prefix == null ? null : prefix.toString(), host, chain);
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
            policies(path, route.policies(), around.chain);
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
        if (upstreamsRefused || config.upstreams().containsKey(upstream)) {
            return;
        }
        List<String> usable = config.upstreams().keySet().stream().filter(Checks::isName).toList();
        problems.error(path, "unknown upstream " + Texts.quoted(upstream), Words.anyOf(usable),
                Words.hint(upstream, usable));
    }

    /** The chain with these policies at its end. */
    private Chain policies(String at, List<PolicyConfig> policies, Chain around) {
        Chain chain = around;
        for (int i = 0; i < policies.size(); i++) {
            PolicyConfig policy = policies.get(i);
            String path = Texts.child(Texts.item(Texts.child(at, "policies"), i), policy.type());
            switch (policy) {
                case BearerTokenConfig bearer -> {
                    chain = chain.withTokens(claimFields(path + ".forward-claims", bearer, chain));
                    Secret secret = bearer.secret();
                    if (secret != null) {
                        longEnough(path + ".secret", secret, bearer.algorithms());
                    }
                }
                case RateLimitConfig limit -> {
                    limitName(path + ".name", limit.name());
                    if (!chain.tokens && limit.by().stream().anyMatch(RateLimitConfig.By.Claim.class::isInstance)) {
                        problems.warning(path + ".by",
                                "no bearer-token comes before it, so no request has a claim to tell it by");
                    }
                }
                case RequestIdConfig id -> {
                    String field = Checks.normalFieldName(id.header());
                    String claim = chain.claims.get(field);
                    if (claim != null) {
                        problems.error(path + ".header",
                                Texts.quoted(id.header()) + " is the field of a claim too",
                                "a field of its own; the claim is at " + claim);
                    }
                    chain = chain.withId(field, path);
                }
                case AccessLogConfig(AccessLogConfig.File(Path file)) -> appendable(path + ".to", file);
                case CorsConfig cors -> {
                    if (cors.credentials() && cors.origins().contains("null")) {
                        problems.warning(path + ".origins",
                                "'null' is the origin of every sandboxed page, so any site may call with cookies");
                    }
                }
                case RequireConfig require -> {
                    if (!chain.tokens && !require.claims().isEmpty()) {
                        problems.warning(path, "no bearer-token comes before it, so it refuses every request");
                    }
                }
                default -> {
                }
            }
        }
        return chain;
    }

    /** The fields that endpoints read claims in; none may be where they read the request's id. */
    private Map<String, String> claimFields(String path, BearerTokenConfig bearer, Chain chain) {
        Map<String, String> fields = new HashMap<>();
        bearer.forwardClaims().forEach((claim, name) -> {
            String at = Texts.child(path, claim);
            String field = Checks.normalFieldName(name);
            String id = chain.ids.get(field);
            if (id != null) {
                problems.error(at, Texts.quoted(name) + " is the field of the request's id",
                        "a field of its own, like X-User-Id; the id is at " + id);
            }
            fields.put(field, at);
        });
        return fields;
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
