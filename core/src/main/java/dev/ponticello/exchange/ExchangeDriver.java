package dev.ponticello.exchange;

import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.grpc.GrpcTimeout;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.Method;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.ResponseSink;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.LoopSlot;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.outcome.Side;
import dev.ponticello.outcome.Stage;
import dev.ponticello.routing.PathRewrite;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamStream;
import dev.ponticello.websocket.FrameFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes an exchange from its head to its outcome: one method for each {@link Stage}, each ending in the next, in a wait, or in {@link #conclude}, the only way out.
 *
 * <pre>
 *   receive ─► match ─► admit ─► select ─► connect ─► send ─► await ─► relay ─► conclude
 *                         │         ▲                   one free try │    ▲
 *                         │         └────────────────────────────────┘    │
 *                         └────────── the gateway's own answer ───────────┘
 * </pre>
 *
 * <p>The request's body is a second activity: it flows from SEND on, and may go on while the answer is relayed. One driver serves one client stream, one exchange after the other, on its loop.
 */
@SuppressWarnings("exports") // for the gateway itself
public final class ExchangeDriver {
    /** Who owns the client's stream. */
    public interface Owner {
        /** The exchange has ended; nothing of it is touched any more. */
        void onConcluded();
    }

    private enum RequestBody {
        /** There is none, or it has ended. */
        ENDED,
        /** It waits for a stream. */
        HELD,
        /** It is relayed. */
        FLOWING,
        /** It is kept for an answer of the gateway. */
        COLLECTED,
        /** Nobody wants it. */
        DROPPED
    }

    private static final Logger LOG = System.getLogger(ExchangeDriver.class.getName());
    private static final byte[] NOTHING = new byte[0];
    /** Of the answers that the gateway makes itself: each is written before the loop turns to another. */
    private static final LoopSlot<ResponseHead> OWN_HEAD = LoopSlot.of(_ -> new ResponseHead());
    /** In place of the next policy: an answer has decided, and there is nothing to go on to. */
    private static final int ANSWERED = -1;

    private final LoopContext loop;
    private final MessageSource client;
    private final ResponseSink clientSink;
    private final Owner owner;
    private final Exchange exchange;
    private final BodyRelay requestRelay;
    private final BodyRelay responseRelay;
    private final ResponseHead ownHead;
    private final RequestBodyReceiver requestBodyReceiver = new RequestBodyReceiver();
    private final AnswerListener answerListener = new AnswerListener();
    private final AwaitedOwner awaitedOwner = new AwaitedOwner();
    private final CollectedBody collected = new CollectedBody();
    private final Attempt attempt;
    private final GrpcCall call = new GrpcCall();
    /** Runs while the endpoint is waited for: for a stream, for its head, for more of its body. */
    private final Timeout answerTimeout = new Timeout() {
        @Override
        protected void expired() {
            answerTimedOut();
        }
    };
    /** Runs while the endpoint takes nothing of a request that waits. */
    private final Timeout requestTimeout = new Timeout() {
        @Override
        protected void expired() {
            checkTaken();
        }
    };
    /** Runs over the whole exchange. */
    private final Timeout totalTimeout = new Timeout() {
        @Override
        protected void expired() {
            fail(lateKind);
        }
    };
    /** Until the head of the answer: what comes after it, for days perhaps, does not hold the config. */
    private @Nullable Snapshot snapshot;
    private @Nullable Pins pins;
    private boolean running;
    private RequestBody requestBody = RequestBody.ENDED;
    private long requestBodyLimit;
    private @Nullable PathRewrite rewrite;
    private long responseNanos;
    /** How long the whole exchange may take, by the config or by its client; 0 for no bound. */
    private long totalNanos;
    /** What fails when that is over. */
    private FailureKind lateKind = FailureKind.TOTAL_TIMEOUT;
    private long takenByEndpoint;
    private long takenSinceNanos;
    private boolean headSent;
    private @Nullable Awaited awaited;
    private @Nullable Tunnel tunnel;
    private boolean draining;

    public ExchangeDriver(LoopContext loop, MessageSource client, ResponseSink clientSink, Owner owner) {
        this.loop = loop;
        this.client = client;
        this.clientSink = clientSink;
        this.owner = owner;
        this.ownHead = loop.get(OWN_HEAD);
        this.exchange = new Exchange(loop);
        this.requestRelay = new BodyRelay(loop.get(BufferBudget.SLOT));
        this.responseRelay = new BodyRelay(loop.get(BufferBudget.SLOT));
        this.attempt = new Attempt(loop, new StreamOwner());
    }

    /** The client has proved who it is, for all exchanges of its connection. */
    public void setClientCertificate(ClientCertificate certificate) {
        exchange.setClientCertificate(certificate);
    }

    /** Whether an answer is owed. */
    public boolean isRunning() {
        return running;
    }

    /** Whether the client may be silent for as long as it likes: who makes a call of gRPC may just listen, once it is answered. */
    public boolean mayBeSilent() {
        return headSent && call.isAnswered();
    }

    /** How many bytes of those that wait for the client are counted in the loop's {@link BufferBudget} already. */
    public long countedForClient() {
        return responseRelay.heldBytes();
    }

    /** Who takes the request's body. */
    public MessageReceiver requestBody() {
        return requestBodyReceiver;
    }

    // ---- RECEIVE

    /**
     * Begins an exchange whose head is complete: its path canonical, its fields cleared of what clients may not send.
     *
     * @param bodyLimit how many bytes of a body are accepted
     */
    public void receive(Snapshot snapshot, RequestHead head, PeerAddress clientAddress, long bodyLimit) {
        begin(snapshot, head, clientAddress);
        requestBody = head.bodyLength() == 0 ? RequestBody.ENDED : RequestBody.HELD;
        requestBodyLimit = bodyLimit;
        if (requestBody == RequestBody.HELD) {
            client.pause();
        }
        try {
            match(snapshot, head);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Begins an exchange that is refused for what arrived as its head, or before anything arrived. */
    public void refuse(Snapshot snapshot, RequestHead head, PeerAddress clientAddress, Rejection rejection) {
        begin(snapshot, head, clientAddress);
        requestBody = RequestBody.DROPPED;
        try {
            reject(rejection);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Begins an exchange that is answered whatever its route. */
    public void answer(Snapshot snapshot, RequestHead head, PeerAddress clientAddress, Response response) {
        begin(snapshot, head, clientAddress);
        requestBody = head.bodyLength() == 0 ? RequestBody.ENDED : RequestBody.DROPPED;
        try {
            respond(response);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private void begin(Snapshot snapshot, RequestHead head, PeerAddress clientAddress) {
        this.snapshot = snapshot;
        pins = snapshot.pins();
        pins.pin(loop);
        running = true;
        headSent = false;
        exchange.begin(head, clientAddress);
        call.begin(head);
        exchange.setRoute(snapshot.outside()); // until there is a better one
    }

    // ---- MATCH

    private void match(Snapshot snapshot, RequestHead head) {
        exchange.enter(Stage.MATCH);
        if (head.method().equals(Method.OPTIONS) && head.headers().contains(HeaderName.ORIGIN)) {
            String wanted = head.headers().get(HeaderName.ACCESS_CONTROL_REQUEST_METHOD);
            if (wanted != null) {
                Route wantedRoute = snapshot.match(head, wanted, true, exchange.match());
                PreflightPolicy cors = wantedRoute.preflight();
                if (cors != null) {
                    exchange.setRoute(wantedRoute);
                    exchange.setPreflight();
                    respond(cors.onPreflight(exchange));
                    return;
                }
            }
        }
        Route route = snapshot.match(head, head.method().toString(), false, exchange.match());
        exchange.setRoute(route);
        admit(route, head);
    }

    // ---- ADMIT

    private void admit(Route route, RequestHead head) {
        exchange.enter(Stage.ADMIT);
        requestBodyLimit = route.bodyLimit(requestBodyLimit);
        admit(route, head, 0);
    }

    /** The chain from this policy on, then the target. */
    private void admit(Route route, RequestHead head, int from) {
        Policy[] chain = route.chain();
        for (int i = from; i < chain.length; i++) {
            if (obey(chain[i].onRequest(exchange), i + 1)) {
                return;
            }
        }
        switch (route.target()) {
            case Target.Forward target -> forward(target, head);
            case Target.Answer answer -> answer(answer.answer(), head);
        }
    }

    /** Does what a decision says; true if it ends the chain, or lets it wait before the next policy. */
    private boolean obey(Decision decision, int nextPolicy) {
        return switch (decision) {
            case Decision.Continue go -> {
                if (go.first() != null) {
                    go.first().accept(exchange);
                }
                yield false;
            }
            case Decision.Respond respond -> {
                respond(respond.response());
                yield true;
            }
            case Decision.Reject reject -> {
                reject(reject.rejection());
                yield true;
            }
            case Decision.Await await -> {
                await(await, nextPolicy);
                yield true;
            }
        };
    }

    private void await(Decision.Await await, int nextPolicy) {
        Awaited begun = new Awaited(awaitedOwner, loop, await, nextPolicy);
        awaited = begun;
        if (!begun.begin(exchange)) {
            reject(Rejection.of(FailureKind.TASKS_EXCEEDED).with(HeaderName.RETRY_AFTER, "1"));
        }
    }

    /** What a decision comes to that is made beside the loop. One that is not waited for any more is dropped: its exchange has ended, and another one may run. */
    private final class AwaitedOwner implements Awaited.Owner {
        @Override
        public void onDecided(Awaited by, @Nullable Decision decision, @Nullable Throwable failure) {
            if (awaited != by) {
                return;
            }
            endAwait();
            if (failure != null) {
                broken(failure);
                return;
            }
            try {
                goOn(Objects.requireNonNull(decision, "a decision that was waited for is null"), by.nextPolicy());
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onTooLate(Awaited by) {
            rejectSafely(Rejection.of(by.late()));
        }
    }

    private void goOn(Decision decision, int nextPolicy) {
        if (nextPolicy == ANSWERED) {
            obeyAnswer(decision);
        } else if (!obey(decision, nextPolicy)) {
            admit(Objects.requireNonNull(exchange.route()), exchange.request(), nextPolicy);
            attempt.flush();
        }
    }

    private void endAwait() {
        Awaited ended = awaited;
        if (ended != null) {
            awaited = null;
            ended.end();
        }
    }

    private void answer(BuiltInAnswer answer, RequestHead head) {
        if (answer.bodyLimit() == 0 || requestBody == RequestBody.ENDED) {
            giveAnswer(answer, NOTHING);
        } else if (head.bodyLength() > Math.min(answer.bodyLimit(), requestBodyLimit)) {
            reject(Rejection.of(FailureKind.REQUEST_BODY_TOO_LARGE));
        } else {
            if (head.expectContinue()) {
                ownHead.clear();
                ownHead.setStatus(100);
                clientSink.informational(ownHead);
            }
            requestBody = RequestBody.COLLECTED;
            collected.begin(answer, Math.min(answer.bodyLimit(), requestBodyLimit));
            client.resume();
        }
    }

    private void giveAnswer(BuiltInAnswer answer, byte[] body) {
        obeyAnswer(answer.answer(exchange, body));
    }

    private void obeyAnswer(Decision decision) {
        if (!obey(decision, ANSWERED)) {
            throw new IllegalStateException(
                    "an answer of the gateway decided to continue (expected: respond or reject)");
        }
    }

    private void collect(ByteBuf data) {
        if (!collected.add(data)) {
            reject(Rejection.of(FailureKind.REQUEST_BODY_TOO_LARGE));
        }
    }

    private void forward(Target.Forward target, RequestHead head) {
        exchange.setUpstream(target.upstream());
        if (head.bodyLength() > requestBodyLimit) {
            reject(Rejection.of(FailureKind.REQUEST_BODY_TOO_LARGE));
            return;
        }
        if (!mayForward(head)) {
            return;
        }
        rewrite = target.rewrite();
        responseNanos = target.responseNanos();
        if (rewrite != null) {
            ForwardedPaths.rewrite(rewrite, exchange.match(), head);
        } else if (target.rawPath()) {
            head.forwardAsArrived();
        }
        if (!call.readTimeout(head)) {
            reject(Rejection.of(FailureKind.REQUEST_MALFORMED).saying(
                    "grpc-timeout says no time (expected: at most 8 digits and one of H, M, S, m, u, n; once)"));
            return;
        }
        bound(target.totalNanos());
        if (isBound()) {
            // What checks have waited for is part of it.
            long left = leftNanos();
            if (left <= 0) {
                reject(Rejection.of(lateKind));
                return;
            }
            loop.timers().arm(totalTimeout, left);
        }
        select(target.upstream());
    }

    /** Settles how long the whole may take: as long as the config says, and no longer than the client waits. */
    private void bound(long configuredNanos) {
        totalNanos = configuredNanos;
        lateKind = FailureKind.TOTAL_TIMEOUT;
        if (call.hasTimeout() && (configuredNanos == 0 || call.timeoutNanos() < configuredNanos)) {
            totalNanos = call.timeoutNanos();
            lateKind = FailureKind.DEADLINE_EXCEEDED;
        }
    }

    private boolean isBound() {
        return totalNanos > 0 || lateKind == FailureKind.DEADLINE_EXCEEDED;
    }

    private long leftNanos() {
        return totalNanos - (loop.clock().nanoTime() - exchange.startedNanos());
    }

    /** RFC 9110 §7.6.2: counts down how often OPTIONS and TRACE may be forwarded; at its end the gateway answers itself, as it does not support TRACE. */
    private boolean mayForward(RequestHead head) {
        boolean options = head.method().equals(Method.OPTIONS);
        if (!options && !head.method().equals(Method.TRACE)) {
            return true;
        }
        String written = head.headers().get(HeaderName.MAX_FORWARDS);
        if (written == null || !written.matches("[0-9]{1,18}")) {
            return true;
        }
        long left = Long.parseLong(written);
        if (left > 0) {
            head.headers().set(HeaderName.MAX_FORWARDS, left - 1);
            return true;
        }
        if (options) {
            respond(Response.empty(204));
        } else {
            reject(Rejection.of(FailureKind.METHOD_UNSUPPORTED));
        }
        return false;
    }

    // ---- SELECT

    private void select(Upstream upstream) {
        exchange.enterLate(Stage.SELECT); // the chain's own work is ADMIT's
        exchange.countAttempt();
        long openNanos = attempt.begin(upstream);
        if (openNanos > 0) {
            long seconds = (openNanos + 999_999_999) / 1_000_000_000;
            reject(Rejection.of(FailureKind.CIRCUIT_OPEN).saying(upstream.title() + " service unavailable")
                    .member("circuit", "open").with(HeaderName.RETRY_AFTER, Long.toString(seconds)));
            return;
        }
        exchange.setEndpoint(attempt.endpoint());
        connect();
    }

    // ---- CONNECT

    private void connect() {
        UpstreamStream atHand = attempt.connect();
        if (atHand != null) {
            exchange.enter(Stage.CONNECT);
            send(atHand);
        } else {
            awaitStream();
        }
    }

    private void awaitStream() {
        exchange.enter(Stage.CONNECT);
        loop.timers().arm(answerTimeout, attempt.upstream().connectNanos());
    }

    private final class StreamOwner implements Attempt.Owner {
        @Override
        public void onStream(UpstreamStream granted) {
            try {
                send(granted);
                granted.flush();
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onNoStream(FailureKind kind) {
            fail(kind);
        }
    }

    // ---- SEND

    private void send(UpstreamStream to) {
        exchange.enter(Stage.SEND);
        loop.timers().disarm(answerTimeout);
        if (call.hasTimeout()) {
            exchange.request().headers().set(GrpcFields.TIMEOUT, GrpcTimeout.text(leftNanos()));
        }
        attempt.upstream().begin(to, answerListener, exchange.request());
        if (requestBody == RequestBody.ENDED) {
            to.end(null);
            await();
        } else {
            requestBody = RequestBody.FLOWING;
            requestRelay.open(client, to, null, false);
            if (exchange.request().expectContinue()) {
                // Nothing of the body comes before the endpoint has said so: its answer is what is waited for.
                loop.timers().arm(answerTimeout, responseNanos);
                to.flush();
            }
            client.resume();
        }
    }

    /** The parts of the request's body, wherever they are to go. */
    private final class RequestBodyReceiver implements MessageReceiver {
        @Override
        public void onData(ByteBuf data) {
            exchange.addRequestBytes(data.readableBytes());
            try {
                switch (requestBody) {
                    case FLOWING -> relayRequest(data);
                    case COLLECTED -> collect(data);
                    case ENDED, HELD, DROPPED -> data.release();
                }
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            RequestBody was = requestBody;
            requestBody = RequestBody.ENDED;
            try {
                switch (was) {
                    case FLOWING -> endRequest(trailers);
                    case COLLECTED -> giveAnswer(collected.answer(), collected.take());
                    case ENDED, HELD, DROPPED -> {
                    }
                }
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onReadComplete() {
            attempt.flush();
        }
    }

    private void relayRequest(ByteBuf data) {
        if (exchange.requestBytes() > requestBodyLimit) {
            data.release();
            failRequestBody(FailureKind.REQUEST_BODY_TOO_LARGE, FailureKind.REQUEST_BODY_TOO_LARGE.sentence());
            return;
        }
        if (exchange.stage() == Stage.SEND) {
            loop.timers().disarm(answerTimeout);
        }
        Tunnel open = tunnel;
        if (open != null) {
            open.toEndpoint().follow(data);
        }
        requestRelay.data(data);
        if (answerTimeout.isArmed()) {
            // The answer has begun; an endpoint that takes the rest of the request is not idle.
            loop.timers().arm(answerTimeout, attempt.upstream().idleNanos());
        }
        if (requestRelay.isPaused() && !requestTimeout.isArmed()) {
            takenByEndpoint = attempt.takenBytes();
            takenSinceNanos = loop.clock().nanoTime();
            loop.timers().arm(requestTimeout, betweenLooks());
        }
        if (open != null) {
            followed(open, open.toEndpoint(), FailureKind.REQUEST_BODY_MALFORMED);
        }
    }

    /** The transport does not tell of each byte that is taken: between two looks at how many were, much less time than the bound. */
    private long betweenLooks() {
        return attempt.upstream().idleNanos() / 8;
    }

    /** Looks whether the endpoint takes the request; called while bytes wait, once in a while. */
    private void checkTaken() {
        long now = loop.clock().nanoTime();
        long taken = attempt.takenBytes();
        if (taken > takenByEndpoint || responseRelay.isPaused()) {
            // While its answer waits for the client, the endpoint may well have said all, and read no more.
            takenByEndpoint = taken;
            takenSinceNanos = now;
        }
        if (now - takenSinceNanos >= attempt.upstream().idleNanos()) {
            fail(FailureKind.ENDPOINT_NOT_READING);
        } else {
            loop.timers().arm(requestTimeout, betweenLooks());
        }
    }

    private void endRequest(@Nullable Headers trailers) {
        Tunnel open = tunnel;
        if (open != null) {
            if (!open.toEndpoint().isOver()) {
                dropAttempt();
                cut(FailureKind.CLIENT_GONE);
            }
            return;
        }
        loop.timers().disarm(requestTimeout);
        requestRelay.end(trailers);
        if (exchange.stage() == Stage.SEND) {
            await();
        }
    }

    /** The request's body cannot be had whole: too slow, too large, malformed. */
    public void failRequestBody(FailureKind kind, String sentence) {
        if (!running) {
            return;
        }
        requestBody = RequestBody.DROPPED;
        dropAttempt();
        if (headSent) {
            cut(kind);
        } else {
            rejectSafely(Rejection.of(kind).saying(sentence));
        }
    }

    /** Refuses, outside of what {@link #receive} guards. */
    private void rejectSafely(Rejection rejection) {
        try {
            reject(rejection);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    // ---- AWAIT

    private void await() {
        exchange.enter(Stage.AWAIT);
        loop.timers().arm(answerTimeout, responseNanos);
    }

    private void answerTimedOut() {
        FailureKind noStream = attempt.waitedInVain();
        if (noStream != null) {
            fail(noStream);
        } else {
            fail(headSent ? FailureKind.RESPONSE_IDLE : FailureKind.RESPONSE_TIMEOUT);
        }
    }

    /** What the endpoint says. */
    private final class AnswerListener implements UpstreamStream.Listener {
        @Override
        public void onInformational(ResponseHead head) {
            HopByHop.removeFrom(head.headers());
            try {
                clientSink.informational(head);
            } catch (RuntimeException | Error e) {
                broken(e);
                return;
            }
            if (exchange.stage() == Stage.SEND && head.status() == 100) {
                loop.timers().disarm(answerTimeout); // now it is the client's turn
            }
        }

        @Override
        public void onResponseHead(ResponseHead head) {
            try {
                relay(head);
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onData(ByteBuf data) {
            exchange.addResponseBytes(data.readableBytes());
            long idleNanos = attempt.upstream().idleNanos();
            takenSinceNanos = loop.clock().nanoTime(); // it may read nothing, but it answers
            Tunnel open = tunnel;
            try {
                if (open != null) {
                    open.toClient().follow(data);
                }
                responseRelay.data(data);
            } catch (RuntimeException | Error e) {
                broken(e);
                return;
            }
            if (responseRelay.isPaused()) {
                loop.timers().disarm(answerTimeout);
            } else {
                loop.timers().arm(answerTimeout, idleNanos);
            }
            if (open != null) {
                try {
                    followed(open, open.toClient(), FailureKind.RESPONSE_BODY_MALFORMED);
                } catch (RuntimeException | Error e) {
                    broken(e);
                }
            }
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            try {
                endAnswer(trailers);
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onReadComplete() {
            try {
                responseRelay.readComplete();
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onSinkWritable() {
            loop.timers().disarm(requestTimeout);
            try {
                requestRelay.sinkWritable();
                attempt.flush();
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        @Override
        public void onStreamFailed(FailureKind kind) {
            if (attempt.triesAgain(kind, exchange.request())) {
                exchange.countAttempt();
                awaitStream();
            } else if (isBound() && leftNanos() <= 0) {
                fail(lateKind); // an endpoint of gRPC has the same deadline, and has noticed before the loop's timer has
            } else {
                fail(kind);
            }
        }
    }

    // ---- RELAY

    private void relay(ResponseHead head) {
        loop.timers().disarm(answerTimeout);
        exchange.enter(Stage.RELAY);
        call.answer(head);
        if (!call.isAnswered()) {
            attempt.reportHead(head.status());
        }
        if (saysOpenWrongly(head.status())) {
            attempt.reportWhole();
            dropAttempt();
            reject(Rejection.of(FailureKind.METHOD_UNSUPPORTED));
            return;
        }
        HopByHop.removeFrom(head.headers());
        head.headers().add(HeaderName.VIA, head.majorVersion() == 2 ? "2.0 ponticello"
                : head.minorVersion() == 0 ? "1.0 ponticello" : "1.1 ponticello");
        if (!head.headers().contains(HeaderName.DATE)) {
            head.headers().set(HeaderName.DATE, HttpDate.of(loop)); // RFC 9110 §6.6.1
        }
        if (rewrite != null) {
            ForwardedPaths.tellBack(rewrite, exchange.match(), exchange.request(),
                    attempt.upstream(), attempt.endpoint(), head.headers());
        }
        showChain(head, false);
        sendHead(head);
        responseRelay.open(attempt.stream(), clientSink, exchange.takeResponseCoding(), exchange.isResponseLive());
        loop.timers().arm(answerTimeout, attempt.upstream().idleNanos());
        if (head.status() == 101) {
            openTunnel();
        }
    }

    /**
     * The chain sees the answer's head, innermost first.
     *
     * @param broken whether something is broken already: then what else breaks is logged and passed over
     */
    private void showChain(ResponseHead head, boolean broken) {
        Policy[] chain = Objects.requireNonNull(exchange.route()).chain();
        for (int i = chain.length - 1; i >= 0; i--) {
            try {
                chain[i].onResponse(exchange, head);
            } catch (RuntimeException | Error e) {
                if (!broken) {
                    throw e;
                }
                LOG.log(Level.ERROR, "Internal error in onResponse of " + chain[i], e);
            }
        }
    }

    private void sendHead(ResponseHead head) {
        headSent = true;
        snapshot = null;
        exchange.setStatus(head.status());
        clientSink.head(head, exchange.request());
    }

    private void endAnswer(@Nullable Headers trailers) {
        if (tunnel != null) {
            fail(FailureKind.RESPONSE_CUT);
            return;
        }
        if (call.isAnswered()) {
            int status = call.endStatus(trailers);
            exchange.setGrpcStatus(status);
            attempt.reportGrpcStatus(status, lateKind == FailureKind.DEADLINE_EXCEEDED);
        }
        responseRelay.end(trailers);
        requestRelay.close();
        attempt.finish(requestBody == RequestBody.ENDED);
        conclude(Outcome.served());
    }

    /** Over HTTP/2 any 2xx says that the WebSocket is open, whatever body follows (RFC 8441 §5). */
    private boolean saysOpenWrongly(int status) {
        RequestHead request = exchange.request();
        return request.majorVersion() == 2 && request.asksForWebSocket() && status >= 200 && status < 300;
    }

    private void respond(Response response) {
        if (saysOpenWrongly(response.status())) {
            reject(Rejection.of(FailureKind.METHOD_UNSUPPORTED));
            return;
        }
        sendOwn(response, false);
        conclude(Outcome.answered());
    }

    private void reject(Rejection rejection) {
        FailureKind kind = rejection.kind();
        setFailure(kind, rejection.sentence());
        sendOwn(OwnAnswers.render(rejection, exchange.request(), Objects.requireNonNull(snapshot).errors()),
                false);
        conclude(Outcome.failed(kind));
    }

    private void sendOwn(Response response, boolean broken) {
        exchange.enterLate(Stage.RELAY);
        collected.release();
        boolean bodyFollows = response.body().length > 0 && !exchange.request().method().equals(Method.HEAD)
                && !OwnAnswers.isBodyless(response.status());
        if (requestBody != RequestBody.ENDED) {
            clientSink.dropRequest();
        }
        OwnAnswers.writeHead(response, ownHead, bodyFollows, HttpDate.of(loop));
        showChain(ownHead, broken);
        sendHead(ownHead);
        responseRelay.open(null, clientSink, exchange.takeResponseCoding(), false);
        if (bodyFollows) {
            exchange.addResponseBytes(response.body().length);
            responseRelay.data(Unpooled.wrappedBuffer(response.body()));
        }
        responseRelay.end(null);
    }

    // ---- the WebSocket that an answer 101 opens

    /** Both relays go on as they are, one in each direction; what the client has sent ahead has waited for this. */
    private void openTunnel() {
        attempt.reportWhole(); // a permit is not kept for days
        UpstreamStream to = Objects.requireNonNull(attempt.stream());
        Tunnel opened = new Tunnel(loop, to, clientSink, exchange.admittedUntilMillis(), new TunnelOwner());
        tunnel = opened;
        requestBody = RequestBody.FLOWING;
        requestBodyLimit = Long.MAX_VALUE;
        requestRelay.open(client, to, null, false);
        if (draining) {
            fail(FailureKind.DRAIN_CUT);
            return;
        }
        opened.lookAtAdmission();
        if (tunnel == opened) {
            client.resume();
        }
    }

    private final class TunnelOwner implements Tunnel.Owner {
        @Override
        public void onAdmissionOver() {
            fail(FailureKind.TOKEN_INVALID);
        }

        @Override
        public void onFrameUnended() {
            concludeTunnel();
        }
    }

    /** Some bytes have passed on one of the ways. */
    private void followed(Tunnel open, Tunnel.Way way, FailureKind malformed) {
        if (tunnel != open) {
            return;
        }
        FrameFault fault = way.fault();
        if (fault != null && open.ending() == null) {
            endTunnel(open, malformed, fault.sentence());
            return;
        }
        way.goOn();
        if (open.isOver()) {
            concludeTunnel();
        }
    }

    private void endTunnel(Tunnel open, FailureKind kind, String sentence) {
        boolean endpointIsDone = kind == FailureKind.RESPONSE_CUT && open.toClient().isOver();
        if (!endpointIsDone && open.ending() == null) {
            exchange.setFailure(kind, sentence);
            open.end(kind, sentence);
            if (!open.isOver() && kind != FailureKind.RESPONSE_CUT) {
                return; // until the frames have ended that have begun
            }
        }
        concludeTunnel();
    }

    private void concludeTunnel() {
        Tunnel ended = Objects.requireNonNull(tunnel);
        if (ended.toClient().isOver()) {
            clientSink.end(null);
        } else {
            clientSink.cut();
        }
        requestRelay.close();
        attempt.leave();
        FailureKind kind = ended.ending();
        conclude(kind == null ? Outcome.served() : Outcome.failed(kind));
    }

    /** The gateway stops: a WebSocket is told so, which would not end by itself; everything else is waited for. */
    public void drain() {
        draining = true;
        if (tunnel != null) {
            fail(FailureKind.DRAIN_CUT);
        }
    }

    // ---- failures

    /** What was asked of the endpoint has failed: an answer that says so, or, if the endpoint's own has begun, a cut. */
    private void fail(FailureKind kind) {
        Tunnel open = tunnel;
        if (open != null) {
            endTunnel(open, kind, kind.sentence());
            return;
        }
        // In SEND the head is waited for only when the endpoint is to say whether it wants the body: it may wait for the body itself.
        boolean clientsTurn = responseRelay.isPaused()
                || (kind == FailureKind.RESPONSE_TIMEOUT && exchange.stage() == Stage.SEND)
                || (kind == FailureKind.TOTAL_TIMEOUT && requestBody == RequestBody.FLOWING
                        && !requestRelay.isPaused());
        if (kind.side() == Side.UPSTREAM && !clientsTurn) {
            attempt.reportFailed();
        } else {
            // The gateway's own cap, or a client that is slow to send or to read, is not the endpoint's fault.
            attempt.returnPermit();
        }
        dropAttempt();
        if (headSent) {
            cut(kind);
            return;
        }
        rejectSafely(Rejection.of(kind));
    }

    private void cut(FailureKind kind) {
        setFailure(kind, kind.sentence());
        breakOff(kind);
        conclude(Outcome.failed(kind));
    }

    /** Ends an answer that is not whole: a client of gRPC can be told why. */
    private void breakOff(FailureKind kind) {
        if (call.isAnswered() && responseRelay.isOpen()) {
            responseRelay.end(OwnAnswers.trailers(kind));
        } else {
            clientSink.cut();
        }
    }

    private void setFailure(FailureKind kind, String sentence) {
        exchange.setFailure(kind, sentence);
        if (call.is()) {
            exchange.setGrpcStatus(kind.grpcStatus().code());
        }
    }

    /** The client has left, or its connection is broken. */
    public void clientGone() {
        Tunnel open = tunnel;
        if (open != null && open.toEndpoint().isClosed()) {
            concludeTunnel();
        } else if (running) {
            abandon(FailureKind.CLIENT_GONE);
        }
    }

    /** The client takes nothing of its answer any more. */
    public void clientStalled() {
        if (running) {
            dropAttempt();
            setFailure(FailureKind.RESPONSE_NOT_TAKEN, FailureKind.RESPONSE_NOT_TAKEN.sentence());
            clientSink.cut();
            conclude(Outcome.failed(FailureKind.RESPONSE_NOT_TAKEN));
        }
    }

    /** The gateway stops and cannot wait for this exchange. */
    public void cutForDrain() {
        if (running) {
            fail(FailureKind.DRAIN_CUT);
        }
        if (tunnel != null) {
            concludeTunnel();
        }
    }

    private void abandon(FailureKind kind) {
        dropAttempt();
        setFailure(kind, kind.sentence());
        conclude(Outcome.failed(kind));
    }

    /** A policy or the gateway itself is broken: the request is refused, never let through. */
    private void broken(Throwable bug) {
        LOG.log(Level.ERROR, "Internal error in " + exchange.stage() + " of " + exchange.request().method() + " "
                + exchange.request().path(), bug);
        if (!running) {
            return;
        }
        dropAttempt();
        setFailure(FailureKind.INTERNAL, FailureKind.INTERNAL.sentence());
        if (headSent) {
            breakOff(FailureKind.INTERNAL);
        } else {
            dropResponseCoding(); // of the answer that was under way
            sendOwn(OwnAnswers.render(Rejection.of(FailureKind.INTERNAL), exchange.request(),
                    Objects.requireNonNull(snapshot).errors()), true);
        }
        conclude(Outcome.failed(FailureKind.INTERNAL));
    }

    private void dropResponseCoding() {
        BodyCoding unused = exchange.takeResponseCoding();
        if (unused != null) {
            unused.close();
        }
    }

    private void dropAttempt() {
        attempt.drop();
        requestRelay.close();
    }

    // ---- the client's side of the answer

    /** The client takes more of its answer. */
    public void clientWritable() {
        if (!responseRelay.isPaused()) {
            return;
        }
        loop.timers().arm(answerTimeout, attempt.upstream().idleNanos());
        try {
            responseRelay.sinkWritable();
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    // ---- CONCLUDE

    private void conclude(Outcome outcome) {
        exchange.enterLate(Stage.CONCLUDE); // the chain's own work is RELAY's
        running = false;
        endAwait();
        loop.timers().disarm(answerTimeout);
        loop.timers().disarm(requestTimeout);
        loop.timers().disarm(totalTimeout);
        attempt.returnPermit();
        collected.release();
        responseRelay.close();
        if (tunnel != null) {
            tunnel.close();
            tunnel = null;
        }
        dropResponseCoding(); // where nothing of the answer went out
        requestBody = RequestBody.ENDED;
        Route route = exchange.route();
        if (route != null) {
            for (Policy policy : route.chain()) {
                try {
                    policy.onConclude(exchange, outcome);
                } catch (RuntimeException | Error e) {
                    LOG.log(Level.ERROR, "Internal error in onConclude of " + policy, e);
                }
            }
        }
        snapshot = null;
        exchange.end();
        ownHead.clear();
        attempt.end();
        rewrite = null;
        Objects.requireNonNull(pins).unpin(loop);
        pins = null;
        clientSink.flush();
        owner.onConcluded();
    }

    /** Lets go of the timers, when the client's stream has ended for good. */
    public void close() {
        loop.timers().release(answerTimeout);
        loop.timers().release(requestTimeout);
        loop.timers().release(totalTimeout);
    }
}
