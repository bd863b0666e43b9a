package dev.ponticello.simulation;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.simulation.Hostile.Part;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.PlannedExchange.Kind;
import dev.ponticello.simulation.PlannedExchange.Token;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at each exchange when everything has come to rest: whether all sides tell the same story, and whether what failed had a reason to. */
final class Judge {
    static final int INTERIM_LIMIT = 20;
    private static final Map<String, FailureKind> KINDS = Stream.of(FailureKind.values())
            .collect(Collectors.toMap(FailureKind::slug, Function.identity()));

    private final World world;
    private final List<Edition> served;
    private final GatewayConfig config;
    private final boolean drained;

    /**
     * @param served the editions that were served, one after the other
     * @param drained whether the gateway was told to stop before everything was answered
     */
    Judge(World world, List<Edition> served, boolean drained) {
        this.world = world;
        this.served = served;
        this.config = served.getFirst().config();
        this.drained = drained;
    }

    void judge() {
        for (PlannedExchange plan : world.exchanges()) {
            String wrong = wrong(plan);
            if (wrong != null) {
                world.violated(wrong + ": " + plan);
            }
            noteHostile(plan);
        }
    }

    private @Nullable String wrong(PlannedExchange plan) {
        if (!plan.asked) {
            return world.weather().isCalm() && !drained ? "never asked" : null;
        }
        if (plan.concluded != plan.begun) {
            return "begun " + plan.begun + " times, concluded " + plan.concluded + " times";
        }
        if (plan.status == 0 && !plan.unanswered && !plan.disturbed && !plan.clientStops) {
            return "neither an answer nor the end of the connection";
        }
        if (plan.unanswered && plan.begun > 0 && !mayGoUnanswered(plan)) {
            return "the connection ended without an answer";
        }
        String wrong = wrongAttempts(plan);
        if (wrong == null) {
            wrong = wrongAnswer(plan);
        }
        if (wrong == null) {
            wrong = wrongDecision(plan);
        }
        if (wrong == null) {
            wrong = wrongOwnCode(plan);
        }
        if (wrong == null) {
            wrong = wrongRefusal(plan);
        }
        if (wrong == null && world.weather().isCalm() && !drained) {
            wrong = wrongInCalm(plan);
        }
        return wrong == null ? wrongFailure(plan) : wrong;
    }

    /** A client that does not read may see nothing of its answer, and so may one whose answer is cut at the gateway's end. */
    private static boolean mayGoUnanswered(PlannedExchange plan) {
        return plan.failure == FailureKind.DRAIN_CUT || plan.clientStops;
    }

    private @Nullable String wrongAttempts(PlannedExchange plan) {
        if (plan.seen > plan.attempts) {
            return "endpoints saw more attempts than were made";
        }
        if (plan.attempts > 2) {
            return "more than one free try";
        }
        if (plan.interims > INTERIM_LIMIT) {
            return "more interim answers than are allowed";
        }
        boolean served = plan.outcome instanceof Outcome.Served;
        if (served && plan.has(Fault.TOO_MANY_INTERIM)) {
            return "served after more interim answers than are allowed";
        }
        if (served && plan.seen == 0) {
            return "served by nobody";
        }
        if (plan.slowToTheEnd && plan.faults() == 1 && (plan.answeredWhole || plan.has(Fault.CLIENT_DRIPS_BODY))) {
            return "a client that is too slow is waited for";
        }
        if (served && plan.seenWhole == 1 && plan.requestBytes != plan.request().length()) {
            return "logged " + plan.requestBytes + " bytes of the request";
        }
        return null;
    }

    private @Nullable String wrongAnswer(PlannedExchange plan) {
        Outcome outcome = plan.outcome;
        if (plan.begun == 0) {
            return plan.answeredByEndpoint || plan.seen > 0 ? "answered without having begun" : null;
        }
        boolean served = outcome instanceof Outcome.Served;
        if (plan.answeredWhole && plan.answeredByEndpoint
                && (!served || plan.loggedStatus != plan.status || plan.responseBytes != plan.expectedBytes())) {
            return "the client got the endpoint's answer whole, the log says " + outcome + ", " + plan.loggedStatus
                    + ", " + plan.responseBytes + " bytes";
        }
        if (plan.answeredWhole && !plan.answeredByEndpoint) {
            Edition edition = plan.edition;
            if (edition != null && plan.configSeen >= 0 && plan.configSeen != edition.number()) {
                return "begun with config " + edition.number() + ", answered with config " + plan.configSeen;
            }
            String logged = outcome instanceof Outcome.Failed(FailureKind kind) ? kind.slug()
                    : outcome instanceof Outcome.Answered ? null : "?";
            if (!Objects.equals(plan.reason, logged) || plan.loggedStatus != plan.status) {
                return "the client got an answer of the gateway whole, the log says " + outcome + ", "
                        + plan.loggedStatus;
            }
        }
        if ((served || outcome instanceof Outcome.Answered) && !plan.disturbed && !plan.answeredWhole
                && !plan.clientStops) {
            return "the client did not get the whole answer, the log says " + outcome;
        }
        if (plan.answerCut && !plan.disturbed && !plan.clientStops && (served || outcome instanceof Outcome.Answered)) {
            return "the client's answer was cut, the log says " + outcome;
        }
        return null;
    }

