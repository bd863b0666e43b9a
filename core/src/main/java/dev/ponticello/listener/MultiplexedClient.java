package dev.ponticello.listener;

import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http2.Http2Limits;
import dev.ponticello.http2.Http2ServerConnection;
import dev.ponticello.http2.Http2ServerStream;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import dev.ponticello.loop.Timers;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection: a {@link MultiplexedRequest} for each of its streams, and the time that the client is given on the connection as a whole.
 *
 * <table>
 * <caption>Its timers</caption>
 * <tr><th>waits for</th><th>bound</th><th>then</th></tr>
 * <tr><td>the next request, while there is none</td><td>{@code keep-alive}</td><td>GOAWAY, closes</td></tr>
 * <tr><td>the rest of a frame that is not data, or of a head in several</td><td>{@code request-head}</td><td>GOAWAY, closes</td></tr>
 * <tr><td>the client to take bytes</td><td>{@code response-write}, and 240 B/s over 60 s</td><td>closes</td></tr>
 * <tr><td>the client to hear of the end</td><td>1 s</td><td>takes no more requests</td></tr>
 * <tr><td>the client to close</td><td>2 s</td><td>closes</td></tr>
 * </table>
 */
final class MultiplexedClient implements Http2ServerConnection.Events, LiveConnection {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How many requests that have ended are kept to serve again. */
    private static final int KEPT = 16;
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private enum Wait {
        NOTHING,
        NEXT_REQUEST,
        CLOSE
    }

    final LoopContext loop;
    final ListenerSettings settings;
    final Supplier<Snapshot> snapshots;
    final PeerAddress peer;
    final @Nullable TlsClient tls;
    final ForwardingFields forwarding;
    private final LiveConnections connections;
    private final Http2ServerConnection connection;
    private final long openedNanos;
    private final ArrayDeque<MultiplexedRequest> kept = new ArrayDeque<>();
    private final Set<MultiplexedRequest> serving = new LinkedHashSet<>();
    private int requests;
    private long idleSinceNanos;
    private boolean closed;
    private boolean draining;
    private Wait wait = Wait.NOTHING;
    private final Timeout waitTimeout = new Timeout() {
        @Override
        protected void expired() {
            waitedTooLong();
        }
    };
    private final Timeout headTimeout = new Timeout() {
        @Override
        protected void expired() {
            connection.failSlowHead();
        }
    };
    private final Timeout drainTimeout = new Timeout() {
        @Override
        protected void expired() {
            connection.finishDrain();
        }
    };
    private final TakenWatch taking;

    MultiplexedClient(LoopContext loop, ListenerSettings settings, Supplier<Snapshot> snapshots, PeerAddress peer,
            @Nullable TlsClient tls, LiveConnections connections, Http2Limits limits) {
        this.loop = loop;
        this.settings = settings;
        this.snapshots = snapshots;
        this.peer = peer;
        this.forwarding = new ForwardingFields(peer, tls);
        this.tls = tls;
        this.connections = connections;
        this.openedNanos = loop.clock().nanoTime();
        this.connection = new Http2ServerConnection(loop, limits, this);
        this.taking = new Taking();
        waitForRequest();
    }

    Http2ServerConnection handler() {
        return connection;
    }

    // ---- requests

    @Override
    public Http2ServerStream newStream() {
        if (wait == Wait.NEXT_REQUEST) {
            loop.timers().disarm(waitTimeout);
            wait = Wait.NOTHING;
        }
        requests++;
        if (requests >= settings.requestsPerConnection() || isTooOld()) {
            connection.drain();
        }
        MultiplexedRequest request = kept.poll();
        if (request == null) {
            request = new MultiplexedRequest(this);
        }
        serving.add(request);
        if (draining) {
            request.drain();
        }
        return request.stream();
    }

    private boolean isTooOld() {
        return settings.connectionAgeNanos() > 0
                && loop.clock().nanoTime() - openedNanos >= settings.connectionAgeNanos();
    }

    /** The stream of a request has ended, and so has its exchange. */
    void released(MultiplexedRequest request) {
        if (serving.remove(request) && !closed && kept.size() < KEPT) {
            kept.add(request);
        } else {
            request.close();
        }
    }

    @Override
    public void onStreamGone() {
        if (connection.streams() == 0 && !connection.isEnded()) {
            waitForRequest();
        }
    }

    // ---- time

    private void waitForRequest() {
        idleSinceNanos = loop.clock().nanoTime();
        waitFor(Wait.NEXT_REQUEST, Math.min(settings.keepAliveNanos(), KEPT_NANOS));
    }

    private void waitFor(Wait what, long nanos) {
        wait = what;
        loop.timers().arm(waitTimeout, nanos);
    }

    private void waitedTooLong() {
        switch (wait) {
            case NEXT_REQUEST -> stayIdle();
            case CLOSE -> connection.close();
            case NOTHING -> {
            }
        }
    }

    /** A client that pauses may come back at once; one that stays away for a while needs nothing kept, and in the end no connection. */
    private void stayIdle() {
        long left = settings.keepAliveNanos() - (loop.clock().nanoTime() - idleSinceNanos);
        if (left <= 0) {
            connection.endIdle();
            return;
        }
        kept.forEach(MultiplexedRequest::close);
        kept.clear();
        loop.timers().arm(waitTimeout, left);
    }

    @Override
    public void onTurn() {
        if (!connection.isMidway()) {
            loop.timers().disarm(headTimeout);
        } else if (!headTimeout.isArmed()) {
            loop.timers().arm(headTimeout, settings.requestHeadNanos());
        }
    }

    @Override
    public void onBacklog() {
        taking.watch();
    }

    /** Looks whether the client takes what waits in the channel, of whichever stream. */
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
        void stalled() {
            for (MultiplexedRequest request : List.copyOf(serving)) {
                request.stalled();
            }
            connection.close();
        }
    }

    // ---- the end

    @Override
    public void onDraining() {
        loop.timers().arm(drainTimeout, DRAIN_NANOS);
    }

    @Override
    public void onClosing() {
        loop.timers().disarm(headTimeout);
        waitFor(Wait.CLOSE, LINGER_NANOS);
    }

    @Override
    public void onClosed() {
        closed = true;
        Timers timers = loop.timers();
        timers.release(waitTimeout);
        timers.release(headTimeout);
        timers.release(drainTimeout);
        taking.end();
        kept.forEach(MultiplexedRequest::close);
        kept.clear();
        connections.remove(this);
    }

    @Override
    public void drain() {
        draining = true;
        connection.drain();
        List.copyOf(serving).forEach(MultiplexedRequest::drain);
    }

    @Override
    public int cut() {
        int cut = 0;
        for (MultiplexedRequest request : List.copyOf(serving)) {
            cut += request.cut() ? 1 : 0;
        }
        connection.close();
        return cut;
    }
}
