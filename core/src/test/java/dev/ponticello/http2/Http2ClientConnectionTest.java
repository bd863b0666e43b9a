package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection to an endpoint, on a channel that is driven by hand. */
class Http2ClientConnectionTest implements Http2ClientConnection.Events {
    private static final byte[] GOOD = Http2Peer.section(":status: 200");

    private final DrivenChannel channel = new DrivenChannel();
    private final Http2ClientConnection connection = new Http2ClientConnection(channel.loop, DrivenChannel.LIMITS,
            false,
            this);
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void begin() {
        channel.carry(connection);
        channel.arrives(DrivenChannel.SETTINGS);
        channel.sent();
        events.clear();
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Override
    public void onReady() {
        events.add("ready");
    }

    @Override
    public void onStreamGone() {
        events.add("stream gone");
    }

    @Override
    public void onLeaving() {
        events.add("leaving");
    }

    @Override
    public void onClosed(@Nullable Throwable why) {
        events.add("closed");
    }

    /** A stream that writes down what it is told. */
    private class Told implements Http2ClientStream.Events {
        final Http2ClientStream stream = new Http2ClientStream(this);

        @Override
        public void onInformational(ResponseHead head) {
            events.add("interim " + head.status());
        }

        @Override
        public void onHead(ResponseHead head) {
            events.add("head " + head.status());
        }

        @Override
        public void onHeadRefused(FieldFault fault) {
            events.add("refused " + fault);
        }

        @Override
        public void onBodyRefused(FieldFault fault) {
            events.add("body refused " + fault);
        }

        @Override
        public void onData(ByteBuf data) {
            events.add("data " + data.toString(StandardCharsets.US_ASCII));
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
        public void onLost(Loss loss) {
            events.add("lost " + loss);
        }
    }

    private Http2ClientStream get(Told told) {
        return open(told, 0);
    }

    private Http2ClientStream upload(Told told) {
        return open(told, BodyLength.CHUNKED);
    }

    private Http2ClientStream open(Told told, long bodyLength) {
        RequestHead head = new RequestHead();
        head.setPath(new byte[]{'/'}, 0, 1);
        head.setFraming(bodyLength, true, false);
        connection.open(told.stream, head, new byte[0], new byte[]{'h'}, 0, 1);
        return told.stream;
    }

    private static byte[] headers(int stream, boolean end, byte[] section) {
        return Http2Peer.bytes(Http2Peer.HEADERS, Http2Peer.END_HEADERS | (end ? Http2Peer.END_STREAM : 0), stream,
                section);
    }

    private static byte[] data(int stream, int bytes) {
        return Http2Peer.bytes(Http2Peer.DATA, 0, stream, new byte[bytes]);
    }

    /** Hands the same object out again as soon as it was released, as a pool does. */
    private static final class OneBuffer extends AbstractByteBufAllocator {
        private final Reused buffer = new Reused();

        @Override
        protected ByteBuf newDirectBuffer(int capacity, int maxCapacity) {
            return buffer.refCnt() == 0 ? buffer.again() : Unpooled.directBuffer(capacity, maxCapacity);
        }

        @Override
        protected ByteBuf newHeapBuffer(int capacity, int maxCapacity) {
            return Unpooled.buffer(capacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return true;
        }
    }

    private static final class Reused extends UnpooledHeapByteBuf {
        Reused() {
            super(UnpooledByteBufAllocator.DEFAULT, 4096, 65_536);
            release();
        }

        ByteBuf again() {
            resetRefCnt();
            return clear();
        }

        @Override
        protected void deallocate() {}
    }

    @Test
    void theEndOfAMessageIsNotMarkedInABufferThatServesAgain() {
        channel.config().setAllocator(new OneBuffer());
        Http2ClientStream upload = upload(new Told());
        upload.data(Unpooled.wrappedBuffer(new byte[10]));
        assertThat(channel.sent()).extracting(line -> line.substring(0, 5)).containsExactly("1:4:1", "0:0:1");
        get(new Told());
        upload.end(null);
        assertThat(channel.sent()).extracting(line -> line.substring(0, 5)).containsExactly("1:5:3", "0:1:1");
    }

    @Test
    void theEndOfAMessageIsMarkedOnItsLastFrameWhileThatIsGathered() {
        Http2ClientStream upload = upload(new Told());
        upload.data(Unpooled.wrappedBuffer(new byte[10]));
        get(new Told());
        upload.end(null);
        assertThat(channel.sent()).extracting(line -> line.substring(0, 5))
                .containsExactly("1:4:1", "0:1:1", "1:5:3");
    }

    @Test
    void dataOfAnyStreamThatWasCancelledIsIgnored() {
        List<Http2ClientStream> streams = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            streams.add(get(new Told()));
        }
        streams.forEach(Http2ClientStream::close);
        channel.sent();
        for (int id = 1; id < 2000; id += 2) {
            channel.arrives(headers(id, false, GOOD), data(id, 16_000));
        }
        assertThat(connection.isEnded()).isFalse();
        assertThat(channel.sent()).as("the connection's credit comes back").contains("8:0:0:4");
    }

    @Test
    void aHeadThatEndsItsStreamTellsTheLengthOfItsBody() {
        List<String> lengths = new ArrayList<>();
        for (String status : new String[]{"200", "204", "302", "304"}) {
            Http2ClientStream stream = get(new Told() {
                @Override
                public void onHead(ResponseHead head) {
                    lengths.add(status + " " + head.headers().get(HeaderName.CONTENT_LENGTH));
                }
            });
            channel.arrives(headers(stream.id, true, Http2Peer.section(":status: " + status)));
        }
        assertThat(lengths).containsExactly("200 0", "204 null", "302 0", "304 null");
    }

    @Test
    void dataBeforeTheHeadOfTheAnswerIsRefused() {
        for (byte[] first : new byte[][]{new byte[0], headers(1, false, Http2Peer.section(":status: 103"))}) {
            events.clear();
            int id = get(new Told()).id;
            if (first.length > 0) {
                channel.arrives(headers(id, false, Http2Peer.section(":status: 103")));
            }
            channel.arrives(data(id, 16_000),
                    Http2Peer.bytes(Http2Peer.DATA, Http2Peer.END_STREAM, id, new byte[0]));
            assertThat(events).contains("refused DATA_EARLY").doesNotContain("end");
            assertThat(connection.isEnded()).isFalse();
        }
    }

    @Test
    void theEndOfAHeadIsNotThatOfTheStreamThatItsObjectServesNext() {
        Told next = new Told() {
            private boolean again;

            @Override
            public void onHead(ResponseHead head) {
                super.onHead(head);
                if (!again) {
                    again = true;
                    stream.close();
                    get(this);
                }
            }
        };
        get(next);
        channel.arrives(headers(1, true, GOOD));
        assertThat(events).containsExactly("head 200", "stream gone");
        channel.arrives(headers(3, true, GOOD));
        assertThat(events).endsWith("head 200", "end", "stream gone");
    }

    @Test
    void theLastStreamOfAllIsServed() {
        connection.nextStreamId = Integer.MAX_VALUE - 2;
        Http2ClientStream last = get(new Told());
        assertThat(connection.hasRoom()).isFalse();
        assertThat(channel.frames()).extracting(Http2Peer.Frame::type).containsExactly(Http2Peer.HEADERS);
        channel.arrives(headers(last.id, true, GOOD));
        assertThat(events).contains("leaving", "head 200", "end");
        assertThat(connection.isEnded()).isTrue();
    }

    @Test
    void tellsOfRoomThatSettingsHaveMade() {
        channel.arrives(Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, new byte[]{0, 3, 0, 0, 0, 1}));
        get(new Told());
        assertThat(connection.hasRoom()).isFalse();
        assertThat(events).isEmpty();
        channel.arrives(Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, new byte[]{0, 3, 0, 0, 0, 2}));
        assertThat(connection.hasRoom()).isTrue();
        assertThat(events).containsExactly("stream gone");
    }
}
