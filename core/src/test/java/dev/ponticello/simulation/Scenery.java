package dev.ponticello.simulation;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.DrainConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.ProcessLimits;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.config.UpstreamLimits;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.PlannedExchange.Answer;
import dev.ponticello.simulation.PlannedExchange.Kind;
import dev.ponticello.simulation.PlannedExchange.Request;
import dev.ponticello.simulation.PlannedExchange.Token;
import dev.ponticello.simulation.PlannedExchange.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Draws from the dice what a simulation is about: config, wires, and what everybody will do. */
final class Scenery {
    static final String HOST = "127.0.0.1";
    static final String FIXED_BODY = "fixed";

    private static final int MOST_BODY = 400_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Dice dice;
    private final Weather weather;
    /** Bodies are at most so large: with large ones go wide windows and coarse segments, or the simulation would take long. */
    private final int mostBody;
    private final boolean completes;
    private final boolean seesHangup;
    private final int upstreams;

    Scenery(Dice dice, Weather weather) {
        this.dice = dice;
        this.weather = weather;
        this.mostBody = dice.number(200, 200, 5_000, 5_000, 40_000, MOST_BODY);
        this.completes = dice.percent(40);
        this.seesHangup = completes || dice.percent(60);
        this.upstreams = dice.between(1, 3);
    }

    // ---- wires

    Wire.Style wireStyle() {
        int window = Math.max(mostBody / 30, dice.number(64, 1_000, 16_000, 64_000));
        int segment = Math.max(window / 8, dice.number(1, 10, 1_460));
        return new Wire.Style(window, dice.number(0, 50_000, 1_000_000), dice.number(0, 1_000, 200_000),
                dice.number(0, 10, 150), segment, dice.percent(30));
    }

    WireChannel.Style channelStyle() {
        return new WireChannel.Style(completes, seesHangup, Math.max(mostBody / 60, dice.number(64, 500, 4_096)),
                Math.max(mostBody / 60, dice.number(50, 1_000, 64_000)), dice.number(1, 2, 16),
                dice.number(0, 1_000, 50_000));
    }

    Party.Reading reading() {
        return new Party.Reading(Math.max(mostBody / 50, dice.number(20, 500, 64_000)),
                dice.number(0, 0, 10_000, 2_000_000));
    }

    // ---- config

