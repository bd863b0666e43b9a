package dev.ponticello.exchange;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.RequestHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.Match;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import java.util.List;

/**
 * One accepted config, compiled: all that an exchange reads. Immutable; replaced whole.
 *
 * @param routes finds the route of a request
 * @param guards finds, for a path that no route has, the chain of the deepest group around it
 * @param outside the global chain alone, for requests that no group guards
 * @param ownedNames fields that a client may never send, because the gateway writes them or stands for them
 * @param errors what the gateway's own errors look like
 * @param policies every policy of the config, each once, to be closed with it
 * @param pins counts the exchanges that it has begun
 */
@SuppressWarnings("exports") // for the gateway itself
public record Snapshot(RouteTable<Route> routes, PrefixTable<Route> guards, Route outside, HeaderNameSet ownedNames,
        ErrorsConfig errors, List<Policy> policies, Pins pins) {

    /**
     * The route for a request, or one that answers in its place: 404, 405, or OPTIONS.
     *
     * @param method the request's, or for a preflight the one that it asks for
     */
    Route match(RequestHead request, String method, boolean preflight, Match<Route> match) {
        if (request.pathBytes()[request.pathStart()] == '*') {
            return outside.withTarget(new Target.Answer((_, _) -> Decision.respond(Response.empty(204))));
        }
        routes.match(request, method, !preflight, match);
        return switch (match.kind()) {
            case FOUND -> match.value();
            case METHOD_NOT_ALLOWED -> methodUnknown(match.value(), match.allow(), method);
            case NOT_FOUND -> pathUnknown(request, match);
        };
    }

    /** RFC 9110 §9.3.7 and §15.5.6: what is allowed is told to OPTIONS as an answer, to another method as a refusal. */
    private static Route methodUnknown(Route nearest, String allow, String method) {
        boolean options = method.equals("OPTIONS");
        return nearest.withTarget(new Target.Answer(
                (_, _) -> options ? Decision.respond(Response.empty(204).with(HeaderName.ALLOW, allow))
                        : Decision.reject(Rejection.of(FailureKind.METHOD_NOT_ALLOWED).with(HeaderName.ALLOW, allow))));
    }

    private Route pathUnknown(RequestHead request, Match<Route> match) {
        Route guard = guards.find(request.headers().bytes(), request.hostStart(), request.hostEnd(),
                request.pathBytes(), request.pathStart(), request.pathEnd(), match);
        match.clear(); // what the group's prefix has captured is nobody's
        return guard == null ? outside : guard;
    }
}
