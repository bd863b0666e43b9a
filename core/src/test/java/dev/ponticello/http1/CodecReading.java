package dev.ponticello.http1;

import dev.ponticello.http.HeaderArrays;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP/1 codec makes of the bytes that come on a connection: ours, or Netty's.
 *
 * @param messages in order; the last may not be whole
 * @param refused whether what came behind them, or in the last of them, was refused
 */
record CodecReading(List<Message> messages, boolean refused) {
    private static final int LARGE = 1 << 20;

    /**
     * A request or a response.
     *
     * @param start the first line without its line end
     * @param fields lines without their line ends, in order
     * @param persistent whether another message may follow
     */
    record Message(String start, List<String> fields, String body, List<String> trailers, boolean whole,
            boolean persistent) {
        Message withStart(String other) {
            return new Message(other, fields, body, trailers, whole, persistent);
        }

        Message withFields(List<String> other) {
            return new Message(start, other, body, trailers, whole, persistent);
        }

        Message withTrailers(List<String> other) {
            return new Message(start, fields, body, other, whole, persistent);
        }

        /** Whether all is the same but what each thinks of the connection. */
        boolean isSame(Message other) {
            return start.equals(other.start) && fields.equals(other.fields) && body.equals(other.body)
                    && trailers.equals(other.trailers) && whole == other.whole;
        }

        boolean isInformational() {
            return start.matches("HTTP/1\\.[01] 1[0-9][0-9]");
        }
    }

    private static final class Builder {
        private final List<Message> messages = new ArrayList<>();
        private @Nullable String start;
        private List<String> fields = List.of();
        private boolean persistent;
        private final StringBuilder body = new StringBuilder();
        private boolean refused;

        void begin(String start, List<String> fields, boolean persistent) {
            this.start = start;
            this.fields = fields;
            this.persistent = persistent;
            body.setLength(0);
        }

        void data(ByteBuf data) {
            body.append(data.toString(StandardCharsets.ISO_8859_1));
        }

        void end(List<String> trailers, boolean whole) {
            String line = start;
            if (line != null) {
                messages.add(new Message(line, fields, body.toString(), trailers, whole, persistent));
                start = null;
            }
        }

        CodecReading build() {
            end(List.of(), false);
            return new CodecReading(List.copyOf(messages), refused);
        }
    }

    // ---- ours

    static CodecReading ofRequestsByOurs(byte[] input) {
        Builder builder = new Builder();
        OurServer server = new OurServer(builder);
        EmbeddedChannel channel = new EmbeddedChannel(server.connection);
        channel.writeInbound(Unpooled.copiedBuffer(input));
        channel.runPendingTasks();
        CodecReading reading = builder.build();
        channel.finishAndReleaseAll();
        return reading;
    }

    /** Answers every request with nothing, so that the next is read. */
    private static final class OurServer implements Http1ServerConnection.Events {
        private final Builder builder;
        private final ResponseHead answer = new ResponseHead();
        private final Http1ServerConnection connection = new Http1ServerConnection(
                new Http1ServerConnection.Limits(LARGE, LARGE, LARGE, LARGE, 0), this,
                new HeaderArrays());
        private RequestHead request = new RequestHead();

        OurServer(Builder builder) {
            this.builder = builder;
            answer.setStatus(204);
        }

        @Override
        public void onHead(RequestHead head) {
            request = head;
            builder.begin(head.method() + " " + head.target() + " HTTP/1." + head.minorVersion(), lines(head.headers()),
                    head.keepAlive());
        }

        @Override
        public void onData(ByteBuf data) {
            builder.data(data);
            data.release();
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            builder.end(trailers == null ? List.of() : lines(trailers), true);
            connection.head(answer, request);
            connection.end(null);
            connection.finishExchange();
        }

        @Override
        public void onHeadRefused(HeadFault fault) {
            builder.refused = true;
        }

        @Override
        public void onBodyRefused(BodyFault fault) {
            builder.refused = true;
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onHeadBegun() {}

        @Override
        public void onHeadProgress(int bytes) {}

        @Override
        public void onContinued() {}

        @Override
        public void onAbort() {}

        @Override
        public void onWritable() {}

        @Override
        public void onBacklog() {}

        @Override
        public void onIdle() {}

        @Override
        public void onClosing() {}

        @Override
        public void onClosed() {}
    }

