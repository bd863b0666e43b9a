package dev.ponticello.config;

import dev.ponticello.http.HeaderName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Warnings about what is written and does nothing: policies that another one does in their place or undoes, groups with
 * nothing in them, matches that no request can meet. Notes about policies of one kind in a chain: which of them does what.
 *
 * <p>
 * Warned is only of what is so for every request: a policy that does something on one route below it is not without effect.
 */
final class EffectCheck {

    /** What the gateway writes of the fields that speak about a client; the others come from trusted proxies alone. */
    private static final Set<String> WRITTEN_FORWARDING = Set.of("x-forwarded-for", "x-forwarded-proto",
            "x-forwarded-host", "forwarded");
    private static final Set<String> OTHER_FORWARDING = Set.of("x-real-ip", "x-original-url", "x-rewrite-url",
            "x-http-method-override");

    private final GatewayConfig config;
    private final Problems problems;
    private final Set<String> owned = new HashSet<>();

    /** The policies around and before the place that is looked at, outermost first. */
    private final List<Placed> chain = new ArrayList<>();

    private record Placed(String at, PolicyConfig policy) {}

    EffectCheck(GatewayConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
        OwnedNames.of(config).stream().map(HeaderName::toString).map(Checks::normalFieldName).forEach(owned::add);
    }

    void check() {
        policies("", config.policies(), forwards(config.routes(), config.groups()));
        routes("", config.routes());
        groups("", config.groups());
    }

    private void groups(String at, List<GroupConfig> groups) {
        for (int i = 0; i < groups.size(); i++) {
            GroupConfig group = groups.get(i);
            String path = Texts.item(Texts.child(at, "groups"), i);
            if (group.policies().isEmpty() && group.routes().isEmpty() && group.groups().isEmpty()) {
                problems.warning(path, "does nothing: it has neither policies nor routes nor groups");
            }
            path(path, group.path());
            int around = chain.size();
            policies(path, group.policies(), forwards(group.routes(), group.groups()));
            routes(path, group.routes());
            groups(path, group.groups());
            chain.subList(around, chain.size()).clear();
        }
    }

    private void routes(String at, List<RouteConfig> routes) {
        for (int i = 0; i < routes.size(); i++) {
            RouteConfig route = routes.get(i);
            String path = Texts.item(Texts.child(at, "routes"), i);
            match(path, route);
            int around = chain.size();
            policies(path, route.policies(), readsFields(route));
            chain.subList(around, chain.size()).clear();
        }
    }

    // ---- what no request can be

    private void path(String at, String path) {
        if (path.contains(";") && config.listeners().stream()
                .allMatch(listener -> listener.pathParameters() == ListenerConfig.PathParameters.REFUSE)) {
            problems.warning(at + ".path", "no request finds it: no listener lets a ';' through (path-parameters)");
        }
        if (path.contains("%2F") && config.listeners().stream()
                .allMatch(listener -> listener.encodedSlash() == ListenerConfig.EncodedSlash.REFUSE)) {
            problems.warning(at + ".path", "no request finds it: no listener keeps an encoded slash (encoded-slash)");
        }
    }

    private void match(String at, RouteConfig route) {
        path(at, route.path());
        route.when().headers().keySet().forEach(name -> field(at + ".when", name));
    }

    private void field(String at, String name) {
        String normal = Checks.normalFieldName(name);
        String why = null;
        if (owned.contains(normal)) {
            why = "a client's " + name + " is removed, because the gateway itself writes it";
        } else if (isFromTrustedProxiesOnly(normal)
                && config.listeners().stream().allMatch(listener -> listener.trustedProxies().isEmpty())) {
            why = "a client's " + name + " is removed, and no listener has trusted-proxies";
        } else if (name.indexOf('_') >= 0 && config.listeners().stream()
                .allMatch(listener -> listener.underscores() == ListenerConfig.Underscores.DROP)) {
            why = "no listener lets a field with '_' through (underscores)";
        }
        if (why != null) {
            problems.warning(Texts.child(at + ".headers", name), "no request finds the route: " + why);
        }
    }

    private static boolean isFromTrustedProxiesOnly(String normal) {
        return OTHER_FORWARDING.contains(normal)
                || (normal.startsWith("x-forwarded-") && !WRITTEN_FORWARDING.contains(normal));
    }

    // ---- policies

    /** @param forwarding whether some route below these policies leads to an upstream */
    private void policies(String at, List<PolicyConfig> policies, boolean forwarding) {
        int first = chain.size();
        for (int i = 0; i < policies.size(); i++) {
            PolicyConfig policy = policies.get(i);
            Placed placed = new Placed(Texts.child(Texts.item(Texts.child(at, "policies"), i), policy.type()), policy);
            switch (policy) {
                case CorsConfig cors -> cors(placed, cors, first);
                case CompressionConfig inner -> compression(placed, inner, first);
                case RequestIdConfig inner -> requestId(placed, inner);
                case AccessLogConfig inner -> accessLog(placed, inner);
                case HeadersConfig headers when headers.equals(HeadersConfig.DEFAULTS) ->
                    warn(placed, "does nothing: it has no edits");
                case HeadersConfig headers -> removals(placed, headers.request());
                case BearerTokenConfig token -> {
                    if (!forwarding && !token.forwardClaims().isEmpty()) {
                        problems.warning(placed.at + ".forward-claims",
                                "has no effect: no route below it leads to an upstream");
                    }
                    token.forwardClaims().values().forEach(field -> overwritten(placed, field, first));
                }
                default -> {
                }
            }
            if (policy instanceof RequestIdConfig id && !id.trust()) {
                overwritten(placed, id.header(), first);
            }
            chain.add(placed);
        }
    }

