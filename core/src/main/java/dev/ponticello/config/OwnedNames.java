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
                case HeadersConfig headers -> names.addAll(headers.request().set().keySet());
                case RequestIdConfig id when !id.trust() -> names.add(id.header());
                default -> {
                }
            }
        }
    }
}