    /** Of the answer to one GET, and what comes behind it. */
    static CodecReading ofResponsesByOurs(byte[] input) {
        Builder builder = new Builder();
        OurClient client = new OurClient(builder);
        EmbeddedChannel channel = new EmbeddedChannel(client.connection);
        RequestHead get = new RequestHead();
        get.setPath(new byte[]{'/'}, 0, 1);
        client.connection.request(get, new byte[0], new byte[]{'a'}, 0, 1);
        client.connection.end(null);
        channel.writeInbound(Unpooled.copiedBuffer(input));
        channel.finishAndReleaseAll();
        return builder.build();
    }

    private static final class OurClient implements Http1ClientConnection.Events {
        private final Builder builder;
        private final Http1ClientConnection connection = new Http1ClientConnection(LARGE, LARGE, this);

        OurClient(Builder builder) {
            this.builder = builder;
        }

        private void begin(ResponseHead head) {
            builder.begin("HTTP/1." + head.minorVersion() + " " + head.status(), lines(head.headers()),
                    head.keepAlive());
        }

        @Override
        public void onInformational(ResponseHead head) {
            begin(head);
            builder.end(List.of(), true);
        }

        @Override
        public void onHead(ResponseHead head) {
            begin(head);
        }

        @Override
        public void onData(ByteBuf data) {
            builder.data(data);
            data.release();
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            builder.end(trailers == null ? List.of() : lines(trailers), true);
        }

        @Override
        public void onHeadRefused(HeadFault fault) {
            builder.refused = true;
        }

        @Override
        public void onBodyRefused(BodyFault fault) {
            builder.refused = true;
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onWritable() {}

        @Override
        public void onUnsolicited() {}

        @Override
        public void onClosed(@Nullable Throwable cause) {}
    }

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (!headers.isRemoved(slot)) {
                lines.add(headers.name(slot) + ": " + headers.value(slot));
            }
        }
        return lines;
    }

    // ---- Netty's

    private static HttpDecoderConfig large() {
        return new HttpDecoderConfig().setMaxInitialLineLength(LARGE).setMaxHeaderSize(LARGE).setMaxChunkSize(LARGE);
    }

    static CodecReading ofRequestsByNetty(byte[] input) {
        return ofNetty(new HttpServerCodec(large()), input, false);
    }

    static CodecReading ofResponsesByNetty(byte[] input) {
        return ofNetty(new HttpResponseDecoder(large()), input, true);
    }

    private static CodecReading ofNetty(ChannelHandler codec, byte[] input, boolean toTheEnd) {
        EmbeddedChannel channel = new EmbeddedChannel(codec);
        channel.writeInbound(Unpooled.copiedBuffer(input));
        if (toTheEnd) {
            channel.finish();
        }
        Builder builder = new Builder();
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
            // Behind an upgrade come bytes, which are no HTTP.
            if (part instanceof HttpObject object) {
                add(object, builder);
            }
            ReferenceCountUtil.release(part);
        }
        channel.finishAndReleaseAll();
        return builder.build();
    }

    private static void add(HttpObject part, Builder builder) {
        if (part.decoderResult().isFailure()) {
            builder.refused = true;
            return;
        }
        if (part instanceof HttpMessage message) {
            String version = message.protocolVersion().text();
            String start = switch (message) {
                case HttpRequest request -> request.method() + " " + request.uri() + " " + version;
                case HttpResponse response -> version + " " + response.status().code();
                default -> throw new AssertionError(message);
            };
            builder.begin(start, lines(message.headers()), true);
        }
        if (part instanceof HttpContent content) {
            builder.data(content.content());
        }
        if (part instanceof LastHttpContent last) {
            builder.end(lines(last.trailingHeaders()), true);
        }
    }

    private static List<String> lines(HttpHeaders headers) {
        List<String> lines = new ArrayList<>();
        headers.iteratorCharSequence().forEachRemaining(field -> lines.add(field.getKey() + ": " + field.getValue()));
        return lines;
    }
}
