package dev.ponticello.upstream;

import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http1.BodyFault;
import dev.ponticello.http1.HeadFault;
import dev.ponticello.http1.Http1ClientConnection;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.tls.TlsFailure;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection to an endpoint, which carries one attempt at a time: taken from the pool and given back. */
final class ExclusiveStream extends UpstreamStream {
    /** How long an endpoint is given to close too. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ExclusivePool pool;
    private final Http1ClientConnection connection;
    private final long openedNanos;
    private final @Nullable Object securedBy;
    private @Nullable Listener listener;
    private boolean headSeen;
    private int requests;
    private int informational;
    /** While idle, or left: closes the connection when its time is over. */
    final Timeout idleTimeout = new Timeout() {
        @Override
        protected void expired() {
            connection.close();
        }
    };
    boolean idle;

    /** @param securedBy see {@link Endpoint#securedBy()} */
    ExclusiveStream(ExclusivePool pool, long nowNanos, @Nullable Object securedBy) {
        this.pool = pool;
        this.securedBy = securedBy;
        this.openedNanos = nowNanos;
        UpstreamSettings settings = pool.settings();
        this.connection = new Http1ClientConnection(settings.headLimit(), settings.fieldLimit(), new Events());
    }

    Http1ClientConnection connection() {
        return connection;
    }

    @Override
    public Endpoint endpoint() {
        return pool.endpoint();
    }

    // ---- one attempt

    @Override
    public void begin(Listener listener, RequestHead head, byte @Nullable [] authority, int authorityStart,
            int authorityEnd) {
        this.listener = listener;
        headSeen = false;
        informational = 0;
        requests++;
        Endpoint endpoint = pool.endpoint();
        if (authority == null) {
            byte[] own = endpoint.authority();
            connection.request(head, endpoint.basePath(), own, 0, own.length);
        } else {
            connection.request(head, endpoint.basePath(), authority, authorityStart, authorityEnd);
        }
    }

    @Override
    public boolean isReused() {
        return requests > 1;
    }

    @Override
    public boolean isHandedOver() {
        return connection.isRequestHandedOver();
    }

    @Override
    public long takenBytes() {
        return connection.takenBytes();
    }

    @Override
    public boolean isAnswerBegun() {
        return connection.isAnswerBegun();
    }

    /** The attempt is over and its answer whole: the connection goes back to the pool, or closes if it cannot be used again. */
    @Override
    public void finish() {
        listener = null;
        pool.giveBack(this);
    }

    @Override
    public void leave() {
        listener = null;
        connection.closeWhenWritten();
        pool.loop.timers().arm(idleTimeout, LINGER_NANOS);
    }

    /** The attempt is given up: the connection closes, which is how HTTP/1.1 tells the endpoint. */
    @Override
    public void cancel() {
        listener = null;
        connection.close();
    }

    @SuppressWarnings("ReferenceEquality") // what was made at one time
    boolean isReusable(long nowNanos) {
        UpstreamSettings settings = pool.settings();
        return connection.isReusable() && securedBy == pool.endpoint().securedBy()
                && (settings.maxRequests() == 0 || requests < settings.maxRequests())
                && (settings.maxAgeNanos() == 0 || nowNanos - openedNanos < settings.maxAgeNanos());
    }

    @Nullable
    Object securedBy() {
        return securedBy;
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable();
    }

    @Override
    public long pendingBytes() {
        return connection.pendingBytes();
    }

    @Override
    public void setTight(boolean tight) {
        connection.setTight(tight);
    }

    @Override
    public void data(ByteBuf data) {
        connection.data(data);
    }

    @Override
    public void end(@Nullable Headers trailers) {
        connection.end(trailers);
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void pause() {
        connection.pause();
    }

    @Override
    public void resume() {
        connection.resume();
    }

    private void fail(FailureKind kind) {
        Listener hearing = listener;
        listener = null;
        connection.close();
        if (hearing != null) {
            hearing.onStreamFailed(kind);
        }
    }

    /** What the connection tells, handed on to the attempt that it carries. */
    private final class Events implements Http1ClientConnection.Events {
        @Override
        public void onInformational(ResponseHead head) {
            Listener hearing = listener;
            if (++informational > pool.settings().informationalLimit()) {
                fail(FailureKind.RESPONSE_HEAD_TOO_LARGE);
            } else if (hearing != null) {
                hearing.onInformational(head);
            }
        }

        @Override
        public void onHead(ResponseHead head) {
            headSeen = true;
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onResponseHead(head);
            }
        }

        @Override
        public void onHeadRefused(HeadFault fault) {
            fail(switch (fault.category()) {
                case HEAD_TOO_LARGE, TOO_MANY_FIELDS -> FailureKind.RESPONSE_HEAD_TOO_LARGE;
                default -> FailureKind.RESPONSE_MALFORMED;
            });
        }

        @Override
        public void onBodyRefused(BodyFault fault) {
            fail(FailureKind.RESPONSE_BODY_MALFORMED);
        }

        @Override
        public void onData(ByteBuf data) {
            Listener hearing = listener;
            if (hearing == null) {
                data.release();
            } else {
                hearing.onData(data);
            }
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onEnd(trailers);
            }
        }

        @Override
        public void onReadComplete() {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onReadComplete();
            }
        }

        @Override
        public void onWritable() {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onSinkWritable();
            }
        }

        @Override
        public void onUnsolicited() {
            connection.close();
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            pool.closed(ExclusiveStream.this);
            Listener hearing = listener;
            listener = null;
            if (hearing != null) {
                hearing.onStreamFailed(headSeen ? FailureKind.RESPONSE_CUT
                        : TlsFailure.isAlert(cause) ? FailureKind.TLS_ALERT : FailureKind.CONNECTION_LOST);
            }
        }
    }
}