    /** What the chain must have decided. */
    private @Nullable String wrongDecision(PlannedExchange plan) {
        if (plan.begun == 0) {
            return null;
        }
        boolean unsaid = plan.kind() == Kind.OWN && plan.failure == FailureKind.INTERNAL; // the refusal itself broke
        if (!unsaid && plan.limited != (plan.failure == FailureKind.RATE_LIMITED)) {
            return "the limit must " + (plan.limited ? "refuse" : "not refuse");
        }
        boolean tokenRefused = plan.failure == FailureKind.TOKEN_MISSING || plan.failure == FailureKind.TOKEN_INVALID;
        boolean tokenBad = plan.kind() == Kind.GUARDED && !plan.limited
                && (plan.request().token() != Token.GOOD || plan.hostile(Part.TOKEN) != null);
        if (tokenRefused != tokenBad || (tokenBad && plan.seen > 0)) {
            return "the token must " + (tokenBad ? "be refused" : "pass");
        }
        return null;
    }

    /** Rows 51 of the hostile tests: what own code has not let through, nobody gets. */
    private static @Nullable String wrongOwnCode(PlannedExchange plan) {
        if (plan.kind() == Kind.OWN && !plan.own().passes() && (plan.seen > 0 || plan.answeredByEndpoint)) {
            return "own code has not let it through, and an endpoint saw it";
        }
        boolean own = plan.kind() == Kind.OWN || plan.kind() == Kind.HANDLER;
        if (own && plan.own().isBroken() && (plan.outcome instanceof Outcome.Served
                || plan.outcome instanceof Outcome.Answered)) {
            return "own code is broken, and the log says " + plan.outcome;
        }
        return null;
    }

    /** Hostile heads and bodies are refused as what they are, or not even looked at. */
    private @Nullable String wrongRefusal(PlannedExchange plan) {
        Hostile.Act act = plan.twist().client();
        if (act == null || act.what().part() != Part.HEAD || plan.status == 0) {
            return null;
        }
        FailureKind kind = plan.reason == null ? null : KINDS.get(plan.reason);
        boolean right = kind == act.what().kind() || kind == FailureKind.CONNECTIONS_EXCEEDED
                || kind == FailureKind.REQUEST_HEAD_TIMEOUT || kind == FailureKind.DRAIN_CUT;
        return right ? null : "not refused as " + act.what().kind() + ": " + act.text();
    }

    /** Notes which hostile acts have been met as they must be. */
    private void noteHostile(PlannedExchange plan) {
        Hostile.Act act = plan.twist().client();
        FailureKind kind = plan.failure != null ? plan.failure : plan.reason == null ? null : KINDS.get(plan.reason);
        boolean answered = plan.answeredWhole && plan.answeredByEndpoint;
        if (act != null && switch (act.what().part()) {
            case HEAD, CHUNK -> kind == act.what().kind();
            case TOKEN -> kind == FailureKind.TOKEN_INVALID;
            default -> answered && plan.seenWhole > 0;
        }) {
            world.happens(act.what());
        }
        Hostile.Act answer = plan.twist().endpoint();
        if (answer != null && kind == answer.what().kind()) {
            world.happens(answer.what());
        }
        if (kind != null) {
            noteFailure(plan, kind);
        }
        if (plan.seen > 0 && plan.disturbed) {
            world.happens(plan.status == 0 ? Hostile.ROW_57_ABORT_BEFORE_ANSWER : Hostile.ROW_57_ABORT_IN_ANSWER);
        }
        if (answered) {
            noteAnswer(plan, act);
        }
        if (plan.answerCut && plan.has(Fault.CLIENT_DRIPS_READING) && !plan.disturbed
                && (plan.failure == FailureKind.RESPONSE_NOT_TAKEN || plan.outcome instanceof Outcome.Served)) {
            world.happens(Hostile.ROW_36_SLOW_READER);
        }
    }

