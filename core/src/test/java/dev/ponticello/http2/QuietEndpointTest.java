package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.Headers;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection to an endpoint that says nothing any more: found out by a PING, whether or not requests overlap. */
class QuietEndpointTest implements Clock, Http2ClientConnection.Events {
    private static final Http2Limits.Frequency MANY = new Http2Limits.Frequency(1000, TimeUnit.MINUTES.toNanos(1));
    private static final byte[] AUTHORITY = {'a'};

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
    private final Http2ClientConnection connection = new Http2ClientConnection(loop,
            new Http2Limits(65_536, 100, 65_536, 0, MANY, MANY), this);
    private long nowMillis;
    private boolean closed;

    @BeforeEach
    void begin() {
        channel.freezeTime();
        channel.pipeline().addLast(connection);
        come(Http2Peer.SETTINGS, 0, 0);
        frames();
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void asksAfterAQuietWhileAndCloses() {
        open();
        pass(21_000);
        assertThat(frames()).contains(Http2Peer.PING);
        pass(8_000);
        assertThat(closed).isFalse();
        pass(2_000);
        assertThat(closed).isTrue();
    }

    @Test
    void asksAlsoWhereEachRequestWasGivenUpBefore() {
        for (int i = 0; i < 2; i++) {
            Http2ClientStream stream = open();
            pass(15_000);
            stream.close();
            pass(1_000);
        }
        assertThat(frames()).contains(Http2Peer.PING);
        assertThat(closed).as("after the first request and a PING").isTrue();
    }

    @Test
    void staysWhereAPingIsAnswered() {
        open().close();
        pass(21_000);
        assertThat(frames()).contains(Http2Peer.PING);
        come(Http2Peer.PING, Http2Peer.ACK, 0, new byte[8]);
        pass(60_000);
        assertThat(frames()).doesNotContain(Http2Peer.PING);
        assertThat(closed).isFalse();
    }

    @Test
    void doesNotAskWhileNothingIsOwed() {
        Http2ClientStream stream = open();
        come(Http2Peer.HEADERS, Http2Peer.END_HEADERS | Http2Peer.END_STREAM, 1, Http2Peer.section(":status: 204"));
        stream.close();
        pass(60_000);
        assertThat(frames()).doesNotContain(Http2Peer.PING);
        open();
        pass(19_000);
        assertThat(frames()).doesNotContain(Http2Peer.PING);
        assertThat(closed).isFalse();
    }

    private Http2ClientStream open() {
        Http2ClientStream stream = new Http2ClientStream(new Nobody());
        connection.open(stream, TestExchanges.request("GET / HTTP/1.1"), new byte[0], AUTHORITY, 0, 1);
        stream.flush();
        channel.runPendingTasks();
        return stream;
    }

    private void come(int type, int flags, int stream, byte... payload) {
        channel.writeInbound(Unpooled.wrappedBuffer(Http2Peer.bytes(type, flags, stream, payload)));
        channel.runPendingTasks();
    }

    /** The kinds of the frames that went out. */
    private List<Integer> frames() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        if (all.isReadable() && all.getByte(0) == 'P') {
            all.skipBytes(Http2Peer.PREFACE.length());
        }
        List<Integer> kinds = new ArrayList<>();
        while (all.isReadable()) {
            int length = all.readUnsignedMedium();
            kinds.add((int) all.readUnsignedByte());
            all.skipBytes(5 + length);
        }
        return kinds;
    }

    /** Moves the clock second by second, and lets what is due happen. */
    private void pass(long millis) {
        for (long left = millis; left > 0; left -= 1000) {
            nowMillis += 1000;
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis);
    }

    @Override
    public long wallMillis() {
        return nowMillis;
    }

    @Override
    public void onReady() {
        // streams are opened by the test
    }

    @Override
    public void onStreamGone() {
        // none waits
    }

    @Override
    public void onLeaving() {
        // none is opened then
    }

    @Override
    public void onClosed(@Nullable Throwable why) {
        closed = true;
    }

    /** Whoever asked, without interest in the answer. */
    private static final class Nobody implements Http2ClientStream.Events {
        @Override
        public void onInformational(ResponseHead head) {
            // not looked at
        }

        @Override
        public void onHead(ResponseHead head) {
            // not looked at
        }

        @Override
        public void onHeadRefused(FieldFault fault) {
            throw new AssertionError(fault);
        }

        @Override
        public void onBodyRefused(FieldFault fault) {
            throw new AssertionError(fault);
        }

        @Override
        public void onData(ByteBuf data) {
            data.release();
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            // not looked at
        }

        @Override
        public void onReadComplete() {
            // nothing is relayed
        }

        @Override
        public void onWritable() {
            // nothing is sent
        }

        @Override
        public void onLost(Loss loss) {
            // the connection was closed
        }
    }
}
