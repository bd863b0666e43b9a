package dev.ponticello.upstream;

import dev.ponticello.http.RequestHead;
import dev.ponticello.http2.Http2ClientConnection;
import dev.ponticello.http2.Http2ClientStream;
import dev.ponticello.http2.Http2Limits;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection to an endpoint, with the streams that its attempts run on. On its loop only. */
final class SharedConnection implements Http2ClientConnection.Events {
    /** Endpoints are trusted further than clients; these only bound what a broken one can do. */
    private static final Http2Limits.Frequency BROKEN = new Http2Limits.Frequency(10_000, TimeUnit.MINUTES.toNanos(1));
    private static final int KEPT = 32;

    private final SharedPool pool;
    private final Http2ClientConnection connection;
    private final long openedNanos;
    private final @Nullable Object securedBy;
    private final ArrayDeque<SharedStream> kept = new ArrayDeque<>();
    private int requests;
    private boolean ready;
    private @Nullable Channel channel;
    /** Bounds the time until it is ready, and then the time in which nobody uses it. */
    private final Timeout timeout = new Timeout() {
        @Override
        protected void expired() {
            if (ready) {
                connection.leave();
            } else {
                tookTooLong();
            }
        }
    };

    /** @param securedBy see {@link Endpoint#securedBy()} */
    SharedConnection(SharedPool pool, long nowNanos, @Nullable Object securedBy) {
        this.pool = pool;
        this.openedNanos = nowNanos;
        this.securedBy = securedBy;
        UpstreamSettings settings = pool.settings();
        this.connection = new Http2ClientConnection(pool.loop, new Http2Limits(settings.headLimit(),
                settings.fieldLimit(), settings.headLimit(), 0, BROKEN, BROKEN), securedBy != null, this);
        pool.loop.timers().arm(timeout, settings.connectNanos());
    }

    Http2ClientConnection handler() {
        return connection;
    }

    /** It is being opened on this channel. */
    void opensOn(Channel opening) {
        channel = opening;
    }

    private void tookTooLong() {
        pool.failed(this, FailureKind.CONNECT_TIMEOUT);
        if (channel != null) {
            channel.close();
        }
    }

    @Nullable
    Object securedBy() {
        return securedBy;
    }

    SharedPool pool() {
        return pool;
    }

    /** Whether it had carried an attempt before the last one. */
    boolean isReused() {
        return requests > 1;
    }

    /** A stream, or null if there is no room for one more. */
    @Nullable
    SharedStream take() {
        if (!connection.hasRoom()) {
            return null;
        }
        SharedStream stream = kept.poll();
        return stream == null ? new SharedStream(this) : stream;
    }

    void giveBack(SharedStream stream) {
        if (kept.size() < KEPT) {
            kept.add(stream);
        }
    }

    void begin(Http2ClientStream stream, RequestHead head, byte[] authority, int authorityStart, int authorityEnd) {
        UpstreamSettings settings = pool.settings();
        requests++;
        pool.loop.timers().disarm(timeout);
        connection.open(stream, head, pool.endpoint().basePath(), authority, authorityStart, authorityEnd);
        boolean old = settings.maxAgeNanos() > 0
                && pool.loop.clock().nanoTime() - openedNanos >= settings.maxAgeNanos();
        if (old || (settings.maxRequests() > 0 && requests >= settings.maxRequests())) {
            connection.leave();
        }
    }

    boolean hasRoom() {
        return connection.hasRoom();
    }

    boolean isIdle() {
        return connection.streams() == 0;
    }

    /** Closes as soon as no attempt uses it. */
    void leave() {
        connection.leave();
    }

    /** It was not opened, or for another. */
    void abandon() {
        pool.loop.timers().release(timeout);
    }

    @Override
    public void onReady() {
        ready = true;
        pool.loop.timers().arm(timeout, pool.settings().keepAliveNanos());
        pool.ready(this);
    }

    @Override
    public void onStreamGone() {
        if (connection.streams() == 0) {
            pool.loop.timers().arm(timeout, pool.settings().keepAliveNanos());
        }
        pool.roomFreed();
    }

    @Override
    public void onLeaving() {
        pool.left(this);
    }

    @Override
    public void onClosed(@Nullable Throwable why) {
        pool.loop.timers().release(timeout);
        pool.closed(this, why);
    }
}
