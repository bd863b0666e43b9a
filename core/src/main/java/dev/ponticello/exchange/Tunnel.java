package dev.ponticello.exchange;

import dev.ponticello.http.MessageSink;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.websocket.CloseCode;
import dev.ponticello.websocket.FrameFault;
import dev.ponticello.websocket.FrameFollower;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket (RFC 6455) between a client and an endpoint, from the answer 101 on: what the frames that are relayed say about its end, and the Close frames of the gateway's own.
 *
 * <p>It is over when the last frame has passed each way: the Close of whoever sends there, or the gateway's. That one is sent where a frame has ended; a frame that has begun gets two seconds for its rest.
 */
final class Tunnel {
    /** Who relays the frames. */
    interface Owner {
        /** The time is over for which the exchange was admitted. */
        void onAdmissionOver();

        /** The frames that were to end before the gateway's Close have not. */
        void onFrameUnended();
    }

    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A wall clock may be set: it is looked at again and again. */
    private static final long MOST_BETWEEN_LOOKS_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final LoopContext loop;
    private final Owner owner;
    private final long admittedUntilMillis;
    private final Way toEndpoint;
    private final Way toClient;
    private final Timeout timeout = new Timeout() {
        @Override
        protected void expired() {
            if (ending != null) {
                owner.onFrameUnended();
            } else {
                lookAtAdmission();
            }
        }
    };
    /** Why the gateway ends it; null while it does not. */
    private @Nullable FailureKind ending;

    Tunnel(LoopContext loop, MessageSink endpoint, MessageSink client, long admittedUntilMillis, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        this.admittedUntilMillis = admittedUntilMillis;
        this.toEndpoint = new Way(FrameFollower.ofClient(), endpoint);
        this.toClient = new Way(FrameFollower.ofEndpoint(), client);
    }

    /** Begins to watch how long it is admitted. */
    void lookAtAdmission() {
        if (admittedUntilMillis == Long.MAX_VALUE) {
            return;
        }
        long left = admittedUntilMillis - loop.clock().wallMillis();
        if (left <= 0) {
            owner.onAdmissionOver();
        } else {
            loop.timers().arm(timeout, TimeUnit.MILLISECONDS.toNanos(Math.min(left, MOST_BETWEEN_LOOKS_MILLIS)));
        }
    }

    Way toEndpoint() {
        return toEndpoint;
    }

    Way toClient() {
        return toClient;
    }

    /** Whether the last frame has passed both ways. */
    boolean isOver() {
        return toEndpoint.isOver() && toClient.isOver();
    }

    /** Why the gateway ends it; null while it does not. */
    @Nullable
    FailureKind ending() {
        return ending;
    }

    /** Ends it, for this failure: its sentence is the reason in the Close frames. */
    void end(FailureKind kind, String sentence) {
        ending = kind;
        CloseCode code = codeOf(kind);
        toClient.end(code.toClient(sentence));
        toEndpoint.end(code.toEndpoint(sentence, (int) loop.chance().nextLong()));
        if (!isOver()) {
            loop.timers().arm(timeout, REST_NANOS);
        }
    }

    private static CloseCode codeOf(FailureKind kind) {
        return switch (kind) {
            case REQUEST_BODY_MALFORMED, RESPONSE_BODY_MALFORMED -> CloseCode.PROTOCOL_ERROR;
            case TOKEN_INVALID -> CloseCode.POLICY_VIOLATION;
            case DRAIN_CUT, RESPONSE_IDLE, TOTAL_TIMEOUT -> CloseCode.GOING_AWAY;
            default -> CloseCode.INTERNAL_ERROR;
        };
    }

    /** Lets go of what it holds. */
    void close() {
        loop.timers().release(timeout);
    }

    /** One of the two ways. */
    static final class Way {
        private final FrameFollower follower;
        private final MessageSink to;
        /** The gateway's Close, until it is sent; null while there is none. */
        private byte @Nullable [] last;
        private boolean ended;

        Way(FrameFollower follower, MessageSink to) {
            this.follower = follower;
            this.to = to;
        }

        /** Cuts off of these bytes what may not pass, perhaps all. */
        void follow(ByteBuf data) {
            data.writerIndex(data.readerIndex() + follower.follow(data));
        }

        /** What was wrong with a frame; null for nothing. */
        @Nullable
        FrameFault fault() {
            return follower.fault();
        }

        /** Whether the Close of whoever sends has passed. */
        boolean isClosed() {
            return follower.isClosed();
        }

        /** Whether the last frame has passed. */
        boolean isOver() {
            return ended || follower.isClosed();
        }

        private void end(byte[] close) {
            last = close;
            follower.stop();
            goOn();
        }

        /** Sends the gateway's Close, if it is to be sent and now may be. */
        void goOn() {
            byte[] close = last;
            if (close != null && !isOver() && follower.isBetweenFrames()) {
                ended = true;
                to.data(Unpooled.wrappedBuffer(close));
                to.flush();
            }
        }
    }
}
