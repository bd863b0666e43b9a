package dev.ponticello.simulation;

import dev.ponticello.exchange.Policy;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.simulation.MessageParser.Framing;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exchange: what the client will ask and the endpoint will answer, and what came of it on each side. */
final class PlannedExchange {
    /** Where the request leads. */
    enum Kind {
        FORWARDED,
        /** Forwarded by a route that asks for a token. */
        GUARDED,
        /** To a fixed answer of the gateway. */
        FIXED,
        /** To an answer of the gateway that takes the body. */
        ISSUER,
        /** Nowhere. */
        UNKNOWN
    }

    /** The token that the request has. */
    enum Token {
        NONE,
        GOOD,
        BAD
    }

    /** When an endpoint begins to answer. */
    enum When {
        AT_HEAD,
        IN_BODY,
        AFTER_BODY
    }

    /**
     * The request.
     *
     * @param last whether it tells the gateway to close the connection after the answer
     * @param patienceNanos how long a client that expects 100 waits for it
     * @param padding bytes of a field without meaning
     * @param gzip whether the client takes gzip
     */
    record Request(String method, boolean http10, boolean last, Framing framing, int length, boolean trailer,
            boolean expects, long patienceNanos, Token token, int padding, boolean gzip) {}

    /**
     * The endpoint's answer.
     *
     * @param interim how many interim answers it sends before
     * @param continues whether a client that expects 100 gets it
     * @param pieces in how many pieces the body comes, at least 1
     * @param last whether it tells the gateway to close the connection after it
     * @param cutAt how many thousandths of the part that is cut are sent
     * @param byReset whether a cut is a reset, or a FIN
     * @param text whether the body says that it is text, which may be compressed
     */
    record Answer(int status, Framing framing, int length, boolean trailer, int interim, boolean continues, When when,
            long delayNanos, int pieces, long pauseNanos, boolean last, int cutAt, boolean byReset,
            boolean text) {}

    private final int id;
    private final Kind kind;
    private final int upstream;
    private final Request request;
    private final Answer answer;
    private final Set<Fault> faults;

    // ---- what the client saw
    boolean asked;
    /** Of the request, handed to the wire. */
    boolean sentWhole;
    int status;
    /** The reason of an answer of the gateway's own. */
    @Nullable
    String reason;
    boolean answeredByEndpoint;
    boolean answeredWhole;
    boolean answerCut;
    long answerBytes;
    int interims;
    boolean continued;
    /** The client left, or its connection broke, before the answer was whole. */
    boolean disturbed;
    /** The client stops reading for long on this connection. */
    boolean clientStops;
    /** The connection ended, in order, before an answer began. */
    boolean unanswered;

    // ---- what endpoints saw
    int seen;
    int seenWhole;

    // ---- what the gateway says
    int begun;
    boolean limited;
    /** Of the config that it began with. */
    @Nullable
    Policy policy;
    @Nullable
    Outcome outcome;
    @Nullable
    FailureKind failure;
    int concluded;
    int attempts;
    int loggedStatus;
    long requestBytes;
    long responseBytes;

    PlannedExchange(int id, Kind kind, int upstream, Request request, Answer answer, Set<Fault> faults) {
        this.id = id;
        this.kind = kind;
        this.upstream = upstream;
        this.request = request;
        this.answer = answer;
        this.faults = faults;
    }

    int id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    int upstream() {
        return upstream;
    }

    Request request() {
        return request;
    }

    Answer answer() {
        return answer;
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    boolean hasAny(Fault... any) {
        for (Fault fault : any) {
            if (faults.contains(fault)) {
                return true;
            }
        }
        return false;
    }

    boolean isForwarded() {
        return kind == Kind.FORWARDED || kind == Kind.GUARDED;
    }

    /** Whether the request may come to endpoints twice: it has no body, and doing it twice is doing it once. */
    boolean isRepeatable() {
        return request.framing == Framing.NONE && !request.method.equals("POST");
    }

    boolean isHead() {
        return request.method.equals("HEAD");
    }

    /** How many bytes the body of the endpoint's answer has for this client. */
    int expectedBytes() {
        return isHead() || answer.status == 204 || answer.status == 304 ? 0 : answer.length;
    }

    String path() {
        String end = "x/" + id;
        return switch (kind) {
            case FORWARDED -> "/u" + upstream + "/" + end;
            case GUARDED -> "/guarded/u" + upstream + "/" + end;
            case FIXED -> "/fixed/" + end;
            case ISSUER -> "/token/" + end;
            case UNKNOWN -> "/nowhere/" + end;
        };
    }

    /** The number in a path, or -1. */
    static int idIn(String path) {
        int at = path.lastIndexOf("/x/");
        return at < 0 ? -1 : Integer.parseInt(path.substring(at + 3));
    }

    long requestBody() {
        return 2L * id;
    }

    long answerBody() {
        return 2L * id + 1;
    }

    @Override
    public String toString() {
        return "exchange " + id + " (" + request + " to " + path() + ", " + answer + (faults.isEmpty() ? "" : ", ")
                + (faults.isEmpty() ? "" : faults) + "; client saw " + status
                + (reason == null ? "" : " " + reason) + (answeredWhole ? " whole" : "") + (answerCut ? " cut" : "")
                + (disturbed ? " disturbed" : "") + (unanswered ? " unanswered" : "") + " " + answerBytes
                + " bytes; endpoints saw it " + seen + " times, " + seenWhole + " whole; gateway says "
                + (outcome == null ? "nothing" : outcome.label()) + (failure == null ? "" : " " + failure.slug())
                + " after " + attempts + " attempts)";
    }
}
