package dev.ponticello.exchange;

import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Stage;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamFactory;
import java.util.List;
import java.util.Objects;

/** Tells an exchange what the driver would tell it, for tests of what observers see. */
public final class ExchangeFixtures {
    private static final Target NOWHERE = new Target.Answer((_, _) -> Decision.respond(Response.empty(204)));

    private ExchangeFixtures() {}

    public static Exchange begin(LoopContext loop, RequestHead head, String client) {
        Exchange exchange = new Exchange(loop);
        exchange.begin(head, Objects.requireNonNull(PeerAddress.parse(client)));
        return exchange;
    }

    public static void enter(Exchange exchange, Stage stage) {
        exchange.enter(stage);
    }

    /** Gives it the route of a pattern, or with an empty name the lack of one. */
    public static void route(Exchange exchange, String name) {
        exchange.setRoute(new Route(name, List.of(), NOWHERE));
    }

    /** Gives it the route of a pattern that is told from others of the same pattern by its identity. */
    public static void route(Exchange exchange, String name, String identity) {
        exchange.setRoute(new Route(name, identity, List.of(), NOWHERE, Route.LISTENERS));
    }

    /** Makes an attempt at an upstream with this one endpoint. */
    public static void attempt(Exchange exchange, String upstream, String endpoint) {
        try (UpstreamFactory factory = new UpstreamFactory(List.of(), Transport.NIO, 1)) {
            Upstream to = factory.create(upstream, UpstreamConfig.of(EndpointConfig.parse(endpoint)), null, null);
            exchange.setUpstream(to);
            exchange.setEndpoint(to.pick());
            exchange.countAttempt();
        }
    }

    public static void fail(Exchange exchange, FailureKind kind) {
        exchange.setFailure(kind, kind.sentence());
    }

    public static void answer(Exchange exchange, int status) {
        exchange.setStatus(status);
    }

    public static void bodies(Exchange exchange, long requestBytes, long responseBytes) {
        exchange.addRequestBytes(requestBytes);
        exchange.addResponseBytes(responseBytes);
    }
}
