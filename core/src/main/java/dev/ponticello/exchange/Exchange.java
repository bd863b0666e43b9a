package dev.ponticello.exchange;

import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Stage;
import dev.ponticello.upstream.Endpoint;
import dev.ponticello.upstream.Upstream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and the response it gets, as policies and observers see it.
 *
 * <p>On its loop only, and only until it is concluded: the object then serves the next exchange of the connection.
 */
public final class Exchange {
    /** The name that the exchange has in logs, for its endpoint and for its client; null where the config asks for none. */
    public static final Key<String> REQUEST_ID = Key.of("request id");

    private static final PeerAddress NOBODY = PeerAddress.ofBits(0, 0);

    private final LoopContext loop;
    private final long[] spentNanos = new long[Stage.values().length];
    private @Nullable Object[] values = new Object[4];
    private @Nullable RequestHead request;
    private PeerAddress clientAddress = NOBODY;
    private @Nullable Route route;
    private Stage stage = Stage.RECEIVE;
    private long stageSinceNanos;
    private long startedMillis;
    private boolean preflight;
    private @Nullable Upstream upstream;
    private @Nullable Endpoint endpoint;
    private int attempts;
    private int status;
    private @Nullable FailureKind failure;
    private @Nullable String failureSentence;
    private @Nullable Stage failureStage;
    private long requestBytes;
    private long responseBytes;
    private @Nullable BodyCoding responseCoding;
    private boolean responseLive;

    Exchange(LoopContext loop) {
        this.loop = loop;
    }

    void begin(RequestHead request, PeerAddress clientAddress) {
        Arrays.fill(spentNanos, 0);
        Arrays.fill(values, null);
        this.request = request;
        this.clientAddress = clientAddress;
        route = null;
        stage = Stage.RECEIVE;
        stageSinceNanos = loop.clock().nanoTime();
        startedMillis = loop.clock().wallMillis();
        preflight = false;
        upstream = null;
        endpoint = null;
        attempts = 0;
        status = 0;
        failure = null;
        failureSentence = null;
        failureStage = null;
        requestBytes = 0;
        responseBytes = 0;
        responseCoding = null;
        responseLive = false;
    }

    @SuppressWarnings("EnumOrdinal") // a place for each stage
    void enter(Stage next) {
        long now = loop.clock().nanoTime();
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

    /** The route, also where it only stands for the lack of one; null before {@link Stage#MATCH} has ended. */
    public @Nullable Route route() {
        return route;
    }

    void setRoute(Route route) {
        this.route = route;
    }

    /** The loop that the exchange runs on. */
    public LoopContext loop() {
        return loop;
    }

    public Stage stage() {
        return stage;
    }

    /** When the request's head was complete, in milliseconds since the epoch. */
    public long startedMillis() {
        return startedMillis;
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
        if (key.index >= values.length) {
            return null;
        }
        @SuppressWarnings("unchecked") // only set() fills the key's place
        T value = (T) values[key.index];
        return value;
    }

    public <T> void set(Key<T> key, T value) {
        if (key.index >= values.length) {
            values = Arrays.copyOf(values, key.index + 4);
        }
        values[key.index] = value;
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