    private void cors(Placed placed, CorsConfig cors, int first) {
        Placed around = null;
        for (int i = 0; i < chain.size(); i++) {
            Placed other = chain.get(i);
            if (other.policy instanceof CorsConfig && i >= first) {
                warn(other, "never answers: " + placed.at + ", further inside, does");
            } else if (other.policy instanceof CorsConfig) {
                around = other;
            }
        }
        if (around != null) {
            problems.note(placed.at, "answers in place of " + around.at + ", further outside");
        } else if (cors.origins().isEmpty()) {
            warn(placed, "allows nothing: it has no origins");
        }
    }

    private void compression(Placed placed, CompressionConfig inner, int first) {
        for (int i = 0; i < chain.size(); i++) {
            Placed other = chain.get(i);
            if (other.policy instanceof CompressionConfig outer) {
                if (covers(outer, inner)) {
                    warn(placed, "does nothing that " + other.at + " does not");
                } else if (i >= first && covers(inner, outer)) {
                    warn(other, "does nothing that " + placed.at + " does not");
                } else {
                    problems.note(placed.at, "has the first word; what it leaves, " + other.at + " may code");
                }
            }
        }
    }

    private void requestId(Placed placed, RequestIdConfig inner) {
        for (Placed other : chain) {
            if (other.policy instanceof RequestIdConfig outer) {
                if (outer.header().equalsIgnoreCase(inner.header())) {
                    warn(placed, "does nothing: " + other.at + " has made the id");
                } else {
                    problems.note(placed.at, "tells the id of " + other.at + " in " + inner.header() + " too");
                }
                return;
            }
        }
    }

    private void accessLog(Placed placed, AccessLogConfig inner) {
        for (Placed other : chain) {
            if (other.policy instanceof AccessLogConfig outer && destination(outer).equals(destination(inner))) {
                problems.note(placed.at, "writes a second line for each exchange: " + other.at + " logs there too");
                return;
            }
        }
    }

    private static AccessLogConfig.Destination destination(AccessLogConfig log) {
        return log.to() instanceof AccessLogConfig.File(Path file)
                ? new AccessLogConfig.File(file.toAbsolutePath().normalize())
                : log.to();
    }

    private static boolean covers(CompressionConfig one, CompressionConfig other) {
        return Objects.equals(one.codings(), other.codings()) && one.minSize() <= other.minSize()
                && (one.cookies() || !other.cookies());
    }

    /** A client's owned field is gone before the first policy: removing it does something only where one wrote it. */
    private void removals(Placed placed, HeadersConfig.Edits edits) {
        for (int i = 0; i < edits.remove().size(); i++) {
            String name = edits.remove().get(i);
            String normal = Checks.normalFieldName(name);
            if (owned.contains(normal) && chain.stream().noneMatch(other -> writes(other.policy, normal))
                    && writtenBeside(edits).noneMatch(normal::equals)) {
                problems.warning(Texts.item(placed.at + ".request.remove", i), "has no effect: a client's " + name
                        + " is removed anyway, and nothing before it writes one");
            }
        }
    }

    private static Stream<String> writtenBeside(HeadersConfig.Edits edits) {
        return Stream.concat(edits.set().keySet().stream(), edits.add().keySet().stream())
                .map(Checks::normalFieldName);
    }

    private static boolean writes(PolicyConfig policy, String normal) {
        return switch (policy) {
            case BearerTokenConfig token -> token.forwardClaims().values().stream().map(Checks::normalFieldName)
                    .anyMatch(normal::equals);
            case RequestIdConfig id -> Checks.normalFieldName(id.header()).equals(normal);
            case HeadersConfig headers -> writtenBeside(headers.request()).anyMatch(normal::equals);
            case PolicyConfig.Own _ -> true;
            default -> false;
        };
    }

    /** A policy that writes a field anew undoes what others of its place have written there. */
    private void overwritten(Placed writer, String field, int first) {
        String normal = Checks.normalFieldName(field);
        for (int i = chain.size() - 1; i >= first; i--) {
            Placed other = chain.get(i);
            if (other.policy instanceof PolicyConfig.Own || other.policy instanceof RateLimitConfig) {
                return; // it may read what was written before it
            }
            if (other.policy instanceof HeadersConfig headers
                    && writtenBeside(headers.request()).anyMatch(normal::equals)) {
                boolean set = headers.request().set().keySet().stream().map(Checks::normalFieldName)
                        .anyMatch(normal::equals);
                problems.warning(other.at + ".request." + (set ? "set" : "add"),
                        "its " + field + " has no effect: " + writer.at + " writes it anew");
            }
        }
    }

    private void warn(Placed placed, String found) {
        problems.warning(placed.at, found);
    }

    /** Whether somebody behind the gateway, or own code in it, gets the request's fields. */
    private static boolean readsFields(RouteConfig route) {
        return route.target() instanceof TargetConfig.To || route.target() instanceof AnswerConfig.Own;
    }

    private static boolean forwards(List<RouteConfig> routes, List<GroupConfig> groups) {
        return routes.stream().anyMatch(EffectCheck::readsFields)
                || groups.stream().anyMatch(group -> forwards(group.routes(), group.groups()));
    }
}
