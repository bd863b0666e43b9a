package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection to an endpoint, on a channel that is driven by hand. */
class Http1ClientConnectionTest {
    private final Told told = new Told();
    private final Http1ClientConnection connection = new Http1ClientConnection(65536, 256, told);
    private final EmbeddedChannel channel = new EmbeddedChannel(connection);

    /** What was told of, and a listener that pauses when it is asked to. */
    private final class Told implements Http1ClientConnection.Events {
        private final List<String> events = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private boolean pauses;
        private @Nullable Error breaks;

        @Override
        public void onInformational(ResponseHead head) {
            events.add("interim " + head.status());
        }

        @Override
        public void onHead(ResponseHead head) {
            events.add("head " + head.status());
        }

        @Override
        public void onHeadRefused(HeadFault fault) {
            events.add("head refused");
        }

        @Override
        public void onBodyRefused(BodyFault fault) {
            events.add("body refused");
        }

        @Override
        public void onWritable() {}

        @Override
        public void onUnsolicited() {
            events.add("unsolicited");
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            events.add("closed");
        }

        @Override
        public void onData(ByteBuf data) {
            body.append(data.toString(StandardCharsets.US_ASCII));
            data.release();
            if (breaks != null) {
                throw breaks;
            }
            if (pauses) {
                connection.pause();
            }
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            events.add("end");
        }

        @Override
        public void onReadComplete() {}
    }

    private void ask() {
        RequestHead head = new RequestHead();
        head.setPath(new byte[]{'/'}, 0, 1);
        connection.request(head, new byte[0], new byte[]{'h'}, 0, 1);
        connection.end(null);
        connection.flush();
        ByteBuf sent = Objects.requireNonNull(channel.readOutbound());
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        sent.release();
    }

    private void arrives(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 40", "Connection: close", "Transfer-Encoding: chunked"})
    void whatCameBeforeTheCloseIsDeliveredHoweverLate(String framing) {
        boolean chunked = framing.endsWith("chunked");
        told.pauses = true;
        ask();
        arrives("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + (chunked ? "28\r\n" : "") + "0123456789");
        arrives("0123456789");
        arrives("01234567890123456789" + (chunked ? "\r\n0\r\n\r\n" : ""));
        channel.close();
        assertThat(told.body).hasToString("0123456789");
        assertThat(told.events).containsExactly("head 200");
        for (int i = 0; i < 3; i++) {
            connection.resume();
        }
        assertThat(told.body).hasToString("0123456789".repeat(4));
        assertThat(told.events).containsExactly("head 200", "end", "closed");
    }

    @Test
    void whatIsCutBehindAPauseIsDeliveredAndThenToldAsClosed() {
        told.pauses = true;
        ask();
        arrives("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789");
        arrives("0123456789");
        channel.close();
        connection.resume();
        connection.resume();
        assertThat(told.body).hasToString("01234567890123456789");
        assertThat(told.events).containsExactly("head 200", "closed");
    }

    @Test
    void aBodyThatEndsWithItsConnectionIsWholeWhateverStillWaitedToBeWritten() {
        ask();
        arrives("HTTP/1.1 200 OK\r\n\r\nearly");
        channel.pipeline().fireExceptionCaught(new ClosedChannelException());
        channel.close();
        assertThat(told.body).hasToString("early");
        assertThat(told.events).containsExactly("head 200", "end", "closed");
    }

    @Test
    void aBodyThatEndsWithAResetIsCut() {
        ask();
        arrives("HTTP/1.1 200 OK\r\n\r\nearly");
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        channel.close();
        assertThat(told.events).containsExactly("head 200", "closed");
    }

    @Test
    void anErrorEndsTheConnectionAsABugDoes() {
        told.breaks = new OutOfMemoryError("none left for a buffer");
        ask();
        arrives("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789");
        assertThat(channel.isActive()).isFalse();
        assertThat(connection.isReusable()).isFalse();
        assertThat(told.body).hasToString("0123456789");
        assertThat(told.events).containsExactly("head 200", "closed");
    }
}
