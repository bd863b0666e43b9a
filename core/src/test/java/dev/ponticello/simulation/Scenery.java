package dev.ponticello.simulation;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Cidr;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.CorsConfig;
import dev.ponticello.config.DrainConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.HeadersConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.ProcessLimits;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.config.RewriteConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.config.UpstreamLimits;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.simulation.Hostile.Part;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.PlannedExchange.Answer;
import dev.ponticello.simulation.PlannedExchange.Kind;
import dev.ponticello.simulation.PlannedExchange.Request;
import dev.ponticello.simulation.PlannedExchange.Token;
import dev.ponticello.simulation.PlannedExchange.Twist;
import dev.ponticello.simulation.PlannedExchange.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws from the dice what a simulation is about: config, wires, and what everybody will do. */
final class Scenery {
    static final String HOST = "127.0.0.1";
    /** A proxy that some listeners trust. */
    static final String TRUSTED = "192.0.2.1";
    static final String ORIGIN = "https://app.example.com";

    private static final CorsConfig CORS = CorsConfig.DEFAULTS.withOrigins(List.of(ORIGIN)).withCredentials(true);
    private static final List<RateLimitConfig.By> BY_ADDRESS = List.of(RateLimitConfig.By.CLIENT_ADDRESS);
    private static final List<RateLimitConfig.By> BY_KEY = List.of(new RateLimitConfig.By.Header("X-Key"),
            RateLimitConfig.By.CLIENT_ADDRESS);
    private static final int MOST_COLLECTED = 2_000;
    private static final int MOST_BODY = 400_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Dice dice;
    private final Weather weather;
    /** Bodies are at most so large: with large ones go wide windows and coarse segments, or the simulation would take long. */
    private final int mostBody;
    private final boolean completes;
    private final boolean seesHangup;
    private final int upstreams;
    private final boolean trusts;
    private final ListenerConfig listener;

