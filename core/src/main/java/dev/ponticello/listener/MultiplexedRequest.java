package dev.ponticello.listener;

import dev.ponticello.exchange.ExchangeDriver;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http2.FieldFault;
import dev.ponticello.http2.Http2ServerStream;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.PathRefusal;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client's HTTP/2 connection, with its exchange and the time that the client is given for it: {@code request-body} and 240 B/s for more of a body (408; of a call of gRPC at any rate,
 * and in any time once it is answered), {@code response-write} and 240 B/s over 60 s to take bytes, of which a window that stays shut takes none (cut); while it waits for its turn, what its neighbours
 * get counts for it. Serves one stream after the other.
 */
final class MultiplexedRequest implements Http2ServerStream.Events, ExchangeDriver.Owner {
    private final MultiplexedClient client;
    private final Http2ServerStream stream = new Http2ServerStream(this);
    private final ExchangeDriver driver;
    private final RequestIntake intake;
    private final MinimumRate rate = new MinimumRate();
    private final Timeout bodyTimeout = new Timeout() {
        @Override
        protected void expired() {
            if (driver.isRunning() && !driver.mayBeSilent()) {
                stream.dropRequest();
                driver.failRequestBody(FailureKind.REQUEST_BODY_TIMEOUT, FailureKind.REQUEST_BODY_TIMEOUT.sentence());
            }
        }
    };
    private final TakenWatch taking;
    /** A call of gRPC is made of messages that come when there is something to say, however little. */
    private boolean anyRate;

    MultiplexedRequest(MultiplexedClient client) {
        this.client = client;
        this.driver = new ExchangeDriver(client.loop, new PacedRequest(), stream, this);
        this.intake = new RequestIntake(client.settings, client.peer, client.tls, client.forwarding);
        ClientCertificate certificate = client.tls == null ? null : client.tls.certificate();
        if (certificate != null) {
            driver.setClientCertificate(certificate);
        }
        this.taking = new Taking();
    }

    Http2ServerStream stream() {
        return stream;
    }

    // ---- the request

    @Override
    public void onHead(RequestHead head) {
        Snapshot snapshot = client.snapshots.get();
        PathRefusal refusal = intake.settle(head, snapshot.ownedNames());
        rate.begin(client.loop.clock().nanoTime());
        anyRate = GrpcFields.isCall(head);
        if (intake.turnsAway(driver, snapshot, head, refusal)) {
            return;
        }
        if (head.bodyLength() != 0) {
            expectBody();
        }
        driver.receive(snapshot, head, intake.client(), client.settings.bodyLimit());
    }

    @Override
    public void onHeadRefused(FieldFault fault, RequestHead head) {
        driver.refuse(client.snapshots.get(), head, client.peer, Rejection.of(kindOf(fault)).saying(fault.sentence()));
    }

    private static FailureKind kindOf(FieldFault fault) {
        return switch (fault.category()) {
            case MALFORMED -> FailureKind.REQUEST_MALFORMED;
            case TARGET_TOO_LONG -> FailureKind.TARGET_TOO_LONG;
            case HEAD_TOO_LARGE -> FailureKind.HEAD_TOO_LARGE;
            case METHOD_UNSUPPORTED -> FailureKind.METHOD_UNSUPPORTED;
            case EXPECTATION -> FailureKind.EXPECTATION_UNKNOWN;
        };
    }

    @Override
    public void onData(ByteBuf data) {
        if (driver.isRunning() && !stream.isRequestEnded()) {
            rate.add(data.readableBytes());
            waitForBody();
        }
        driver.requestBody().onData(data);
    }

    @Override
    public void onEnd(@Nullable Headers trailers) {
        client.loop.timers().disarm(bodyTimeout);
        if (trailers != null) {
            intake.clearTrailers(trailers);
        }
        driver.requestBody().onEnd(trailers);
    }

    @Override
    public void onBodyRefused(FieldFault fault) {
        client.loop.timers().disarm(bodyTimeout);
        driver.failRequestBody(FailureKind.REQUEST_BODY_MALFORMED, fault.sentence());
    }

    @Override
    public void onReadComplete() {
        driver.requestBody().onReadComplete();
    }

    /** The request's body as the driver sees it: time in which the gateway itself has paused it is not the client's. */
    private final class PacedRequest implements MessageSource {
        @Override
        public void pause() {
            rate.pause(client.loop.clock().nanoTime());
            client.loop.timers().disarm(bodyTimeout);
            stream.pause();
        }

        @Override
        public void resume() {
            if (!stream.isRequestEnded() && !stream.isContinueOwed()) {
                expectBody();
            }
            stream.resume();
        }
    }

    @Override
    public void onContinued() {
        expectBody();
    }

    private void expectBody() {
        rate.resume(client.loop.clock().nanoTime());
        waitForBody();
    }

    private void waitForBody() {
        long left = anyRate ? Long.MAX_VALUE : rate.leftNanos(client.loop.clock().nanoTime());
        client.loop.timers().arm(bodyTimeout, Math.max(0, Math.min(client.settings.requestBodyNanos(), left)));
    }

    // ---- the response

    @Override
    public void onWritable() {
        driver.clientWritable();
    }

    @Override
    public void onBacklog() {
        taking.watch();
    }

    /** Looks whether the client takes its response. */
    private final class Taking extends TakenWatch {
        Taking() {
            super(client.loop, client.settings.responseWriteNanos());
        }

        @Override
        long pendingBytes() {
            return stream.pendingBytes();
        }

        @Override
        long takenBytes() {
            return stream.takenBytes();
        }

        @Override
        long countedElsewhere() {
            return driver.countedForClient();
        }

        @Override
        void stalled() {
            MultiplexedRequest.this.stalled();
        }
    }

    /** The client takes nothing of its response: the stream ends, with or without an exchange. */
    void stalled() {
        driver.clientStalled();
        stream.abort();
    }

    // ---- the end

    @Override
    public void onConcluded() {
        client.loop.timers().disarm(bodyTimeout);
        stream.finish();
    }

    @Override
    public void onGone() {
        driver.clientGone();
    }

    @Override
    public void onReleased() {
        taking.end();
        client.released(this);
    }

    /** The gateway stops: see {@link ExchangeDriver#drain}. */
    void drain() {
        driver.drain();
    }

    /** Ends it now; true if an answer was cut: not made yet, or not yet taken. */
    boolean cut() {
        boolean owed = driver.isRunning() || stream.pendingBytes() > 0;
        driver.cutForDrain();
        return owed;
    }

    /** Lets go of the timers, when it serves no more. */
    void close() {
        driver.close();
        client.loop.timers().release(bodyTimeout);
        taking.end();
    }
}
