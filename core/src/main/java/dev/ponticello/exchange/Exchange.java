package dev.ponticello.exchange;

import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Stage;
import dev.ponticello.routing.Match;
import dev.ponticello.routing.PathTemplate;
import dev.ponticello.upstream.Endpoint;
import dev.ponticello.upstream.Upstream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and the response it gets, as policies and observers see it.
 *
 * <p>On its loop only, and only until it is concluded: the object then serves the next exchange of the connection.
 */
public final class Exchange {
    /** The name that the exchange has in logs, for its endpoint and for its client; null where the config asks for none. */
    public static final Key<String> REQUEST_ID = Key.of("request id");

    /** What {@link #grpcStatus()} gives where there is none. */
    public static final int NO_GRPC_STATUS = GrpcFields.NO_STATUS;

    private static final PeerAddress NOBODY = PeerAddress.ofBits(0, 0);

    private final LoopContext loop;
    private final Match<Route> match = new Match<>();
    private final long[] spentNanos = new long[Stage.values().length];
    private @Nullable Object[] values = new Object[4];
    private @Nullable RequestHead request;
    private PeerAddress clientAddress = NOBODY;
    private @Nullable ClientCertificate clientCertificate;
    private @Nullable Route route;
    private Stage stage = Stage.RECEIVE;
    private long stageSinceNanos;
    private long startedMillis;
    private long startedNanos;
    private boolean preflight;
    private @Nullable Upstream upstream;
    private @Nullable Endpoint endpoint;
    private int attempts;
    private int status;
    private int grpcStatus;
    private @Nullable FailureKind failure;
    private @Nullable String failureSentence;
    private @Nullable Stage failureStage;
    private long requestBytes;
    private long responseBytes;
    private @Nullable BodyCoding responseCoding;
    private boolean responseLive;
    private long admittedUntilMillis;

    Exchange(LoopContext loop) {
        this.loop = loop;
    }

    void begin(RequestHead request, PeerAddress clientAddress) {
        Arrays.fill(spentNanos, 0);
        Arrays.fill(values, null); // of own code that kept the exchange, and set something when it was over
        this.request = request;
        this.clientAddress = clientAddress;
        stage = Stage.RECEIVE;
        stageSinceNanos = loop.clock().nanoTime();
        startedMillis = loop.clock().wallMillis();
        startedNanos = stageSinceNanos;
        preflight = false;
        attempts = 0;
        status = 0;
        grpcStatus = NO_GRPC_STATUS;
        failure = null;
        failureSentence = null;
        failureStage = null;
        requestBytes = 0;
        responseBytes = 0;
        responseCoding = null;
        responseLive = false;
        admittedUntilMillis = Long.MAX_VALUE;
    }

    /** Lets go of all that would outlive the exchange on a connection that waits for the next one: the config's things, and what own code has set. */
    void end() {
        Arrays.fill(values, null);
        match.clear();
        route = null;
        upstream = null;
        endpoint = null;
    }

    void enter(Stage next) {
        enter(next, loop.clock().nanoTime());
    }

    /** The same behind what may have taken long, by a reading of the clock for it alone. */
    void enterLate(Stage next) {
        enter(next, loop.clock().freshNanoTime());
    }

    @SuppressWarnings("EnumOrdinal") // a place for each stage
    private void enter(Stage next, long now) {
        spentNanos[stage.ordinal()] += now - stageSinceNanos;
        stageSinceNanos = now;
        stage = next;
    }

    // ---- what policies read

    /** The head of the request; edits to its fields before the target is reached are forwarded. */
    public RequestHead request() {
        RequestHead head = request;
        if (head == null) {
            throw new IllegalStateException("the exchange has not begun");
        }
        return head;
    }

    /** The client's address: the socket's peer, or what a trusted proxy says. */
    public PeerAddress clientAddress() {
        return clientAddress;
    }

    /** The certificate by which the client has proved who it is; null where it was asked for none, or has shown none. */
    public @Nullable ClientCertificate clientCertificate() {
        return clientCertificate;
    }

    /** Once, for all exchanges of a connection. */
    void setClientCertificate(ClientCertificate certificate) {
        clientCertificate = certificate;
    }

    /** The route, also where it only stands for the lack of one; null before {@link Stage#MATCH} has ended. */
    public @Nullable Route route() {
        return route;
    }

    void setRoute(Route route) {
        this.route = route;
    }

    /** Where the route was found, and what its pattern captured. */
    Match<Route> match() {
        return match;
    }

    /** The path that a template makes of what the route's pattern captured; for a template of that pattern, from {@link Stage#ADMIT} on. */
    @SuppressWarnings("exports") // for the gateway itself
    public String fill(PathTemplate template) {
        return new String(template.fill(match), StandardCharsets.US_ASCII);
    }