    Scenery(Dice dice, Weather weather) {
        this.dice = dice;
        this.weather = weather;
        this.mostBody = dice.number(200, 200, 5_000, 5_000, 40_000, MOST_BODY);
        this.completes = dice.percent(40);
        this.seesHangup = completes || dice.percent(60);
        this.upstreams = dice.between(1, 3);
        this.trusts = dice.percent(30);
        this.listener = drawListener();
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

    /** The first config. */
    Edition first(OwnCode own) {
        LinkedHashMap<String, UpstreamConfig> named = new LinkedHashMap<>();
        List<Integer> leadsTo = new ArrayList<>();
        for (int i = 0; i < upstreams; i++) {
            named.put("u" + i, upstream(i));
            leadsTo.add(i);
        }
        boolean calm = weather.isCalm();
        GatewayConfig config = GatewayConfig.DEFAULTS
                .withErrors(ErrorsConfig.of(dice.oneOf(GatewayConfig.ErrorFormat.values())))
                .withDrain(new DrainConfig(Duration.ofMillis(dice.number(0, 500)), seconds(calm ? 30 : 5)))
                .withLimits(
                        new ProcessLimits(calm ? 1_000 : dice.number(1_000, 1_000, 3), null).withTasks(mostTasks()))
                .withListeners(List.of(listener))
                .withUpstreams(named);
        List<PolicyConfig> policies = new ArrayList<>();
        policies.add(AccessLogConfig.DEFAULTS);
        if (dice.percent(30)) {
            policies.add(CORS);
        }
        if (dice.percent(30)) {
            policies.add(RequestIdConfig.DEFAULTS);
        }
        if (dice.percent(30)) {
            policies.add(CompressionConfig.DEFAULTS);
        }
        RateLimitConfig limit = dice.percent(25) ? limit() : null;
        return edition(new Edition(0, config, leadsTo, dice.percent(50), limit, 0), policies, own);
    }

    private int mostTasks() {
        return weather.isCalm() ? 1_000 : dice.number(1_000, 1_000, 3, 1);
    }

    /** In calm weather nobody is refused. */
    private @Nullable RateLimitConfig limit() {
        return weather.isCalm() ? null
                : RateLimitConfig.of(new Rate(dice.between(1, 8), Duration.ofSeconds(dice.number(1, 60))))
                        .withBy(dice.percent(50) ? BY_ADDRESS : BY_KEY);
    }

    /** The config of an edition, with the policies and routes that say which it is. */
    private static Edition edition(Edition edition, List<PolicyConfig> policies, OwnCode own) {
        List<PolicyConfig> all = new ArrayList<>(policies);
        LinkedHashMap<String, String> number = new LinkedHashMap<>(
                Map.of(Edition.FIELD, Integer.toString(edition.number())));
        HeadersConfig.Edits says = new HeadersConfig.Edits(number, new LinkedHashMap<>(), List.of());
        all.add(new HeadersConfig(says, says));
        if (edition.limit() != null) {
            all.add(edition.limit());
        }
        List<RouteConfig> routes = new ArrayList<>();
        List<RouteConfig> inGroups = new ArrayList<>();
        for (int i = 0; i < edition.leadsTo().size(); i++) {
            String upstream = "u" + edition.leadsTo().get(i);
            String path = "/u" + i + "/**";
            routes.add(RouteConfig.to(path, upstream));
            inGroups.add(RouteConfig.to(path, upstream));
            routes.add(RouteConfig.to("/rewritten" + path, upstream)
                    .withTarget(new TargetConfig.To(upstream).withRewrite(new RewriteConfig.Prefix("/v2"))));
        }
        routes.add(fixed("/fixed/**", edition));
        if (edition.extra()) {
            routes.add(fixed("/extra/**", edition));
        }
        routes.add(new RouteConfig("/moved/**", List.of(), List.of(),
                AnswerConfig.Redirect.to("https://new.example/{**}")));
        routes.add(new RouteConfig("/token/**", List.of("POST"), List.of(),
                AnswerConfig.TokenIssuer.of(Secret.of(Tokens.SECRET))));
        routes.add(new RouteConfig("/handler/**", List.of(), List.of(),
                OwnAnswer.of(own.handler()).withTimeout(seconds(3)).withBodyBytes(MOST_COLLECTED)));
        BearerTokenConfig token = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(Tokens.SECRET))
                .withForwardClaims(new LinkedHashMap<>(Map.of("sub", "X-User")));
        GatewayConfig config = edition.config().withPolicies(all).withRoutes(routes)
                .withGroups(List.of(new GroupConfig("/guarded", List.of(token), inGroups, List.of()),
                        new GroupConfig("/own", List.of(own.policy()), inGroups, List.of())));
        return new Edition(edition.number(), config, edition.leadsTo(), edition.extra(), edition.limit(),
                edition.counts());
    }

    private static RouteConfig fixed(String path, Edition edition) {
        return new RouteConfig(path, List.of(), List.of(),
                new AnswerConfig.Respond(200, new LinkedHashMap<>(Map.of("Content-Type", "text/plain")),
                        Edition.fixedBody(edition.number())));
    }

    /** Of the first config; how it meets clients changes in no other. */
    ListenerConfig listener() {
        return listener;
    }

    private ListenerConfig drawListener() {
        Long body = weather.isCalm() || dice.percent(80) ? null : (long) mostBody / 2;
        ListenerLimits limits = ListenerLimits.DEFAULTS.withBody(body).withPipelined(dice.number(1, 2, 32))
                .withRequestsPerConnection(dice.percent(20) ? (Integer) dice.between(1, 5) : null);
        ListenerTimeouts timeouts = weather.isCalm() ? new ListenerTimeouts(LONG, LONG, LONG, LONG, LONG)
                : new ListenerTimeouts(seconds(2), seconds(3), seconds(4), seconds(2), seconds(9));
        return ListenerConfig.on(new ListenerAddress(HOST, 8000)).withLimits(limits).withTimeouts(timeouts)
                .withTrustedProxies(trusts ? List.of(Cidr.parse(TRUSTED)) : List.of())
                .withHalfClose(dice.oneOf(ListenerConfig.HalfClose.values()));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
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
                .withCircuitBreaker(breaker());
    }

    private @Nullable CircuitBreakerConfig breaker() {
        return dice.percent(weather.isCalm() ? 75 : 50) ? null
                : new CircuitBreakerConfig(dice.between(1, 3), seconds(dice.number(1, 5)), dice.between(1, 2));
    }