    GatewayConfig config() {
        LinkedHashMap<String, UpstreamConfig> named = new LinkedHashMap<>();
        List<RouteConfig> routes = new ArrayList<>();
        List<RouteConfig> guarded = new ArrayList<>();
        for (int i = 0; i < upstreams; i++) {
            named.put("u" + i, upstream(i));
            routes.add(RouteConfig.to("/u" + i + "/**", "u" + i));
            guarded.add(RouteConfig.to("/u" + i + "/**", "u" + i));
        }
        routes.add(new RouteConfig("/fixed/**", List.of(), List.of(),
                new AnswerConfig.Respond(200, new LinkedHashMap<>(Map.of("Content-Type", "text/plain")),
                        FIXED_BODY)));
        routes.add(new RouteConfig("/token/**", List.of("POST"), List.of(),
                AnswerConfig.TokenIssuer.of(Secret.of(Tokens.SECRET))));
        GroupConfig group = new GroupConfig("/guarded",
                List.of(BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(Tokens.SECRET))), guarded,
                List.of());
        return GatewayConfig.DEFAULTS
                .withErrors(ErrorsConfig.of(dice.oneOf(GatewayConfig.ErrorFormat.values())))
                .withDrain(new DrainConfig(Duration.ofMillis(dice.number(0, 500)), seconds(weather.isCalm() ? 30 : 5)))
                .withLimits(new ProcessLimits(weather.isCalm() ? 1_000 : dice.number(1_000, 1_000, 3), null))
                .withListeners(List.of(listener()))
                .withUpstreams(named)
                .withPolicies(policies())
                .withRoutes(routes)
                .withGroups(List.of(group));
    }

    private ListenerConfig listener() {
        Long body = weather.isCalm() || dice.percent(80) ? null : (long) mostBody / 2;
        ListenerLimits limits = ListenerLimits.DEFAULTS.withBody(body).withPipelined(dice.number(1, 2, 32))
                .withRequestsPerConnection(dice.percent(20) ? (Integer) dice.between(1, 5) : null);
        ListenerTimeouts timeouts = weather.isCalm() ? new ListenerTimeouts(LONG, LONG, LONG, LONG, LONG)
                : new ListenerTimeouts(seconds(2), seconds(3), seconds(4), seconds(2), seconds(9));
        return ListenerConfig.on(new ListenerAddress(HOST, 8000)).withLimits(limits).withTimeouts(timeouts)
                .withHalfClose(dice.oneOf(ListenerConfig.HalfClose.values()));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private List<PolicyConfig> policies() {
        List<PolicyConfig> policies = new ArrayList<>();
        policies.add(AccessLogConfig.DEFAULTS);
        if (dice.percent(30)) {
            policies.add(RequestIdConfig.DEFAULTS);
        }
        if (dice.percent(25)) {
            policies.add(CompressionConfig.DEFAULTS);
        }
        if (!weather.isCalm() && dice.percent(25)) {
            policies.add(RateLimitConfig.of(new Rate(dice.between(1, 8), Duration.ofSeconds(dice.number(1, 60)))));
        }
        return policies;
    }

    private UpstreamConfig upstream(int number) {
        List<EndpointConfig> endpoints = new ArrayList<>();
        int count = dice.number(1, 1, 2, 3);
        for (int i = 0; i < count; i++) {
            endpoints.add(new EndpointConfig("10.0." + number + "." + (i + 1), 8080, dice.percent(30) ? "/base" : "",
                    dice.between(1, 3)));
        }
        boolean calm = weather.isCalm();
        UpstreamTimeouts timeouts = calm ? new UpstreamTimeouts(LONG, LONG, LONG, null)
                : new UpstreamTimeouts(seconds(2), seconds(3), seconds(4), dice.percent(20) ? seconds(8) : null);
        return UpstreamConfig.of(endpoints.toArray(EndpointConfig[]::new))
                .withConnections(UpstreamConnections.DEFAULTS.withMax(dice.number(0, 1, 2, 4))
                        .withKeepAlive(calm ? LONG : seconds(1))
                        .withMaxRequests(dice.percent(20) ? (Integer) dice.between(1, 4) : null))
                .withLimits(UpstreamLimits.DEFAULTS.withInformational(Judge.INTERIM_LIMIT))
                .withTimeouts(timeouts)
                .withCircuitBreaker(dice.percent(calm ? 75 : 50) ? null
                        : new CircuitBreakerConfig(dice.between(1, 3), seconds(dice.number(1, 5)), dice.between(1, 2)));
    }

    /** The config with other numbers, as a reload brings it: the same routes, so that every plan leads somewhere, and no other limit or breaker to judge by. */
    GatewayConfig reloaded(GatewayConfig config) {
        LinkedHashMap<String, UpstreamConfig> named = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> named.put(name, reloaded(upstream)));
        ListenerConfig listener = config.listeners().getFirst();
        List<PolicyConfig> policies = new ArrayList<>(config.policies());
        if (dice.percent(50) && !policies.remove(RequestIdConfig.DEFAULTS)) {
            policies.add(RequestIdConfig.DEFAULTS);
        }
        return config.withUpstreams(named).withPolicies(policies)
                .withListeners(List.of(listener.withLimits(listener.limits().withPipelined(dice.number(1, 2, 32))
                        .withRequestsPerConnection(dice.percent(20) ? (Integer) dice.between(1, 5) : null))));
    }

    private UpstreamConfig reloaded(UpstreamConfig upstream) {
        List<EndpointConfig> endpoints = new ArrayList<>(upstream.endpoints());
        if (endpoints.size() > 1 && dice.percent(50)) {
            endpoints.removeLast();
        }
        Collections.rotate(endpoints, dice.below(endpoints.size()));
        endpoints.replaceAll(endpoint -> endpoint.withWeight(dice.between(1, 3)));
        return upstream.withEndpoints(endpoints)
                .withConnections(upstream.connections().withMax(dice.number(0, 1, 2, 4)));
    }

    // ---- clients

    /** The plans of all clients, each client's in a list of its own, numbered through. */
    List<List<PlannedExchange>> plans() {
        int clients = dice.between(1, 6);
        List<List<PlannedExchange>> all = new ArrayList<>();
        int id = 0;
        for (int i = 0; i < clients; i++) {
            List<PlannedExchange> plans = new ArrayList<>();
            int count = dice.size(mostBody > 40_000 ? 4 : 10);
            for (int j = 0; j < count; j++) {
                plans.add(plan(id++));
            }
            all.add(plans);
        }
        return all;
    }

    private PlannedExchange plan(int id) {
        Kind kind = dice.percent(75) ? Kind.FORWARDED : dice.oneOf(Kind.values());
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (weather.brings(fault, dice)) {
                faults.add(fault);
            }
        }
        int status = faults.contains(Fault.FAILS) ? dice.number(500, 502, 503, 504)
                : dice.percent(80) ? 200 : dice.number(201, 204, 304, 400, 404);
        return new PlannedExchange(id, kind, dice.below(upstreams), request(kind), answer(status), faults);
    }

    private Request request(Kind kind) {
        String method = kind == Kind.ISSUER ? "POST"
                : dice.oneOf("GET", "GET", "HEAD", "DELETE", "POST", "POST", "PUT");
        boolean http10 = dice.percent(10);
        boolean body = method.startsWith("P") ? dice.percent(90) : dice.percent(5);
        Framing framing = !body ? Framing.NONE : http10 || dice.percent(50) ? Framing.LENGTH : Framing.CHUNKED;
        int length = body ? kind == Kind.ISSUER ? dice.between(2, 2_000) : dice.size(mostBody) : 0;
        boolean expects = !http10 && body && dice.percent(20);
        Token token = dice.percent(weather.isCalm() ? 100 : 70) ? Token.GOOD : dice.oneOf(Token.values());
        return new Request(method, http10, dice.percent(8), framing, length, dice.percent(20), expects,
                dice.between(0L, 100_000_000), token, dice.percent(10) ? dice.size(2_000) : 0,
                dice.percent(30));
    }

    private Answer answer(int status) {
        Framing framing = dice.oneOf(Framing.LENGTH, Framing.LENGTH, Framing.CHUNKED, Framing.CHUNKED,
                Framing.UNTIL_CLOSE);
        boolean bodyless = status == 204 || status == 304;
        if (bodyless) {
            framing = Framing.NONE;
        }
        int length = bodyless ? 0 : dice.percent(10) ? 0 : dice.size(mostBody);
        return new Answer(status, framing, length, dice.percent(20), dice.percent(10) ? dice.between(1, 5) : 0,
                dice.percent(80), dice.percent(85) ? When.AFTER_BODY : dice.oneOf(When.values()),
                dice.percent(50) ? 0 : dice.size(100_000_000), dice.size(10),
                dice.percent(50) ? 0 : dice.size(20_000_000), framing == Framing.UNTIL_CLOSE || dice.percent(5),
                dice.below(1_000), dice.percent(50), dice.percent(50));
    }

    Client.Manner manner() {
        return new Client.Manner(dice.number(1, 1, 2, 5), dice.number(0, 1_000_000, 300_000_000),
                Math.max(mostBody / 50, dice.number(10, 1_000, 64_000)), dice.number(0, 0, 100_000, 2_000_000),
                reading());
    }

    int piece() {
        return Math.max(mostBody / 50, dice.number(10, 1_000, 64_000));
    }
}
