package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection of a client, on a channel that is driven by hand. */
class Http2ServerConnectionTest implements Http2ServerConnection.Events {
    private static final byte[] GET = Http2Peer.section(Http2Peer.head("GET", "/"));
    private static final byte[] POST = Http2Peer.section(Http2Peer.head("POST", "/"));

    private final DrivenChannel channel = new DrivenChannel();
    private final Http2ServerConnection connection = new Http2ServerConnection(channel.loop, DrivenChannel.LIMITS,
            this);
    private final List<String> events = new ArrayList<>();
    private final List<Told> serving = new ArrayList<>();
    private final ArrayDeque<Told> kept = new ArrayDeque<>();
    private boolean answersAtOnce;

    @BeforeEach
    void begin() {
        channel.carry(connection);
        channel.arrives(FrameReader.PREFACE, DrivenChannel.SETTINGS);
        channel.sent();
        events.clear();
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Override
    public Http2ServerStream newStream() {
        Told told = kept.isEmpty() ? new Told() : kept.remove();
        serving.add(told);
        return told.stream;
    }

    @Override
    public void onTurn() {}

    @Override
    public void onStreamGone() {
        events.add("stream gone");
    }

    @Override
    public void onDraining() {
        events.add("draining");
    }

    @Override
    public void onBacklog() {
        events.add("backlog");
    }

    @Override
    public void onClosing() {
        events.add("closing");
    }

    @Override
    public void onClosed() {
        events.add("closed");
    }

    /** A stream that writes down what it is told. */
    private final class Told implements Http2ServerStream.Events {
        final Http2ServerStream stream = new Http2ServerStream(this);

        @Override
        public void onHead(RequestHead head) {
            events.add("head " + head.target());
            if (answersAtOnce) {
                answer(this, 5);
            }
        }

        @Override
        public void onHeadRefused(FieldFault fault, RequestHead head) {
            events.add("refused " + fault);
        }

        @Override
        public void onContinued() {}

        @Override
        public void onBodyRefused(FieldFault fault) {
            events.add("body refused " + fault);
        }

        @Override
        public void onData(ByteBuf data) {
            events.add("data " + data.readableBytes());
            data.release();
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            events.add("end");
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onWritable() {}

        @Override
        public void onBacklog() {}

        @Override
        public void onGone() {
            events.add("gone");
            stream.finish();
        }

        @Override
        public void onReleased() {
            serving.remove(this);
            kept.add(this);
        }
    }

    private static byte[] headers(int stream, boolean end, byte[] section) {
        return Http2Peer.bytes(Http2Peer.HEADERS, Http2Peer.END_HEADERS | (end ? Http2Peer.END_STREAM : 0), stream,
                section);
    }

    private static byte[] get(int stream) {
        return headers(stream, true, GET);
    }

    private static byte[] post(int stream) {
        return headers(stream, false, POST);
    }

    private static byte[] data(int stream, int bytes) {
        return Http2Peer.bytes(Http2Peer.DATA, 0, stream, new byte[bytes]);
    }

    private static byte[] windowUpdate(int stream, int bytes) {
        return Http2Peer.bytes(Http2Peer.WINDOW_UPDATE, 0, stream, Unpooled.copyInt(bytes).array());
    }

    /** Begins an answer with a body. */
    private static void answer(Told told, int bytes) {
        ResponseHead head = new ResponseHead();
        head.setStatus(200);
        head.setFraming(1, BodyLength.CHUNKED, true);
        told.stream.head(head, told.stream.request());
        told.stream.data(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    // ---- what a client may do

    @Test
    void aClientMayOpenItsWindowsWithEachFourKibibytesItReads() {
        channel.arrives(get(1));
        Told told = serving.getFirst();
        answer(told, 65_536);
        long read = 0;
        while (read < 64 << 20) {
            int before = 0;
            for (Http2Peer.Frame frame : channel.frames()) {
                before += frame.type() == Http2Peer.DATA ? frame.payload().length : 0;
            }
            assertThat(before).isPositive();
            read += before;
            for (int bytes = 4096; bytes <= before; bytes += 4096) {
                channel.arrives(windowUpdate(0, 4096), windowUpdate(1, 4096));
            }
            if (before % 4096 > 0) {
                channel.arrives(windowUpdate(0, before % 4096), windowUpdate(1, before % 4096));
            }
            assertThat(connection.isEnded()).as("after %d bytes", read).isFalse();
            if (told.stream.isWritable()) {
                told.stream.data(Unpooled.wrappedBuffer(new byte[65_536]));
            }
        }
    }

    @Test
    void answersToNoProbeAreCharged() {
        byte[] pong = Http2Peer.bytes(Http2Peer.PING, Http2Peer.ACK, 0,
                Unpooled.copyLong(Http2Connection.PROBE).array());
        for (int i = 0; i < 999; i++) { // the client's settings were charged too
            channel.arrives(pong);
        }
        assertThat(connection.isEnded()).isFalse();
        channel.arrives(pong);
        assertThat(connection.isEnded()).isTrue();
    }

    @Test
    void littleDataOfAStreamThatIsGoneIsCharged() {
        channel.arrives(post(1));
        serving.getFirst().stream.abort();
        for (int i = 0; i < 1000; i++) { // the request has earned four, the client's settings have cost one
            channel.arrives(data(1, 1), data(1, 1024));
        }
        assertThat(connection.isEnded()).isFalse();
        channel.arrives(data(1, 1), data(1, 1), data(1, 1), data(1, 1));
        assertThat(connection.isEnded()).isTrue();
    }

    @Test
    void aBodyThatIsTooLongIsOneFaultAndIsAnswered() {
        channel.arrives(Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, new byte[]{0, 4, 0, 0, 0, 0}));
        channel.arrives(headers(1, false, Http2Peer.section(Http2Peer.head("POST", "/", "content-length: 3"))));
        channel.sent();
        channel.arrives(Http2Peer.bytes(Http2Peer.DATA, Http2Peer.END_STREAM, 1, new byte[5]));
        assertThat(events).containsExactly("head /", "body refused LENGTH_WRONG");
        Told told = serving.getFirst();
        answer(told, 7);
        told.stream.end(null);
        told.stream.finish();
        channel.arrives(windowUpdate(1, 100));
        assertThat(channel.sent()).extracting(line -> line.substring(0, 5)).containsExactly("1:4:1", "0:1:1", "3:0:1");
    }

    // ---- what waits

    @Test
    void aStreamThatWasResetLeavesItsPlaceAmongThoseThatWait() {
        channel.arrives(get(1));
        answer(serving.getFirst(), 65_535); // all that the connection's window takes
        channel.arrives(get(3));
        answer(serving.getLast(), 60_000);
        channel.arrives(Http2Peer.bytes(Http2Peer.RST_STREAM, 0, 3, new byte[]{0, 0, 0, 8}));
        assertThat(kept).hasSize(1); // its object serves the next
        channel.arrives(get(5));
        answer(serving.getLast(), 60_000);
        channel.arrives(get(7));
        answer(serving.getLast(), 60_000);
        channel.sent();
        channel.arrives(windowUpdate(0, 4 * Frames.LARGEST_PAYLOAD));
        assertThat(channel.frames()).extracting(Http2Peer.Frame::stream).containsExactly(5, 7, 5, 7);
    }

    @Test
    void smallPartsOfABodyThatWaitKeepNoBufferOfARead() {
        channel.arrives(post(1));
        Told told = serving.getFirst();
        told.stream.pause();
        for (int i = 0; i < 3000; i++) {
            ByteBuf read = Unpooled.wrappedBuffer(data(1, 1), data(1, 1));
            channel.writeInbound(read);
            assertThat(read.refCnt()).isZero();
        }
        events.clear();
        told.stream.resume();
        assertThat(events).hasSizeLessThan(10).startsWith("data 1024");
    }

    @Test
    void smallPartsOfAnAnswerThatWaitAreGathered() {
        channel.arrives(get(1));
        Told told = serving.getFirst();
        answer(told, 65_535);
        for (int i = 0; i < 3000; i++) {
            ByteBuf part = Unpooled.wrappedBuffer(new byte[]{(byte) i});
            told.stream.data(part);
            assertThat(part.refCnt()).isZero();
        }
        channel.sent();
        channel.arrives(windowUpdate(0, 5000), windowUpdate(1, 5000));
        int at = 0;
        for (Http2Peer.Frame frame : channel.frames()) {
            for (byte b : frame.payload()) {
                assertThat(b).isEqualTo((byte) at++);
            }
        }
        assertThat(at).isEqualTo(3000);
    }

    // ---- the end

    @Test
    void whatFollowsARequestThatCameTooLateIsIgnored() {
        channel.arrives(get(1));
        connection.drain();
        connection.finishDrain();
        channel.arrives(post(3), windowUpdate(3, 1), data(3, 10), headers(3, true, Http2Peer.section("x: y")), post(5),
                Http2Peer.bytes(Http2Peer.RST_STREAM, 0, 5, new byte[]{0, 0, 0, 8}));
        assertThat(connection.isEnded()).isFalse();
        channel.sent();
        answer(serving.getFirst(), 5);
        serving.getFirst().stream.end(null);
        assertThat(channel.sent()).startsWith("1:4:1:1", "0:1:1:5");
        assertThat(connection.isEnded()).isTrue();
    }

    @Test
    void aClientThatLeavesIsToldOfTheDrainAllTheSame() {
        channel.arrives(get(1), Http2Peer.bytes(Http2Peer.GOAWAY, 0, 0, new byte[8]));
        connection.drain();
        assertThat(events).contains("draining");
        assertThat(channel.sent()).contains("7:0:0:8", "6:0:0:8");
    }

    @Test
    void aClientThatLeavesHasItsConnectionEndedBehindItsLastStream() {
        channel.arrives(get(1), Http2Peer.bytes(Http2Peer.GOAWAY, 0, 0, new byte[8]));
        assertThat(connection.isEnded()).isFalse();
        answer(serving.getFirst(), 5);
        serving.getFirst().stream.end(null);
        assertThat(connection.isEnded()).isTrue();
    }

    @Test
    void whatWaitsBehindTheEndIsWatchedToo() {
        channel.takes = false;
        answersAtOnce = true;
        channel.arrives(get(1), data(2, 1));
        assertThat(connection.isEnded()).isTrue();
        assertThat(events).contains("backlog").doesNotContain("closing");
    }
}
