package dev.ponticello.listener;

import dev.ponticello.exchange.ExchangeDriver;
import dev.ponticello.exchange.ForwardingNames;
import dev.ponticello.exchange.HopByHop;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.HeaderArrays;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http1.BodyFault;
import dev.ponticello.http1.HeadFault;
import dev.ponticello.http1.Http1ServerConnection;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.LoopSlot;
import dev.ponticello.loop.Timeout;
import dev.ponticello.loop.Timers;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.CanonicalPath;
import dev.ponticello.routing.PathRefusal;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: settles what must be settled before an exchange begins (path, address, fields), and bounds the time that the client is given.
 *
 * <table>
 * <caption>Its timers</caption>
 * <tr><th>waits for</th><th>bound</th><th>then</th></tr>
 * <tr><td>the next request</td><td>{@code keep-alive}</td><td>closes</td></tr>
 * <tr><td>the rest of a head</td><td>{@code request-head}, and 240 B/s after 10 s</td><td>408</td></tr>
 * <tr><td>more of a body</td><td>{@code request-body}, and 240 B/s after 10 s</td><td>408</td></tr>
 * <tr><td>the client to take bytes</td><td>{@code response-write}, and 240 B/s over 60 s</td><td>cut</td></tr>
 * <tr><td>the client to close</td><td>2 s</td><td>closes</td></tr>
 * <tr><td>the rest of a head, while the gateway drains</td><td>1 s</td><td>503</td></tr>
 * </table>
 */
final class ClientConnection implements Http1ServerConnection.Events, ExchangeDriver.Owner {
    private static final LoopSlot<HeaderArrays> HEADER_ARRAYS = LoopSlot.of(_ -> new HeaderArrays());
    private static final HeaderNameSet FRAMING_NAMES = HeaderNameSet.of(List.of(HeaderName.CONTENT_LENGTH,
            HeaderName.TRANSFER_ENCODING, HeaderName.HOST, HeaderName.CONNECTION));
    private static final HeaderNameSet NO_NAMES = HeaderNameSet.of(List.of());
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A request that is only half there has not begun: a drain waits for what is on its way, not for a client that sends no more. */
    private static final long DRAINED_HEAD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Within this time, what waits is counted in the loop's budget. */
    private static final long MOST_BETWEEN_LOOKS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Wait {
        NEXT_REQUEST,
        HEAD,
        BODY,
        CLOSE
    }

    private final LoopContext loop;
    private final ListenerSettings settings;
    private final Supplier<Snapshot> snapshots;
    private final PeerAddress peer;
    private final boolean peerTrusted;
    private final @Nullable TlsClient tls;
    private final ForwardingFields forwarding;
    private final CanonicalPath path = new CanonicalPath();
    private final Http1ServerConnection connection;
    private final ExchangeDriver driver;
    private final LiveConnections connections;
    private final long openedNanos;
    private final BufferBudget budget;
    private final MinimumRate rate = new MinimumRate();
    private final Timeout waitTimeout = new Timeout() {
        @Override
        protected void expired() {
            waitedTooLong();
        }
    };
    private final Timeout writeTimeout = new Timeout() {
        @Override
        protected void expired() {
            checkTaken();
        }
    };
    private Wait wait = Wait.NEXT_REQUEST;
    private long headBegunNanos;
    private int requests;
    /** Of the config that the exchange began with, for its trailers. */
    private HeaderNameSet ownedNames = NO_NAMES;
    private long idleSinceNanos;
    private boolean draining;
    private long drainingSinceNanos;
    /** Whether bytes waited when it was last looked; since when, and how many had been taken then. */
    private boolean backlog;
    private long backlogSinceNanos;
    private long takenThen;
    private long progressNanos;
    private long takenAtProgress;
    /** How many bytes it has counted in the loop's budget. */
    private long countedBytes;

    ClientConnection(LoopContext loop, ListenerSettings settings, Supplier<Snapshot> snapshots, PeerAddress peer,
            @Nullable TlsClient tls, LiveConnections connections) {
        this.loop = loop;
        this.settings = settings;
        this.snapshots = snapshots;
        this.peer = peer;
        this.peerTrusted = settings.trustedProxies().contains(peer);
        this.tls = tls;
        this.forwarding = new ForwardingFields(peer, tls);
        this.connections = connections;
        this.budget = loop.get(BufferBudget.SLOT);
        this.openedNanos = loop.clock().nanoTime();
        this.connection = new Http1ServerConnection(settings.limits(), this, loop.get(HEADER_ARRAYS));
        this.driver = new ExchangeDriver(loop, new PacedRequest(), connection, this);
        ClientCertificate certificate = tls == null ? null : tls.certificate();
        if (certificate != null) {
            driver.setClientCertificate(certificate);
        }
        loop.timers().arm(waitTimeout, settings.keepAliveNanos());
    }

