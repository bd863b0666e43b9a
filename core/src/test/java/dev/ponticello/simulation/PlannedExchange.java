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
        /** Forwarded under another path. */
        REWRITTEN,
        /** Forwarded if own code lets it through. */
        OWN,
        /** To a fixed answer of the gateway that only some configs have. */
        EXTRA,
        /** To another place. */
        MOVED,
        /** To an answer of the gateway that takes the body. */
        ISSUER,
        /** To an answer of own code. */
        HANDLER,
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
     * What is not as it usually is.
     *
     * @param client what the client does that is hostile, or null
     * @param endpoint what the endpoint does that is hostile, or null
     * @param own what own code does
     */
    record Twist(Hostile.@Nullable Act client, Hostile.@Nullable Act endpoint, OwnCode.Manner own) {
        static final Twist NONE = new Twist(null, null, OwnCode.Manner.PASSES);
    }

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
     * @param cookie whether it sets a cookie
     */
    record Answer(int status, Framing framing, int length, boolean trailer, int interim, boolean continues, When when,
            long delayNanos, int pieces, long pauseNanos, boolean last, int cutAt, boolean byReset,
            boolean text, boolean cookie) {}

    private final int id;
    private final Kind kind;
    private final int upstream;
    private final Request request;
    private final Answer answer;
    private final Set<Fault> faults;
    private final Twist twist;

    // ---- what the client saw
    boolean asked;
    /** Whether other requests of the connection were still to be answered. */
    boolean pipelined;
    /** Its address, and whether that is a trusted proxy's. */
    String clientAddress = "";
    boolean clientTrusted;
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
    /** The number of the config, of an answer that says it; or -1. */
    int configSeen = -1;
    /** Whether the client has sent its body too slowly, or read its answer too slowly, to the end of its plan. */
    boolean slowToTheEnd;
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
    long begunNanos;
    /** What it began with, and the policy of that. */
    @Nullable
    Edition edition;
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

    PlannedExchange(int id, Kind kind, int upstream, Request request, Answer answer, Set<Fault> faults,
            Twist twist) {
        this.id = id;
        this.kind = kind;
        this.upstream = upstream;
        this.request = request;
        this.answer = answer;
        this.faults = faults;
        this.twist = twist;
    }

    int id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    /** The number in its path, which leads to an upstream. */
    int upstream() {
        return upstream;
    }

    OwnCode.Manner own() {
        return twist.own;
    }

    /** What the client does, if it takes this part; or null. */
    @Nullable
    String hostile(Hostile.Part part) {
        Hostile.Act act = twist.client;
        return act != null && act.what().part() == part ? act.text() : null;
    }

    /** What the endpoint does, if it takes this part; or null. */
    @Nullable
    String hostileAnswer(Hostile.Part part) {
        Hostile.Act act = twist.endpoint;
        return act != null && act.what().part() == part ? act.text() : null;
    }

    Twist twist() {
        return twist;
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
        return kind == Kind.FORWARDED || kind == Kind.GUARDED || kind == Kind.REWRITTEN || kind == Kind.OWN;
    }

    /** How many faults it has. */
    int faults() {
        return faults.size();
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
            case REWRITTEN -> "/rewritten/u" + upstream + "/" + end;
            case OWN -> "/own/u" + upstream + "/" + end;
            case EXTRA -> "/extra/" + end;
            case MOVED -> "/moved/" + end;
            case HANDLER -> "/handler/" + end;
            case FIXED -> "/fixed/" + end;
            case ISSUER -> "/token/" + end;
            case UNKNOWN -> "/nowhere/" + end;
        };
    }

    /** The path that an endpoint sees, behind its own. */
    String forwardedPath() {
        return kind == Kind.REWRITTEN ? "/v2/x/" + id : path();
    }

    /** What follows the path. */
    String query() {
        return kind == Kind.MOVED ? "?q=%0d%0aSet-Cookie:%20a=" + id : id % 3 == 0 ? "?q=" + id : "";
    }

    /** The number in a path, or -1. */
    static int idIn(String path) {
        int at = path.lastIndexOf("/x/");
        return at < 0 ? -1 : Integer.parseInt(path, at + 3, path.length(), 10);
    }

    long requestBody() {
        return 2L * id;
    }

    long answerBody() {
        return 2L * id + 1;
    }

    @Override
    public String toString() {
        return "exchange " + id + " (" + request + " to " + path() + ", " + answer
                + (twist.equals(Twist.NONE) ? "" : ", " + twist) + (faults.isEmpty() ? "" : ", ")
                + (faults.isEmpty() ? "" : faults) + "; client saw " + status
                + (reason == null ? "" : " " + reason) + (answeredWhole ? " whole" : "") + (answerCut ? " cut" : "")
                + (disturbed ? " disturbed" : "") + (unanswered ? " unanswered" : "") + " " + answerBytes
                + " bytes; endpoints saw it " + seen + " times, " + seenWhole + " whole; gateway says "
                + (outcome == null ? "nothing" : outcome.label()) + (failure == null ? "" : " " + failure.slug())
                + " after " + attempts + " attempts)";
    }
}
