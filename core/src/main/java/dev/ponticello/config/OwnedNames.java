package dev.ponticello.config;

import dev.ponticello.http.HeaderName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields that a client may never send, whatever the route: those that a policy somewhere in the config writes to prove something to the endpoints, and those that stand for something else there. The
 * union over the whole config, so that a route without the policy cannot be used to slip one in.
 */
public final class OwnedNames {
    /** By these clients speak to whatever serves them (RFC 9110, RFC 6265, the Fetch standard): one place that sets such a field proves nothing by it, and takes it from nobody else. */
    private static final Set<String> OF_CLIENTS = Set.of("accept", "accept-encoding", "accept-language",
            "access-control-request-headers", "access-control-request-method", "authorization", "cache-control",
            "content-encoding", "content-language", "content-type", "cookie", "if-match", "if-modified-since",
            "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "range", "referer", "user-agent");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private OwnedNames() {}

    /** The owned names of a config. */
    public static List<HeaderName> of(GatewayConfig config) {
        OwnedNames owned = new OwnedNames();
        owned.names.add("X-Forwarded-Client-Cert");
        // CGI would make it HTTP_PROXY, which programs take for the proxy of their own requests (httpoxy).
        owned.names.add("Proxy");
        owned.addPolicies(config.policies());
        owned.addRoutes(config.routes());
        owned.addGroups(config.groups());
        return owned.names.stream().map(HeaderName::of).toList();
    }

    private void addGroups(List<GroupConfig> groups) {
        for (GroupConfig group : groups) {
            addPolicies(group.policies());
            addRoutes(group.routes());
            addGroups(group.groups());
        }
    }

    private void addRoutes(List<RouteConfig> routes) {
        routes.forEach(route -> addPolicies(route.policies()));
    }

    private void addPolicies(List<PolicyConfig> policies) {
        for (PolicyConfig policy : policies) {
            switch (policy) {
                case BearerTokenConfig token -> names.addAll(token.forwardClaims().values());
                case HeadersConfig headers -> headers.request().set().keySet().stream()
                        .filter(name -> !OF_CLIENTS.contains(Checks.normalFieldName(name))).forEach(names::add);
                case RequestIdConfig id when !id.trust() -> names.add(id.header());
                default -> {
                }
            }
        }
    }
}