    Http1ServerConnection handler() {
        return connection;
    }

    PeerAddress peer() {
        return peer;
    }

    // ---- requests

    @Override
    public void onHeadBegun() {
        headBegunNanos = loop.clock().nanoTime();
        rate.begin(headBegunNanos);
        waitFor(Wait.HEAD, headLeftNanos());
    }

    @Override
    public void onHeadProgress(int bytes) {
        rate.add(bytes);
    }

    @Override
    public void onHead(RequestHead head) {
        endHead();
        requests++;
        if (draining || requests >= settings.requestsPerConnection() || isTooOld()) {
            connection.closeAfterResponse();
        }
        Snapshot snapshot = snapshots.get();
        PathRefusal refusal = settlePath(head);
        PeerAddress client = peerTrusted ? ClientAddress.of(head.headers(), peer, settings.trustedProxies()) : peer;
        ownedNames = snapshot.ownedNames();
        clearFields(head.headers());
        if (head.hasUnusualNames()) {
            removeUnusualNames(head.headers());
        }
        head.headers().remove(HeaderName.HOST);
        rate.begin(loop.clock().nanoTime());
        if (refusal != null) {
            driver.refuse(snapshot, head, client,
                    Rejection.of(FailureKind.PATH_REFUSED).saying(refusal.sentence()));
            return;
        }
        if (tls != null && head.hostStart() >= 0
                && !tls.serves(head.headers().bytes(), head.hostStart(), head.hostEnd())) {
            driver.refuse(snapshot, head, client, Rejection.of(FailureKind.MISDIRECTED));
            return;
        }
        if (settings.httpsPort() != 0 && head.hostStart() >= 0) {
            driver.answer(snapshot, head, client, HttpsRedirect.of(head, settings.httpsPort()));
            return;
        }
        forwarding.writeTo(head);
        if (head.bodyLength() != 0) {
            waitFor(Wait.BODY, settings.requestBodyNanos());
        }
        driver.receive(snapshot, head, client, settings.bodyLimit());
    }

    private boolean isTooOld() {
        return settings.connectionAgeNanos() > 0
                && loop.clock().nanoTime() - openedNanos >= settings.connectionAgeNanos();
    }

    private @Nullable PathRefusal settlePath(RequestHead head) {
        byte[] text = head.headers().bytes();
        int start = head.targetStart();
        int end = head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1;
        if (text[start] == '*') {
            head.setPathInHeaders(start, end);
            return null;
        }
        PathRefusal refusal = path.read(text, start, end, settings.pathOptions());
        if (refusal != null) {
            return refusal;
        }
        if (path.isRewritten()) {
            head.setPath(path.bytes(), path.from(), path.to());
        } else {
            head.setPathInHeaders(start, end);
        }
        return null;
    }

    /** Removes what clients may not send, in the head before anything reads or adds fields, and in trailers. */
    private void clearFields(Headers headers) {
        HopByHop.removeFrom(headers);
        headers.removeResembling(ownedNames);
        if (!peerTrusted) {
            ForwardingNames.removeFrom(headers);
        }
    }

    /**
     * A server behind may fold {@code _} and {@code .} into {@code -}: what it could take for framing goes in any case, and so does what it could take for a word of a trusted proxy, which may have come
     * through that proxy from anybody.
     */
    private void removeUnusualNames(Headers headers) {
        for (int slot = 0; slot < headers.slots(); slot++) {
            boolean underscore = headers.nameHolds(slot, '_');
            boolean dropped = underscore && !settings.allowUnderscores();
            if (dropped || ((underscore || headers.nameHolds(slot, '.')) && isDisguise(headers, slot))) {
                headers.removeSlot(slot);
            }
        }
    }

    private static boolean isDisguise(Headers headers, int slot) {
        return FRAMING_NAMES.resembles(headers.hash(slot), headers.bytes(), headers.nameStart(slot),
                headers.nameEnd(slot)) || ForwardingNames.resembles(headers, slot);
    }

    @Override
    public void onHeadRefused(HeadFault fault) {
        refuseHead(kindOf(fault), fault.sentence());
    }

