package dev.ponticello.runtime;

import dev.ponticello.answer.HealthAnswer;
import dev.ponticello.answer.IndexAnswer;
import dev.ponticello.answer.RedirectAnswer;
import dev.ponticello.answer.RespondAnswer;
import dev.ponticello.answer.TokenIssuerAnswer;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.HandlerCall;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Makes the answer of the gateway that a config asks for: the registry of the built-in ones. */
final class AnswerMaker {
    private final GatewayConfig config;
    private final Collection<Upstream> upstreams;

    AnswerMaker(GatewayConfig config, Collection<Upstream> upstreams) {
        this.config = config;
        this.upstreams = upstreams;
    }

    /** @param pattern the whole path of the route that leads to it */
    BuiltInAnswer make(AnswerConfig answer, PathPattern pattern) {
        return switch (answer) {
            case AnswerConfig.Health _ -> new HealthAnswer(upstreams);
            case AnswerConfig.Index _ -> new IndexAnswer(entries());
            case AnswerConfig.TokenIssuer issuer -> new TokenIssuerAnswer(issuer);
            case AnswerConfig.Respond respond -> new RespondAnswer(respond);
            case AnswerConfig.Redirect redirect -> new RedirectAnswer(redirect, pattern);
            case OwnAnswer own -> new HandlerCall(own);
            case AnswerConfig.Own own -> throw new IllegalArgumentException(
                    own.getClass().getName() + " is no answer (expected: an " + OwnAnswer.class.getName() + ")");
        };
    }

    /** Every route in written order, without those that answer with the index. */
    private List<IndexAnswer.Entry> entries() {
        List<IndexAnswer.Entry> entries = new ArrayList<>();
        boolean auth = needsToken(config.policies());
        addRoutes(config.routes(), "", auth, entries);
        addGroups(config.groups(), "", auth, entries);
        return entries;
    }

    private static void addGroups(List<GroupConfig> groups, String prefix, boolean auth,
            List<IndexAnswer.Entry> entries) {
        for (GroupConfig group : groups) {
            String groupPrefix = GroupConfig.join(prefix, group.path());
            boolean groupAuth = auth || needsToken(group.policies());
            addRoutes(group.routes(), groupPrefix, groupAuth, entries);
            addGroups(group.groups(), groupPrefix, groupAuth, entries);
        }
    }

    private static void addRoutes(List<RouteConfig> routes, String prefix, boolean auth,
            List<IndexAnswer.Entry> entries) {
        for (RouteConfig route : routes) {
            if (route.target() instanceof AnswerConfig.Index) {
                continue;
            }
            boolean routeAuth = auth || needsToken(route.policies());
            List<String> methods = route.methods().isEmpty() ? List.of("*") : route.methods();
            for (String method : methods) {
                entries.add(new IndexAnswer.Entry(GroupConfig.join(prefix, route.path()), method, routeAuth));
            }
        }
    }

    private static boolean needsToken(List<PolicyConfig> policies) {
        return policies.stream().anyMatch(BearerTokenConfig.class::isInstance);
    }
}
