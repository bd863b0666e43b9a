package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderArrays;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a client's connection ends with, or without, the rest of an answer. */
class Http1ServerConnectionTest {
    private static final Http1ServerConnection.Limits LIMITS = new Http1ServerConnection.Limits(64 * 1024, 100, 8192,
            32, 64 * 1024);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET_1_0 = "GET / HTTP/1.0\r\n\r\n";
    private static final int IN_ORDER = -1;
    private static final int BY_RESET = 0;

    private final Told told = new Told();
    private final Http1ServerConnection connection = new Http1ServerConnection(LIMITS, told, new HeaderArrays());
    private final Client client = new Client();

    @AfterEach
    void endChannel() {
        client.stuck = false;
        client.finishAndReleaseAll();
    }

    /** A client that takes nothing while it is stuck, and sees how its connection is closed. */
    private final class Client extends EmbeddedChannel {
        private @Nullable ChannelConfig config;
        private int linger = IN_ORDER;
        private int closedBy = Integer.MIN_VALUE;
        private boolean stuck;

        Client() {
            pipeline().addLast(connection);
        }

        @Override
        public ChannelConfig config() {
            ChannelConfig made = config;
            if (made == null) {
                made = new DefaultChannelConfig(this) {
                    @Override
                    public <T> boolean setOption(ChannelOption<T> option, T value) {
                        if (option.equals(ChannelOption.SO_LINGER)) {
                            linger = (Integer) value;
                            return true;
                        }
                        return super.setOption(option, value);
                    }
                };
                config = made;
            }
            return made;
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer out) throws Exception {
            if (!stuck) {
                super.doWrite(out);
            }
        }

        @Override
        protected void doClose() throws Exception {
            closedBy = linger;
            super.doClose();
        }

        void asks(String request) {
            writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
        }

        void takesAgain() {
            stuck = false;
            flush();
        }

        String got() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf part = readOutbound(); part != null; part = readOutbound()) {
                text.append(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            }
            return text.toString();
        }
    }

    private static final class Told implements Http1ServerConnection.Events {
        private final List<RequestHead> heads = new ArrayList<>();
        private boolean closing;

        RequestHead last() {
            return heads.getLast();
        }

        @Override
        public void onHead(RequestHead head) {
            heads.add(head);
        }

        @Override
        public void onClosing() {
            closing = true;
        }

        @Override
        public void onData(ByteBuf data) {
            data.release();
        }

        @Override
        public void onHeadBegun() {}

        @Override
        public void onHeadProgress(int bytes) {}

        @Override
        public void onHeadRefused(HeadFault fault) {}

        @Override
        public void onContinued() {}

        @Override
        public void onBodyRefused(BodyFault fault) {}

        @Override
        public void onEnd(@Nullable Headers trailers) {}

        @Override
        public void onReadComplete() {}

        @Override
        public void onAbort() {}

        @Override
        public void onWritable() {}

        @Override
        public void onBacklog() {}

        @Override
        public void onIdle() {}

        @Override
        public void onClosed() {}
    }

    private void beginAnswer(long length, String body) {
        connection.head(TestExchanges.response(200, length), told.last());
        connection.data(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1));
        connection.flush();
    }

    private void finish() {
        connection.end(null);
        connection.flush();
        connection.finishExchange();
    }

    private void cut() {
        connection.cut();
        connection.flush();
        connection.finishExchange();
    }

    @Test
    void whatWasGivenBeforeACutIsStillSent() {
        client.stuck = true;
        client.asks(GET);
        beginAnswer(5, "whole");
        finish();
        client.asks(GET);
        beginAnswer(5, "cu");
        cut();
        assertThat(client.isOpen()).isTrue();
        assertThat(told.closing).isFalse();
        client.takesAgain();
        assertThat(client.got()).contains("whole").endsWith("\r\n\r\ncu");
        assertThat(told.closing).isTrue();
    }

    @Test
    void aBodyThatEndsWithTheConnectionEndsItInOrderWhenAllIsWritten() {
        client.stuck = true;
        client.asks(GET_1_0);
        beginAnswer(BodyLength.UNTIL_CLOSE, "whole");
        finish();
        client.takesAgain();
        assertThat(client.got()).endsWith("\r\n\r\nwhole");
        assertThat(client.closedBy).isEqualTo(IN_ORDER);
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsResetWhenItIsCut() {
        client.asks(GET_1_0);
        beginAnswer(BodyLength.UNTIL_CLOSE, "cu");
        cut();
        assertThat(client.got()).endsWith("\r\n\r\ncu");
        assertThat(client.closedBy).isEqualTo(BY_RESET);
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsResetWhenItIsNotTaken() {
        client.stuck = true;
        client.asks(GET_1_0);
        beginAnswer(BodyLength.UNTIL_CLOSE, "whole");
        finish();
        connection.close();
        assertThat(client.closedBy).isEqualTo(BY_RESET);
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsResetWhenTheClientHasLeft() {
        client.asks(GET_1_0);
        beginAnswer(BodyLength.UNTIL_CLOSE, "cu");
        client.close(); // as the transport does when it reads FIN
        assertThat(client.closedBy).isEqualTo(BY_RESET);
    }

    @Test
    void whatIsNoChunkBehindAnAnswerDoesNotTakeTheAnswerAway() {
        client.stuck = true;
        client.asks("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        beginAnswer(5, "whole");
        finish();
        client.asks("x\r\n");
        client.takesAgain();
        assertThat(client.got()).endsWith("\r\n\r\nwhole");
        assertThat(told.closing).isTrue();
    }
}