    private static FailureKind kindOf(HeadFault fault) {
        return switch (fault.category()) {
            case MALFORMED -> FailureKind.REQUEST_MALFORMED;
            case TARGET_TOO_LONG -> FailureKind.TARGET_TOO_LONG;
            case HEAD_TOO_LARGE, TOO_MANY_FIELDS -> FailureKind.HEAD_TOO_LARGE;
            case VERSION -> FailureKind.VERSION_UNSUPPORTED;
            case METHOD_UNSUPPORTED -> FailureKind.METHOD_UNSUPPORTED;
            case EXPECTATION -> FailureKind.EXPECTATION_UNKNOWN;
        };
    }

    private void refuseHead(FailureKind kind, String sentence) {
        refuseHead(Rejection.of(kind).saying(sentence));
    }

    /** No head is waited for any more, whatever a drain comes upon. */
    private void endHead() {
        loop.timers().disarm(waitTimeout);
        wait = Wait.BODY;
    }

    private void refuseHead(Rejection rejection) {
        endHead();
        driver.refuse(snapshots.get(), connection.refusedHead(), peer, rejection);
    }

    /** Answers at once, whatever will be asked, that there are too many connections. */
    void refuseOneTooMany() {
        connection.stopReading();
        refuseHead(Rejection.of(FailureKind.CONNECTIONS_EXCEEDED).with(HeaderName.RETRY_AFTER, "1"));
    }

    @Override
    public void onData(ByteBuf data) {
        if (driver.isRunning()) {
            rate.add(data.readableBytes());
            waitFor(Wait.BODY, settings.requestBodyNanos());
        }
        driver.requestBody().onData(data);
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
        loop.timers().disarm(waitTimeout);
        if (trailers != null) {
            clearFields(trailers);
            removeUnusualNames(trailers);
        }
        driver.requestBody().onEnd(trailers);
    }

    @Override
    public void onBodyRefused(BodyFault fault) {
        loop.timers().disarm(waitTimeout);
        driver.failRequestBody(FailureKind.REQUEST_BODY_MALFORMED, fault.sentence());
    }

    @Override
    public void onAbort() {
        driver.clientGone();
    }

    @Override
    public void onReadComplete() {
        driver.requestBody().onReadComplete();
    }

    /** The request's body as the driver sees it: time in which the gateway itself has paused reading is not the client's. */
    private final class PacedRequest implements MessageSource {
        @Override
        public void pause() {
            rate.pause(loop.clock().nanoTime());
            if (wait == Wait.BODY) {
                loop.timers().disarm(waitTimeout);
            }
            connection.pause();
        }

        @Override
        public void resume() {
            if (!connection.isRequestEnded() && !connection.isContinueOwed()) {
                expectBody();
            }
            connection.resume();
        }
    }

    @Override
    public void onContinued() {
        expectBody();
    }

    private void expectBody() {
        rate.resume(loop.clock().nanoTime());
        waitFor(Wait.BODY, settings.requestBodyNanos());
    }

    // ---- the end of an exchange, and of the connection

    @Override
    public void onConcluded() {
        loop.timers().disarm(waitTimeout); // the body that was waited for is nobody's any more
        connection.finishExchange();
        if (connection.isSkipping()) {
            expectBody();
        }
    }

    @Override
    public void onIdle() {
        idleSinceNanos = loop.clock().nanoTime();
        if (draining) {
            endIdle();
        } else {
            waitFor(Wait.NEXT_REQUEST, settings.keepAliveNanos());
        }
    }

    @Override
    public void onClosing() {
        waitFor(Wait.CLOSE, LINGER_NANOS);
    }

    @Override
    public void onClosed() {
        Timers timers = loop.timers();
        driver.clientGone();
        driver.close();
        count(0);
        timers.release(waitTimeout);
        timers.release(writeTimeout);
        connections.remove(this);
    }

    /** Ends the connection as soon as nothing is owed on it. */
    void drain() {
        draining = true;
        drainingSinceNanos = loop.clock().nanoTime();
        if (driver.isRunning()) {
            connection.closeAfterResponse();
        } else if (wait == Wait.NEXT_REQUEST) {
            endIdle();
        } else if (wait == Wait.HEAD) {
            waitFor(Wait.HEAD, headLeftNanos());
        } else if (connection.isSkipping()) {
            connection.closeWhenWritten();
        }
    }

