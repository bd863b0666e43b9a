package dev.ponticello.listener;

import dev.ponticello.exchange.ExchangeDriver;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.HeaderArrays;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http1.BodyFault;
import dev.ponticello.http1.HeadFault;
import dev.ponticello.http1.Http1ServerConnection;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.LoopSlot;
import dev.ponticello.loop.Timeout;
import dev.ponticello.loop.Timers;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.PathRefusal;
import io.netty.buffer.ByteBuf;
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
final class ClientConnection implements Http1ServerConnection.Events, ExchangeDriver.Owner, LiveConnection {
    private static final LoopSlot<HeaderArrays> HEADER_ARRAYS = LoopSlot.of(_ -> new HeaderArrays());
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A request that is only half there has not begun: a drain waits for what is on its way, not for a client that sends no more. */
    private static final long DRAINED_HEAD_NANOS = TimeUnit.SECONDS.toNanos(1);

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
    private final RequestIntake intake;
    private final Http1ServerConnection connection;
    private final ExchangeDriver driver;
    private final LiveConnections connections;
    private final long openedNanos;
    private final MinimumRate rate = new MinimumRate();
    private final Timeout waitTimeout = new Timeout() {
        @Override
        protected void expired() {
            waitedTooLong();
        }
    };
    private final TakenWatch taking;
    private Wait wait = Wait.NEXT_REQUEST;
    private long headBegunNanos;
    private int requests;
    private long idleSinceNanos;
    private boolean draining;
    private long drainingSinceNanos;

    ClientConnection(LoopContext loop, ListenerSettings settings, Supplier<Snapshot> snapshots, PeerAddress peer,
            @Nullable TlsClient tls, LiveConnections connections) {
        this.loop = loop;
        this.settings = settings;
        this.snapshots = snapshots;
        this.peer = peer;
        this.intake = new RequestIntake(settings, peer, tls, new ForwardingFields(peer, tls));
        this.connections = connections;
        this.openedNanos = loop.clock().nanoTime();
        this.taking = new Taking();
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
        PathRefusal refusal = intake.settle(head, snapshot.ownedNames());
        rate.begin(loop.clock().nanoTime());
        if (intake.turnsAway(driver, snapshot, head, refusal)) {
            return;
        }
        if (head.bodyLength() != 0) {
            waitFor(Wait.BODY, settings.requestBodyNanos());
        }
        driver.receive(snapshot, head, intake.client(), settings.bodyLimit());
    }

    private boolean isTooOld() {
        return settings.connectionAgeNanos() > 0
                && loop.clock().nanoTime() - openedNanos >= settings.connectionAgeNanos();
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
        if (driver.isRunning() && !connection.isRequestEnded()) {
            rate.add(data.readableBytes());
            waitFor(Wait.BODY, settings.requestBodyNanos());
        }
        driver.requestBody().onData(data);
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
        loop.timers().disarm(waitTimeout);
        if (trailers != null) {
            intake.clearTrailers(trailers);
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
        driver.clientGone();
        giveUp();
    }

    /** Lets go of what it holds: it is closed, or another protocol takes its place. */
    void giveUp() {
        Timers timers = loop.timers();
        driver.close();
        timers.release(waitTimeout);
        taking.end();
        connections.remove(this);
    }

    @Override
    public void drain() {
        draining = true;
        drainingSinceNanos = loop.clock().nanoTime();
        driver.drain();
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

    @Override
    public int cut() {
        boolean owed = driver.isRunning() || connection.pendingBytes() > 0;
        connection.closeAfterResponse();
        driver.cutForDrain();
        connection.close();
        return owed ? 1 : 0;
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
        taking.watch();
    }

    /** Looks whether the client takes its answers. */
    private final class Taking extends TakenWatch {
        Taking() {
            super(loop, settings.responseWriteNanos());
        }

        @Override
        long pendingBytes() {
            return connection.pendingBytes();
        }

        @Override
        long takenBytes() {
            return connection.takenBytes();
        }

        @Override
        long heldBytes() {
            return connection.heldBytes();
        }

        @Override
        long countedElsewhere() {
            return driver.countedForClient();
        }

        @Override
        void stalled() {
            driver.clientStalled();
            connection.close();
        }
    }

    @Override
    public void onWritable() {
        driver.clientWritable();
    }
}
