package dev.ponticello.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads answers with a Content-Length, which is all that the endpoint sends; another one is a failure. */
final class AnswerReader extends ByteToMessageDecoder {
    private static final int LENGTH_OF_STATUS_LINE_BEGIN = "HTTP/1.1 200".length();
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private final Listener listener;
    private int status;
    private long bodyLeft = -1;
    private boolean failed;

    AnswerReader(Listener listener) {
        this.listener = listener;
    }

    /** Told on the loop. */
    interface Listener {
        void connected(Channel channel);

        void answered(Channel channel, int status);

        /** Nothing follows on that connection. */
        void failed(Throwable cause);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listener.connected(context.channel());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (bodyLeft < 0) {
            int end = endOfHead(in);
            if (end < 0) {
                return;
            }
            int start = in.readerIndex();
            status = digits(in, start + LENGTH_OF_STATUS_LINE_BEGIN - 3, start + LENGTH_OF_STATUS_LINE_BEGIN);
            bodyLeft = contentLength(in, start, end);
            in.readerIndex(end);
        }
        int taken = (int) Math.min(bodyLeft, in.readableBytes());
        in.skipBytes(taken);
        bodyLeft -= taken;
        if (bodyLeft == 0) {
            bodyLeft = -1;
            listener.answered(context.channel(), status);
        }
    }

    /** Behind the empty line; -1 if it has not come. */
    private static int endOfHead(ByteBuf in) {
        int to = in.writerIndex();
        for (int at = in.readerIndex() + 3; at < to; at++) {
            if (in.getByte(at) == '\n' && in.getByte(at - 2) == '\n') {
                return at + 1;
            }
        }
        return -1;
    }

    private static long contentLength(ByteBuf in, int start, int end) {
        for (int line = start; line < end; line = in.indexOf(line, end, (byte) '\n') + 1) {
            if (isContentLength(in, line)) {
                int from = line + CONTENT_LENGTH.length;
                while (in.getByte(from) == ' ') {
                    from++;
                }
                return digits(in, from, in.indexOf(from, end, (byte) '\r'));
            }
        }
        throw new IllegalStateException("an answer without Content-Length: "
                + in.toString(start, end - start, StandardCharsets.ISO_8859_1));
    }

    private static boolean isContentLength(ByteBuf in, int line) {
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            if (line + i >= in.writerIndex() || (in.getByte(line + i) | 0x20) != (CONTENT_LENGTH[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static int digits(ByteBuf in, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            number = number * 10 + in.getByte(at) - '0';
        }
        return number;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(context, new EOFException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(context, cause);
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        if (!failed) {
            failed = true;
            listener.failed(cause);
            context.close();
        }
    }
}