    /**
     * Closes a connection on which no answer is owed. The last one may not be taken yet, or be on its way: a request that
     * crosses with it must not meet a closed socket, whose reset would destroy it (RFC 9112 §9.6).
     */
    private void endIdle() {
        boolean justAnswered = requests > 0 && loop.clock().nanoTime() - idleSinceNanos < LINGER_NANOS;
        if (justAnswered || connection.pendingBytes() > 0) {
            loop.timers().disarm(waitTimeout);
            connection.closeWhenWritten();
        } else {
            connection.close();
        }
    }

    /** Ends the connection now; true if an answer was cut: not made yet, or not yet taken. */
    boolean cut() {
        boolean owed = driver.isRunning() || connection.pendingBytes() > 0;
        connection.closeAfterResponse();
        driver.cutForDrain();
        connection.close();
        return owed;
    }

    // ---- time

    private void waitFor(Wait what, long nanos) {
        wait = what;
        long bound = what == Wait.HEAD || what == Wait.BODY ? Math.min(nanos, rate.leftNanos(loop.clock().nanoTime()))
                : nanos;
        loop.timers().arm(waitTimeout, Math.max(0, bound));
    }

    private long headLeftNanos() {
        long now = loop.clock().nanoTime();
        long left = settings.requestHeadNanos() - (now - headBegunNanos);
        return draining ? Math.min(left, DRAINED_HEAD_NANOS - (now - drainingSinceNanos)) : left;
    }

    private void waitedTooLong() {
        switch (wait) {
            case NEXT_REQUEST -> endIdle();
            case CLOSE -> connection.close();
            case HEAD -> {
                long left = Math.min(headLeftNanos(), rate.leftNanos(loop.clock().nanoTime()));
                if (left > 0) {
                    loop.timers().arm(waitTimeout, left);
                    return;
                }
                connection.stopReading();
                if (draining) {
                    connections.countRefused();
                }
                refuseHead(Rejection.of(draining ? FailureKind.DRAIN_CUT : FailureKind.REQUEST_HEAD_TIMEOUT));
            }
            case BODY -> {
                if (driver.isRunning()) {
                    connection.stopReading();
                    driver.failRequestBody(FailureKind.REQUEST_BODY_TIMEOUT,
                            FailureKind.REQUEST_BODY_TIMEOUT.sentence());
                } else {
                    connection.closeWhenWritten();
                }
            }
        }
    }

    @Override
    public void onBacklog() {
        if (!writeTimeout.isArmed()) {
            progressNanos = loop.clock().nanoTime();
            takenAtProgress = connection.takenBytes();
            loop.timers().arm(writeTimeout, betweenLooks());
        }
    }

    /** The transport does not tell of each byte that is taken: between two looks at how many were, much less time than any bound. */
    private long betweenLooks() {
        return Math.min(MOST_BETWEEN_LOOKS_NANOS,
                Math.min(settings.responseWriteNanos(), MinimumRate.WINDOW_NANOS) / 8);
    }

    /** Counts what waits here in the loop's budget, but for what a relay that has paused counts itself. */
    private void count(long bytes) {
        budget.hold(bytes - countedBytes);
        countedBytes = bytes;
    }

    /** Looks what waits, and whether the client takes its answers; called while bytes may be waiting, once in a while. */
    private void checkTaken() {
        long now = loop.clock().nanoTime();
        long taken = connection.takenBytes();
        long pending = connection.pendingBytes();
        long held = connection.heldBytes();
        count(Math.max(0, pending - driver.countedForClient()) + held);
        if (pending == 0) {
            backlog = false;
            progressNanos = now;
            takenAtProgress = taken;
            if (held > 0) {
                loop.timers().arm(writeTimeout, betweenLooks());
            }
            return;
        }
        if (!backlog) {
            backlog = true;
            backlogSinceNanos = now;
            takenThen = taken;
        }
        if (taken > takenAtProgress) {
            takenAtProgress = taken;
            progressNanos = now;
        }
        boolean takesNothing = now - progressNanos >= settings.responseWriteNanos();
        boolean takesTooLittle = now - backlogSinceNanos >= MinimumRate.WINDOW_NANOS
                && taken - takenThen < MinimumRate.windowBytes(now - backlogSinceNanos);
        if (takesNothing || takesTooLittle) {
            driver.clientStalled();
            connection.close();
            return;
        }
        if (now - backlogSinceNanos >= MinimumRate.WINDOW_NANOS) {
            backlogSinceNanos = now;
            takenThen = taken;
        }
        loop.timers().arm(writeTimeout, betweenLooks());
    }

    @Override
    public void onWritable() {
        driver.clientWritable();
    }
}