    /** Another config, as a reload brings it: other numbers, other policies, and routes that lead elsewhere. */
    Edition next(Edition before, OwnCode own) {
        GatewayConfig config = before.config();
        LinkedHashMap<String, UpstreamConfig> named = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> named.put(name, reloaded(upstream)));
        List<Integer> leadsTo = new ArrayList<>(before.leadsTo());
        if (dice.percent(50)) {
            Collections.rotate(leadsTo, 1);
        }
        ListenerConfig listener = config.listeners().getFirst();
        List<PolicyConfig> policies = new ArrayList<>(config.policies());
        policies.removeIf(policy -> policy instanceof HeadersConfig || policy instanceof RateLimitConfig);
        toggle(policies, RequestIdConfig.DEFAULTS);
        toggle(policies, CompressionConfig.DEFAULTS);
        RateLimitConfig limit = reloaded(before.limit());
        boolean takenOver = before.limit() != null && limit != null && limit.by().equals(before.limit().by());
        GatewayConfig next = config.withUpstreams(named).withLimits(config.limits().withTasks(mostTasks()))
                .withListeners(List.of(listener.withLimits(listener.limits().withPipelined(dice.number(1, 2, 32))
                        .withRequestsPerConnection(dice.percent(20) ? (Integer) dice.between(1, 5) : null))));
        return edition(new Edition(before.number() + 1, next, leadsTo, dice.percent(50), limit,
                takenOver ? before.counts() : before.counts() + 1), policies, own);
    }

    /** None, one that counts otherwise, or the same with another number: in windows of another length it would go on in a way of its own. */
    private @Nullable RateLimitConfig reloaded(@Nullable RateLimitConfig limit) {
        if (limit == null) {
            return dice.percent(25) ? limit() : null;
        }
        return switch (dice.below(4)) {
            case 0 -> null;
            case 1 -> limit.withBy(limit.by().equals(BY_ADDRESS) ? BY_KEY : BY_ADDRESS);
            default -> limit.withLimit(new Rate(dice.between(1, 8), limit.limit().per()));
        };
    }

    private void toggle(List<PolicyConfig> policies, PolicyConfig policy) {
        if (dice.percent(50) && !policies.remove(policy)) {
            policies.add(policy);
        }
    }

    /** A config that must be refused, and leave everything as it is. */
    GatewayConfig refused(Edition served, OwnCode own) {
        GatewayConfig config = next(served, own).config();
        List<RouteConfig> routes = new ArrayList<>(config.routes());
        switch (dice.below(4)) {
            case 0 -> routes.add(RouteConfig.to("/nobody/**", "nobody"));
            case 1 -> routes.add(routes.getFirst());
            case 2 -> {
                return config.withListeners(List.of(config.listeners().getFirst()
                        .withAddress(new ListenerAddress(HOST, 8001))));
            }
            default -> {
                List<PolicyConfig> policies = new ArrayList<>(config.policies());
                policies.add(own.brokenPolicy());
                return config.withPolicies(policies);
            }
        }
        return config.withRoutes(routes);
    }

    private UpstreamConfig reloaded(UpstreamConfig upstream) {
        List<EndpointConfig> endpoints = new ArrayList<>(upstream.endpoints());
        if (endpoints.size() > 1 && dice.percent(50)) {
            endpoints.removeLast();
        }
        Collections.rotate(endpoints, dice.below(endpoints.size()));
        endpoints.replaceAll(endpoint -> endpoint.withWeight(dice.between(1, 3)));
        return upstream.withEndpoints(endpoints)
                .withConnections(upstream.connections().withMax(dice.number(0, 1, 2, 4)))
                .withCircuitBreaker(dice.percent(50) ? upstream.circuitBreaker() : breaker());
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
        Kind kind = dice.percent(55) ? Kind.FORWARDED : dice.oneOf(Kind.values());
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (weather.brings(fault, dice)) {
                faults.add(fault);
            }
        }
        int status = faults.contains(Fault.FAILS) ? dice.number(500, 502, 503, 504)
                : dice.percent(80) ? 200 : dice.number(201, 204, 304, 400, 404);
        Request request = request(kind);
        Answer answer = answer(status, faults.contains(Fault.CLIENT_DRIPS_READING));
        return new PlannedExchange(id, kind, dice.below(upstreams), request, answer, faults,
                new Twist(hostileClient(id, kind, request, faults), hostileEndpoint(id, answer, faults), manner(kind)));
    }

    private OwnCode.Manner manner(Kind kind) {
        OwnCode.Manner manner = kind == Kind.HANDLER
                ? dice.oneOf(OwnCode.Manner.PASSES, OwnCode.Manner.PASSES, OwnCode.Manner.THROWS)
                : dice.oneOf(OwnCode.Manner.values());
        return weather.isCalm() && !manner.isCalm() ? OwnCode.Manner.PASSES : manner;
    }

    private Hostile.@Nullable Act hostileClient(int id, Kind kind, Request request, Set<Fault> faults) {
        if (faults.contains(Fault.CLIENT_MALFORMED_HEAD)) {
            return Hostile.any(Part.HEAD, dice, id);
        }
        boolean chunked = request.framing() == Framing.CHUNKED;
        if (faults.contains(Fault.CLIENT_MALFORMED_BODY) && chunked) {
            return Hostile.any(Part.CHUNK, dice, id);
        }
        if (kind == Kind.GUARDED && request.token() == Token.BAD) {
            return Hostile.any(Part.TOKEN, dice, id);
        }
        if (dice.percent(70)) {
            return null;
        }
        return Hostile.any(chunked && dice.percent(30) ? Part.TRAILERS : dice.percent(20) ? Part.SPELLING : Part.FIELDS,
                dice, id);
    }

    private Hostile.@Nullable Act hostileEndpoint(int id, Answer answer, Set<Fault> faults) {
        return faults.contains(Fault.MALFORMED_HEAD) ? Hostile.any(Part.ANSWER, dice, id)
                : faults.contains(Fault.MALFORMED_BODY) && answer.framing() == Framing.CHUNKED
                        ? Hostile.any(Part.ANSWER_CHUNK, dice, id)
                        : null;
    }

    private Request request(Kind kind) {
        String method = kind == Kind.ISSUER ? "POST"
                : dice.oneOf("GET", "GET", "HEAD", "DELETE", "POST", "POST", "PUT");
        boolean http10 = dice.percent(10);
        boolean body = method.startsWith("P") ? dice.percent(90) : dice.percent(5);
        Framing framing = !body ? Framing.NONE : http10 || dice.percent(50) ? Framing.LENGTH : Framing.CHUNKED;
        int length = !body ? 0
                : kind == Kind.ISSUER || kind == Kind.HANDLER ? dice.between(2, MOST_COLLECTED) : dice.size(mostBody);
        boolean expects = !http10 && body && dice.percent(20);
        Token token = dice.percent(weather.isCalm() ? 100 : 70) ? Token.GOOD : dice.oneOf(Token.values());
        return new Request(method, http10, dice.percent(8), framing, length, dice.percent(20), expects,
                dice.between(0L, 100_000_000), token, dice.percent(10) ? dice.size(2_000) : 0,
                dice.percent(30));
    }

    /** @param isLong whether it is to be so long that a slow reader does not come to its end */
    private Answer answer(int status, boolean isLong) {
        Framing framing = dice.oneOf(Framing.LENGTH, Framing.LENGTH, Framing.CHUNKED, Framing.CHUNKED,
                Framing.UNTIL_CLOSE);
        boolean bodyless = status == 204 || status == 304;
        if (bodyless) {
            framing = Framing.NONE;
        }
        int length = bodyless ? 0 : isLong ? mostBody : dice.percent(10) ? 0 : dice.size(mostBody);
        return new Answer(status, framing, length, dice.percent(20), dice.percent(10) ? dice.between(1, 5) : 0,
                dice.percent(80), dice.percent(85) ? When.AFTER_BODY : dice.oneOf(When.values()),
                dice.percent(50) ? 0 : dice.size(100_000_000), dice.size(10),
                dice.percent(50) ? 0 : dice.size(20_000_000), framing == Framing.UNTIL_CLOSE || dice.percent(5),
                dice.below(1_000), dice.percent(50), dice.percent(50), dice.percent(10));
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
