package dev.ponticello.http2;

import dev.ponticello.http.Headers;
import dev.ponticello.loop.LoopContext;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client, HTTP/2: a stream for each of its requests.
 *
 * <pre>
 *   open ── drain ──▶ GOAWAY(2^31-1), PING ── answered, or its time is over ──▶ GOAWAY(last) ── no stream left ──▶ closing
 * </pre>
 *
 * <p>A client that was told of the end may have sent requests meanwhile: they are served until the PING is back, so that none is lost (RFC 9113 §6.8).
 */
public final class Http2ServerConnection extends Http2Connection {
    /** What happens on the connection, told to its owner, on its loop. */
    public interface Events {
        /** A request begins; a stream that serves it, which is not attached anywhere. */
        Http2ServerStream newStream();

        /** What was read at one time is dealt with. */
        void onTurn();

        /** A stream has ended. */
        void onStreamGone();

        /** The client was told that the connection ends; {@link Http2ServerConnection#finishDrain} should follow when it had time to hear of it. */
        void onDraining();

        /** Bytes wait because the client does not take them. */
        void onBacklog();

        /** Our direction is shut; the connection only waits for the client to close too. */
        void onClosing();

        /** It is closed or broken; the last event. */
        void onClosed();
    }

    private enum Draining {
        NO,
        TOLD,
        FINISHING
    }

    private final Events events;
    private Draining draining = Draining.NO;
    private boolean clientLeaves;
    /** The highest number that has come, of a stream that we serve or not; the highest that we serve; the highest that we would. */
    private int highestStreamId;
    private int lastStreamId;
    private int mostStreamId = Integer.MAX_VALUE;

    public Http2ServerConnection(LoopContext loop, Http2Limits limits, Events events) {
        super(loop, limits, true);
        this.events = events;
    }

    @Override
    void writeBegin(ByteBuf buffer) {
        Frames.writeHeader(buffer, 18, Frames.SETTINGS, 0, 0);
        buffer.writeShort(Frames.SETTINGS_MAX_CONCURRENT_STREAMS);
        buffer.writeInt(limits.streams());
        buffer.writeShort(Frames.SETTINGS_MAX_HEADER_LIST_SIZE);
        buffer.writeInt(limits.head());
        buffer.writeShort(Frames.SETTINGS_ENABLE_CONNECT_PROTOCOL);
        buffer.writeInt(1);
    }

    @Override
    void headers(int streamId, ByteBuf block, boolean endStream) {
        Http2Stream open = streams.get(streamId);
        if (open != null) {
            trailers((Http2ServerStream) open, block, endStream);
        } else if ((streamId & 1) == 0) {
            fail(ErrorCode.PROTOCOL_ERROR, "a stream with an even number");
        } else if (streamId <= highestStreamId) {
            if (resetStreams.mayContain(streamId)) {
                ignore(block);
            } else {
                fail(ErrorCode.STREAM_CLOSED, "HEADERS on a stream that has ended");
            }
        } else {
            highestStreamId = streamId;
            begin(streamId, block, endStream);
        }
    }

    private void begin(int streamId, ByteBuf block, boolean endStream) {
        if (streamId > mostStreamId) {
            resetStreams.add(streamId); // by the GOAWAY that named another as the last
            ignore(block);
            return;
        }
        lastStreamId = streamId;
        if (streams.size() < limits.streams()) {
            open(streamId, block, endStream);
        } else if (decode(block, FieldDecoder.Section.IGNORED, FieldDecoder.NOWHERE)) {
            refuse(streamId, endStream);
        }
    }

    private void open(int streamId, ByteBuf block, boolean endStream) {
        Http2ServerStream stream = events.newStream();
        stream.attach(this, streamId);
        streams.put(streamId, stream);
        controlFrames.earnStream();
        if (decode(block, FieldDecoder.Section.REQUEST, stream.request().headers())) {
            stream.begin(decoder, endStream);
        }
    }

    private void trailers(Http2ServerStream stream, ByteBuf block, boolean endStream) {
        Headers trailers = new Headers(256, 4);
        if (!decode(block, FieldDecoder.Section.TRAILERS, trailers)) {
            return;
        }
        if (stream.remoteEnded) {
            resetForFault(stream, ErrorCode.STREAM_CLOSED);
        } else {
            stream.trailers(trailers, decoder.fault(), endStream);
        }
    }

    @Override
    boolean isUnused(int streamId) {
        return (streamId & 1) == 0 || streamId > highestStreamId;
    }

    @Override
    boolean setting(int name, long value) {
        return name != Frames.SETTINGS_ENABLE_PUSH || value <= 1;
    }

    @Override
    void goAway(int last, int code) {
        // The client opens no more streams; those that are there are served.
        clientLeaves = true;
        endIfLeft();
    }

    @Override
    void onReady() {}

    @Override
    void onPingAnswered(long payload) {
        if (payload == DRAIN) {
            finishDrain();
        }
    }

    @Override
    void onBytes() {}

    @Override
    void onTurn() {
        events.onTurn();
    }

    @Override
    void onStreamGone() {
        events.onStreamGone();
        endIfLeft();
    }

    @Override
    void onBacklog() {
        events.onBacklog();
    }

    @Override
    void onClosing() {
        events.onClosing();
    }

    @Override
    void onClosed(@Nullable Throwable why) {
        events.onClosed();
    }

    @Override
    int lastStreamId() {
        return lastStreamId;
    }

    // ---- ending

    /** Lets the connection end as soon as the streams have ended that the client opens before it hears of it. */
    public void drain() {
        if (draining == Draining.NO && !isEnded()) {
            draining = Draining.TOLD;
            writeGoAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
            writePing(DRAIN, false);
            events.onDraining();
        }
    }

    /** The client has heard of the end: no stream is opened any more. */
    public void finishDrain() {
        if (draining == Draining.TOLD && !isEnded()) {
            draining = Draining.FINISHING;
            mostStreamId = lastStreamId;
            writeGoAway(lastStreamId, ErrorCode.NO_ERROR, "");
            endIfLeft();
        }
    }

    private void endIfLeft() {
        if ((clientLeaves || draining == Draining.FINISHING) && streams.isEmpty()) {
            end(Loss.CONNECTION_CLOSED);
        }
    }

    /** Says that the connection ends, and ends it behind what was written. */
    public void endIdle() {
        if (!isEnded()) {
            writeGoAway(lastStreamId, ErrorCode.NO_ERROR, "");
            end(Loss.CONNECTION_CLOSED);
        }
    }

    /** The client is too slow with what no other frame may interrupt. */
    public void failSlowHead() {
        fail(ErrorCode.ENHANCE_YOUR_CALM, "a frame that took too long");
    }
}
