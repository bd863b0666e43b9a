package dev.ponticello.http2;

import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint, HTTP/2: a stream for each request, as many at once as the endpoint allows.
 *
 * <p>It takes requests once the endpoint's settings have come. After a GOAWAY it takes none; those that the endpoint has not begun with are lost as {@link Loss#UNPROCESSED}. While streams are
 * open, or nothing has come since the last was, and nothing comes for 20 s a PING asks whether the endpoint is there; without an answer for 10 s the connection is closed.
 */
public final class Http2ClientConnection extends Http2Connection {
    /** What happens on the connection, told to its owner, on its loop. */
    public interface Events {
        /** The endpoint has sent its settings: streams can be opened. */
        void onReady();

        /** There may be room for another stream, one having gone or the endpoint taking more; or none is left. */
        void onStreamGone();

        /** No stream can be opened any more. */
        void onLeaving();

        /** It is closed or broken; the last event. */
        void onClosed(@Nullable Throwable why);
    }

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** As long as an endpoint does not say how many streams it takes. */
    private static final int MOST_STREAMS = 1000;
    private static final int LAST_STREAM = Integer.MAX_VALUE - 2;
    private static final int KEPT_PATH = 16 * 1024;

    private final Events events;
    private boolean ready;
    private boolean leaving;
    int nextStreamId = 1;
    private long mostStreams = MOST_STREAMS;
    private byte[] path = new byte[256];
    private int pathLength;
    /** Since when the endpoint has been quiet: since its last byte, or since the first stream that was opened behind it. */
    private long heardNanos;
    private boolean heardSinceOpened = true;
    private boolean asked;
    private final Timeout aliveTimeout = new Timeout() {
        @Override
        protected void expired() {
            checkAlive();
        }
    };

    public Http2ClientConnection(LoopContext loop, Http2Limits limits, Events events) {
        super(loop, limits, false);
        this.events = events;
    }

    @Override
    void writeBegin(ByteBuf buffer) {
        buffer.writeBytes(FrameReader.PREFACE);
        Frames.writeHeader(buffer, 12, Frames.SETTINGS, 0, 0);
        buffer.writeShort(Frames.SETTINGS_ENABLE_PUSH);
        buffer.writeInt(0);
        buffer.writeShort(Frames.SETTINGS_MAX_HEADER_LIST_SIZE);
        buffer.writeInt(limits.head());
    }

    // ---- streams

    /** Whether another stream can be opened. */
    public boolean hasRoom() {
        return ready && !leaving && !isEnded() && streams.size() < mostStreams && channel().isActive();
    }

    /** Opens a stream with the head of a request. */
    public void open(Http2ClientStream stream, RequestHead head, byte[] basePath, byte[] authority, int authorityStart,
            int authorityEnd) {
        int id = nextStreamId;
        nextStreamId += 2;
        if (streams.isEmpty() && heardSinceOpened) {
            heardNanos = loop.clock().nanoTime();
            asked = false;
            loop.timers().arm(aliveTimeout, QUIET_NANOS);
        }
        heardSinceOpened = false;
        streams.put(id, stream);
        if (id >= LAST_STREAM) {
            leave();
        }
        controlFrames.earnStream();
        stream.request(this, id, head, basePath, authority, authorityStart, authorityEnd);
    }

    /** Builds the path of a request behind the endpoint's own. */
    byte[] path(byte[] basePath, RequestHead head) {
        if (path.length > KEPT_PATH) {
            path = new byte[256];
        }
        pathLength = 0;
        put(basePath, 0, basePath.length);
        byte[] bytes = head.headers().bytes();
        if (head.isForwardedAsArrived()) {
            put(bytes, head.targetStart(), head.targetEnd());
            return path;
        }
        byte[] rewritten = head.rewrittenPath();
        if (rewritten != null) {
            put(rewritten, 0, rewritten.length);
        } else {
            put(head.pathBytes(), head.pathStart(), head.pathEnd());
        }
        if (head.queryStart() >= 0) {
            put(bytes, head.queryStart() - 1, head.targetEnd());
        }
        return path;
    }

