package dev.ponticello.answer;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.RedirectTarget;
import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.HeaderName;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PathTemplate;

/**
 * The answer {@code redirect}: another URL, with what the route's pattern captured of the canonical path, and the query
 * of the request unless it has one of its own.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class RedirectAnswer implements BuiltInAnswer {
    private final int status;
    private final String origin;
    private final PathTemplate path;
    private final boolean clientsQuery;
    private final String end;

    /**
     * The answer for a config.
     *
     * @param pattern the whole path of its route
     * @throws dev.ponticello.routing.PatternException if the pattern has no such captures
     */
    public RedirectAnswer(AnswerConfig.Redirect config, PathPattern pattern) {
        RedirectTarget target = config.target();
        this.status = config.status();
        this.origin = target.origin();
        this.path = PathTemplate.of(target.path(), pattern);
        this.clientsQuery = target.query() == null;
        this.end = (target.query() == null ? "" : "?" + target.query())
                + (target.fragment() == null ? "" : "#" + target.fragment());
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        String query = clientsQuery ? exchange.request().query() : null;
        String location = origin + exchange.fill(path) + (query == null ? "" : "?" + query) + end;
        return Decision.respond(Response.empty(status).with(HeaderName.LOCATION, location));
    }
}