    private void noteFailure(PlannedExchange plan, FailureKind kind) {
        switch (kind) {
            case NOT_FOUND, RATE_LIMITED, TOKEN_INVALID, TOKEN_MISSING -> {
                if (plan.answeredWhole && plan.request().framing() != Framing.NONE) {
                    world.happens(Hostile.ROW_14_BODY_LEFT_UNREAD);
                }
            }
            case REQUEST_HEAD_TIMEOUT -> world.happens(Hostile.ROW_36_SLOW_HEAD);
            case REQUEST_BODY_TIMEOUT -> {
                if (plan.has(Fault.CLIENT_DRIPS_BODY)) {
                    world.happens(Hostile.ROW_36_SLOW_BODY);
                }
            }
            case INTERNAL -> world.happens(Hostile.ROW_51_POLICY_THROWS);
            case POLICY_TIMEOUT -> world.happens(Hostile.ROW_51_POLICY_TOO_LATE);
            default -> {
            }
        }
    }

    private void noteAnswer(PlannedExchange plan, Hostile.@Nullable Act act) {
        if (plan.pipelined && plan.interims > 0) {
            world.happens(Hostile.ROW_11_INTERIM_WHILE_PIPELINING);
        }
        if (plan.isHead() && plan.interims > 0) {
            world.happens(Hostile.ROW_11_INTERIM_FOR_HEAD);
        }
        if (plan.pipelined && act != null && act.what() == Hostile.ROW_8_UPGRADE) {
            world.happens(Hostile.ROW_8_PIPELINED_BEHIND_UPGRADE);
        }
        if (plan.kind() == Kind.REWRITTEN) {
            world.happens(Hostile.ROW_39_REWRITTEN);
        }
        if (plan.request().expects() && plan.status >= 400 && !plan.continued) {
            world.happens(Hostile.ROW_17_EXPECTATION_REFUSED);
        }
    }

    private @Nullable String wrongInCalm(PlannedExchange plan) {
        boolean extra = plan.edition != null && plan.edition.extra();
        if (plan.kind() == Kind.OWN && plan.own() == OwnCode.Manner.REFUSES) {
            return plan.answeredWhole && plan.status == 403 ? null : "not refused by own code";
        }
        boolean right = plan.answeredWhole && switch (plan.kind()) {
            case FORWARDED, GUARDED, REWRITTEN, OWN ->
                plan.outcome instanceof Outcome.Served && plan.answeredByEndpoint && plan.attempts == plan.seen;
            case FIXED, ISSUER, HANDLER -> plan.outcome instanceof Outcome.Answered && plan.status == 200;
            case MOVED -> plan.outcome instanceof Outcome.Answered && plan.status == 308;
            case EXTRA -> plan.status == (extra ? 200 : 404);
            case UNKNOWN -> plan.status == 404;
        };
        return right ? null : "not served, though nothing goes wrong";
    }

    private @Nullable String wrongFailure(PlannedExchange plan) {
        if (plan.outcome instanceof Outcome.Abandoned && !plan.disturbed) {
            return "abandoned by a client that has not left";
        }
        FailureKind kind = plan.failure != null ? plan.failure : plan.reason == null ? null : KINDS.get(plan.reason);
        return kind == null || mayFail(plan, kind) ? null : "no reason for " + kind.slug();
    }