    int pathLength() {
        return pathLength;
    }

    private void put(byte[] from, int start, int end) {
        int count = end - start;
        if (path.length - pathLength < count) {
            path = Arrays.copyOf(path, Math.max(path.length * 2, pathLength + count));
        }
        System.arraycopy(from, start, path, pathLength, count);
        pathLength += count;
    }

    // ---- what comes

    @Override
    void headers(int streamId, ByteBuf block, boolean endStream) {
        Http2Stream stream = streams.get(streamId);
        if (stream == null) {
            if (isUnused(streamId)) {
                fail(ErrorCode.PROTOCOL_ERROR, "HEADERS on a stream that is not open");
            } else {
                ignore(block);
            }
        } else if (stream.remoteEnded) {
            fail(ErrorCode.STREAM_CLOSED, "HEADERS on a stream that has ended");
        } else {
            ((Http2ClientStream) stream).headers(block, endStream);
        }
    }

    @Override
    boolean isUnused(int streamId) {
        return (streamId & 1) == 0 || streamId >= nextStreamId;
    }

    @Override
    boolean setting(int name, long value) {
        if (name == Frames.SETTINGS_MAX_CONCURRENT_STREAMS) {
            long before = mostStreams;
            mostStreams = Math.min(value, MOST_STREAMS);
            if (ready && mostStreams > before) {
                events.onStreamGone();
            }
            return true;
        }
        return name != Frames.SETTINGS_ENABLE_PUSH || value == 0;
    }

    @Override
    void goAway(int last, int code) {
        leave();
        List<Http2Stream> unprocessed = new ArrayList<>();
        for (IntObjectMap.PrimitiveEntry<Http2Stream> entry : streams.entries()) {
            if (entry.key() > last) {
                unprocessed.add(entry.value());
            }
        }
        for (Http2Stream stream : unprocessed) {
            remove(stream);
            stream.onLost(Loss.UNPROCESSED);
        }
        endIfLeft();
    }

    @Override
    void onReady() {
        ready = true;
        events.onReady();
    }

    @Override
    void onPingAnswered(long payload) {}

    @Override
    void onBytes() {
        heardNanos = loop.clock().nanoTime();
        heardSinceOpened = true;
        asked = false;
    }

    private void checkAlive() {
        if (streams.isEmpty() && heardSinceOpened) {
            return;
        }
        long quiet = loop.clock().nanoTime() - heardNanos;
        if (quiet >= QUIET_NANOS + ANSWER_NANOS && asked) {
            close();
        } else if (quiet >= QUIET_NANOS) {
            if (!asked) {
                asked = true;
                writePing(ALIVE, false);
            }
            loop.timers().arm(aliveTimeout, QUIET_NANOS + ANSWER_NANOS - quiet);
        } else {
            loop.timers().arm(aliveTimeout, QUIET_NANOS - quiet);
        }
    }

    @Override
    void onTurn() {}

    @Override
    void onStreamGone() {
        if (streams.isEmpty() && heardSinceOpened) {
            loop.timers().disarm(aliveTimeout);
        }
        if (!isEnded()) {
            events.onStreamGone();
            endIfLeft();
        }
    }

    @Override
    void onBacklog() {}

    @Override
    void onClosing() {
        close();
    }

    @Override
    void onClosed(@Nullable Throwable why) {
        loop.timers().release(aliveTimeout);
        events.onClosed(why);
    }

    @Override
    int lastStreamId() {
        return 0; // an endpoint opens none
    }

    // ---- ending

    /** Opens no stream any more; closes when none is left. */
    public void leave() {
        if (!leaving) {
            leaving = true;
            events.onLeaving();
            endIfLeft();
        }
    }

    private void endIfLeft() {
        if (leaving && streams.isEmpty() && !isEnded()) {
            writeGoAway(0, ErrorCode.NO_ERROR, "");
            end(Loss.CONNECTION_CLOSED);
        }
    }
}