    /** The loop that the exchange runs on; for the gateway itself. */
    @SuppressWarnings("exports")
    public LoopContext loop() {
        return loop;
    }

    /** Where the exchange is. */
    public Stage stage() {
        return stage;
    }

    /** When the request's head was complete, in milliseconds since the epoch. */
    public long startedMillis() {
        return startedMillis;
    }

    /** The same moment on the clock for intervals; compare by difference only. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Whether this is a CORS preflight that the gateway answers itself. */
    public boolean isPreflight() {
        return preflight;
    }

    void setPreflight() {
        preflight = true;
    }

    /** What was put under a key, or null. */
    public <T> @Nullable T get(Key<T> key) {
        return key.in(values);
    }

    /** Puts something under a key, in place of what was there; gone when the exchange is concluded. */
    public <T> void set(Key<T> key, T value) {
        values = key.put(values, value);
    }

    @Nullable
    Object[] copyOfValues() {
        return values.clone();
    }

    /** What the route's pattern found under these names, escapes decoded: {@code id} of {@code /users/{id}}, {@code **} of {@code /files/**}. */
    public Map<String, String> pathVariables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < match.captures(); i++) {
            variables.put(match.pattern().names().get(i), decoded(match.capture(i)));
        }
        return Collections.unmodifiableMap(variables);
    }

    /** What the route's pattern found under this name, escapes decoded; null if it has no such name. */
    public @Nullable String pathVariable(String name) {
        String found = match.capture(name);
        return found == null ? null : decoded(found);
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * The coding of the response's body, to be applied while it is relayed; for {@link Policy#onResponse}, which has then changed the fields to match.
     *
     * @param live whether each part of the body goes out as soon as it has come
     */
    public void codeResponse(BodyCoding coding, boolean live) {
        responseCoding = coding;
        responseLive = live;
    }

    /** Whether some policy codes the response's body. */
    public boolean hasResponseCoding() {
        return responseCoding != null;
    }

    boolean isResponseLive() {
        return responseLive;
    }

    @Nullable
    BodyCoding takeResponseCoding() {
        BodyCoding coding = responseCoding;
        responseCoding = null;
        return coding;
    }

    /**
     * Says from when on the policy would not let the exchange through any more: a WebSocket that is still open then is closed with 1008 (RFC 6455 §7.4.1); other answers are not cut. The earliest holds.
     *
     * @param millis since the epoch
     */
    public void admitUntil(long millis) {
        admittedUntilMillis = Math.min(admittedUntilMillis, millis);
    }

    long admittedUntilMillis() {
        return admittedUntilMillis;
    }

    // ---- what observers read

    @Nullable
    Upstream upstream() {
        return upstream;
    }

    /** The name of the upstream that the route leads to, or null. */
    public @Nullable String upstreamName() {
        Upstream to = upstream;
        return to == null ? null : to.name();
    }

    void setUpstream(Upstream upstream) {
        this.upstream = upstream;
    }

    /** Host and port of the last attempt's endpoint, or null. */
    public @Nullable String endpointName() {
        Endpoint to = endpoint;
        return to == null ? null : to.name();
    }

    void setEndpoint(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** How many tries were made, the free one included. */
    public int attempts() {
        return attempts;
    }

    void countAttempt() {
        attempts++;
    }

    /** The status that the client got; 0 before any. */
    public int status() {
        return status;
    }

    void setStatus(int status) {
        this.status = status;
    }

    /** The status that a call of gRPC has ended with, by its endpoint or by the gateway; {@link #NO_GRPC_STATUS} for what is no such call, and for an endpoint that has told none. */
    public int grpcStatus() {
        return grpcStatus;
    }

    void setGrpcStatus(int grpcStatus) {
        this.grpcStatus = grpcStatus;
    }

    /** What failed, or null. */
    public @Nullable FailureKind failure() {
        return failure;
    }

    /** The sentence about what failed, in the words that the client got. */
    public @Nullable String failureSentence() {
        return failureSentence;
    }

    /** Where it failed, or null; often, but not always, {@link FailureKind#stage()}. */
    public @Nullable Stage failureStage() {
        return failureStage;
    }

    void setFailure(FailureKind kind, String sentence) {
        failure = kind;
        failureSentence = sentence;
        failureStage = stage;
    }

    /** Bytes of the request's body that have come. */
    public long requestBytes() {
        return requestBytes;
    }

    void addRequestBytes(long bytes) {
        requestBytes += bytes;
    }

    /** Bytes of the response's body before any coding. */
    public long responseBytes() {
        return responseBytes;
    }

    void addResponseBytes(long bytes) {
        responseBytes += bytes;
    }

    /** Nanoseconds spent in a stage so far, over all attempts. */
    @SuppressWarnings("EnumOrdinal") // a place for each stage
    public long spentNanos(Stage in) {
        return spentNanos[in.ordinal()];
    }
}