    private boolean mayFail(PlannedExchange plan, FailureKind kind) {
        Edition edition = plan.edition == null ? served.getFirst() : plan.edition;
        UpstreamConfig upstream = edition.upstream(edition.leadsTo().get(plan.upstream()));
        boolean own = plan.kind() == Kind.OWN || plan.kind() == Kind.HANDLER;
        Long bodyLimit = config.listeners().getFirst().limits().body();
        return switch (kind) {
            case REQUEST_MALFORMED, PATH_REFUSED, TARGET_TOO_LONG, EXPECTATION_UNKNOWN, HEAD_TOO_LARGE,
                    METHOD_UNSUPPORTED, VERSION_UNSUPPORTED ->
                plan.has(Fault.CLIENT_MALFORMED_HEAD);
            case REQUEST_HEAD_TIMEOUT -> plan.has(Fault.CLIENT_STALLS_HEAD);
            case CONNECTIONS_EXCEEDED -> config.limits().connections() < 10;
            case REQUEST_BODY_MALFORMED -> plan.has(Fault.CLIENT_MALFORMED_BODY);
            case REQUEST_BODY_TIMEOUT -> plan.hasAny(Fault.CLIENT_STALLS_BODY, Fault.CLIENT_DRIPS_BODY)
                    || (plan.request().expects() && plan.status != 0 && !plan.sentWhole); // it was told that its body is not wanted
            case REQUEST_BODY_TOO_LARGE -> bodyLimit != null && plan.request().length() > bodyLimit;
            case NOT_FOUND -> plan.kind() == Kind.UNKNOWN || (plan.kind() == Kind.EXTRA && !edition.extra());
            case RATE_LIMITED, TOKEN_MISSING, TOKEN_INVALID -> true; // the decision was judged
            case FORBIDDEN -> plan.kind() == Kind.OWN && plan.own() == OwnCode.Manner.REFUSES;
            case METHOD_NOT_ALLOWED, ANSWER_REFUSED -> false;
            case CIRCUIT_OPEN -> mayOpen("u" + edition.leadsTo().get(plan.upstream()));
            case CONNECTIONS_TO_ENDPOINT_EXCEEDED -> isCapped() && !world.weather().isCalm();
            case CONNECT_REFUSED -> world.times(Fault.REFUSES) > 0;
            case CONNECT_TIMEOUT -> world.times(Fault.HANGS_CONNECTING) > 0;
            case NAME_UNRESOLVED, CONNECT_FAILED, SOCKET_REFUSED -> false;
            case MISDIRECTED, TLS_HANDSHAKE_FAILED, CERTIFICATE_REFUSED, TLS_ALERT, HTTP2_UNSUPPORTED -> false; // TLS is not played
            case INTERNAL -> own && plan.own().isBroken();
            case POLICY_TIMEOUT -> plan.kind() == Kind.OWN && (world.times(Fault.OWN_TASKS_SLOW) > 0
                    || plan.own() == OwnCode.Manner.AWAITS_TOO_LONG || plan.own() == OwnCode.Manner.AWAITS_FOR_EVER);
            case HANDLER_TIMEOUT -> plan.kind() == Kind.HANDLER && world.times(Fault.OWN_TASKS_SLOW) > 0;
            case TASKS_EXCEEDED -> own && (world.times(Fault.OWN_TASKS_REFUSED) > 0
                    || served.stream().anyMatch(any -> any.config().limits().tasks() < 10));
            case ENDPOINT_NOT_READING -> world.times(Fault.STOPS_READING) > 0;
            case CONNECTION_LOST -> plan.hasAny(Fault.CUTS_BEFORE_HEAD, Fault.CUTS_HEAD, Fault.CUTS_BODY,
                    Fault.MALFORMED_HEAD, Fault.MALFORMED_BODY)
                    || (world.times(Fault.CLOSES_IDLE) + world.times(Fault.UNSOLICITED) > 0 && !isFreeTryMissing(plan));
            case RESPONSE_TIMEOUT -> plan.has(Fault.HANGS) || world.times(Fault.STOPS_READING) > 0;
            case RESPONSE_MALFORMED -> plan.has(Fault.MALFORMED_HEAD) || world.times(Fault.UNSOLICITED) > 0;
            case RESPONSE_HEAD_TOO_LARGE -> plan.has(Fault.TOO_MANY_INTERIM);
            case TOTAL_TIMEOUT -> upstream.timeouts().total() != null;
            case DEADLINE_EXCEEDED -> false; // gRPC is not played
            case RESPONSE_CUT ->
                plan.hasAny(Fault.CUTS_BODY, Fault.MALFORMED_BODY) || world.times(Fault.CLOSES_IDLE) > 0;
            case RESPONSE_IDLE -> plan.has(Fault.STALLS);
            case RESPONSE_BODY_MALFORMED ->
                plan.has(Fault.MALFORMED_BODY) && plan.answer().framing() == Framing.CHUNKED;
            case RESPONSE_NOT_TAKEN -> plan.clientStops;
            case CLIENT_GONE -> plan.disturbed;
            case DRAIN_CUT -> drained;
        };
    }

    private boolean isCapped() {
        return served.stream().anyMatch(edition -> edition.config().upstreams().values().stream()
                .anyMatch(upstream -> upstream.connections().max() > 0));
    }

    /** A kept connection that is lost before the endpoint saw anything costs a request nothing that may be repeated. */
    private static boolean isFreeTryMissing(PlannedExchange plan) {
        return plan.isRepeatable() && plan.attempts == 1 && plan.seen == 0;
    }

    /** A client alone must never open a circuit. */
    private boolean mayOpen(String upstream) {
        int failures = 0;
        for (Fault fault : Fault.values()) {
            failures += fault.isEndpoints() ? world.times(fault) : 0;
        }
        int enough = failures;
        return served.stream().map(edition -> edition.breaker(upstream))
                .anyMatch(breaker -> breaker != null && enough >= breaker.failures());
    }
}
