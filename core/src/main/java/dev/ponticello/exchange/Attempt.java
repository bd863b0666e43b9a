package dev.ponticello.exchange;

import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.GrpcStatus;
import dev.ponticello.upstream.CircuitBreaker;
import dev.ponticello.upstream.Endpoint;
import dev.ponticello.upstream.StreamRequest;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One try of an exchange against one endpoint: the breaker's permit, the endpoint, and the stream or the wish for one.
 *
 * <p>The breaker hears of it once, whatever happens: a failure when it happens, a success when the answer has ended whole, nothing if neither was the endpoint's doing. One object for all exchanges
 * of a driver, one after the other; on its loop only.
 */
final class Attempt implements StreamRequest.Owner {
    /** Who makes the attempt. */
    interface Owner {
        /** The stream that was waited for is there. */
        void onStream(UpstreamStream stream);

        /** No stream will come. */
        void onNoStream(FailureKind kind);
    }

    private final LoopContext loop;
    private final Owner owner;
    private @Nullable Upstream upstream;
    private @Nullable Endpoint endpoint;
    private @Nullable CircuitBreaker breaker;
    private long permit;
    private @Nullable StreamRequest wish;
    private @Nullable UpstreamStream stream;
    private boolean freeTryUsed;

    Attempt(LoopContext loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
    }

    /**
     * Begins: asks the breaker, then lets the balancer pick.
     *
     * @return how long the open circuit stays open, in nanoseconds; 0 if the attempt may be made
     */
    long begin(Upstream upstream) {
        this.upstream = upstream;
        freeTryUsed = false;
        CircuitBreaker asked = upstream.breaker();
        if (asked != null) {
            long now = loop.clock().nanoTime();
            permit = asked.tryAcquire(now);
            if (permit == CircuitBreaker.REFUSED) {
                return Math.max(1, asked.openRemainingNanos(now));
            }
            breaker = asked;
        }
        endpoint = upstream.pick();
        return 0;
    }

    Upstream upstream() {
        return Objects.requireNonNull(upstream);
    }

    Endpoint endpoint() {
        return Objects.requireNonNull(endpoint);
    }

    // ---- the stream

    /** A stream that is at hand, or null: then the owner hears of it. */
    @Nullable
    UpstreamStream connect() {
        UpstreamStream idle = upstream().takeIdle(loop, endpoint());
        if (idle != null) {
            stream = idle;
        } else {
            connectAnew();
        }
        return idle;
    }

    private void connectAnew() {
        wish = upstream().request(loop, endpoint(), this);
    }

    @Override
    public void onStream(UpstreamStream granted) {
        wish = null;
        stream = granted;
        owner.onStream(granted);
    }

    @Override
    public void onNoStream(FailureKind kind) {
        wish = null;
        owner.onNoStream(kind);
    }

    /** What carries it; null before there is one, and after it has ended. */
    @Nullable
    UpstreamStream stream() {
        return stream;
    }

    /** How many bytes the endpoint's side has taken on the stream's connection. */
    long takenBytes() {
        return Objects.requireNonNull(stream).takenBytes();
    }

    /** Sends at once what was written to the stream, if there is one. */
    void flush() {
        UpstreamStream to = stream;
        if (to != null) {
            to.flush();
        }
    }

    /** Why there is no stream yet, in the words for when there was no more time to wait; null if none is waited for. */
    @Nullable
    FailureKind waitedInVain() {
        StreamRequest waiting = wish;
        if (waiting == null) {
            return null;
        }
        return waiting.hasQueued() ? FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED : FailureKind.CONNECT_TIMEOUT;
    }

    /** The stream has failed: makes the free try, if there is one, on a new connection. True if that has begun. */
    boolean triesAgain(FailureKind kind, RequestHead head) {
        UpstreamStream failed = Objects.requireNonNull(stream);
        stream = null;
        if (kind != FailureKind.CONNECTION_LOST || !isFreeTry(failed, head)) {
            return false;
        }
        freeTryUsed = true;
        connectAnew();
        return true;
    }

    /**
     * A kept connection that is closed under a request says nothing about the endpoint: the two have crossed on the way (RFC 9112 §9.3.1). One more try is free while no byte of an answer came, the
     * request can be sent again, and sending it twice does no harm.
     */
    private boolean isFreeTry(UpstreamStream failed, RequestHead head) {
        return failed.isReused() && !failed.isAnswerBegun() && !freeTryUsed && head.bodyLength() == 0
                && (head.method().isIdempotent() || !failed.isHandedOver());
    }

    /**
     * The answer has ended.
     *
     * @param requestWhole whether the endpoint was sent the whole request; if not, what it would take for the next one is not known
     */
    void finish(boolean requestWhole) {
        UpstreamStream done = Objects.requireNonNull(stream);
        stream = null;
        reportWhole();
        if (requestWhole) {
            done.finish();
        } else {
            done.cancel();
        }
    }

    /** Lets go of an endpoint whose WebSocket is over, in order. */
    void leave() {
        UpstreamStream open = stream;
        if (open != null) {
            stream = null;
            open.leave();
        }
    }

    /** Lets go of the endpoint before its answer was whole. */
    void drop() {
        StreamRequest waiting = wish;
        if (waiting != null) {
            wish = null;
            waiting.cancel();
        }
        UpstreamStream open = stream;
        if (open != null) {
            stream = null;
            open.cancel();
        }
    }

    /** Lets go of what would outlive the exchange. */
    void end() {
        upstream = null;
        endpoint = null;
    }

    // ---- the breaker

    void reportHead(int status) {
        CircuitBreaker reported = breaker;
        if (reported == null) {
            return;
        }
        if (status == 500 || status == 502 || status == 503 || status == 504) {
            reportFailed();
        } else {
            reported.headGood(permit);
        }
    }

    /**
     * The answer to a call of gRPC has ended with a status: its head has told nothing.
     *
     * @param clientsDeadline whether the deadline was the client's: that it was too short says nothing about the endpoint
     */
    void reportGrpcStatus(int status, boolean clientsDeadline) {
        if (status == GrpcStatus.DEADLINE_EXCEEDED.code() && clientsDeadline) {
            returnPermit();
        } else if (status == GrpcFields.NO_STATUS || status == GrpcStatus.UNAVAILABLE.code()
                || status == GrpcStatus.INTERNAL.code() || status == GrpcStatus.DEADLINE_EXCEEDED.code()) {
            reportFailed();
        }
    }

    /** Reports a success. */
    void reportWhole() {
        CircuitBreaker reported = breaker;
        if (reported != null) {
            breaker = null;
            reported.succeeded(permit);
        }
    }

    void reportFailed() {
        CircuitBreaker reported = breaker;
        if (reported != null) {
            breaker = null;
            reported.failed(permit, loop.clock().nanoTime());
        }
    }

    /** Returns the permit, if nothing was reported: how it ended was not the endpoint's doing. */
    void returnPermit() {
        CircuitBreaker reported = breaker;
        if (reported != null) {
            breaker = null;
            reported.neutral(permit);
        }
    }
}
