package dev.ponticello.http1;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.MessageSink;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.loop.Backlog;
import dev.ponticello.loop.OutBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint, HTTP/1.1: sink of a request and source of its response, one after the other.
 *
 * <pre>
 *           request()                final head              body ended
 *   IDLE ───────────────► HEAD ──────────────────► BODY ───────────────────► IDLE
 *                         │  ▲ interim head                │ refused, cut
 *                         └──┘                             ▼
 *                                                        DEAD (whatever still comes is dropped)
 * </pre>
 *
 * <p>Behind the answer 101 that a request for a WebSocket gets, body is whatever comes and goes, until the connection closes.
 *
 * <p>Anything that comes while it is idle makes it unfit for another request. Reading goes on after a write has failed: an endpoint may answer early and close (RFC 9112 §9.5).
 */
public final class Http1ClientConnection extends ChannelInboundHandlerAdapter implements MessageSource, MessageSink {
    /** What happens on the connection, told to its owner, on its loop. */
    public interface Events extends MessageReceiver {
        /** An interim head (1xx). */
        void onInformational(ResponseHead head);

        /** The final head; valid until the next request. */
        void onHead(ResponseHead head);

        /** What came is no response. */
        void onHeadRefused(HeadFault fault);

        /** The body broke the rules. */
        void onBodyRefused(BodyFault fault);

        /** The request may go on: see {@link #isWritable()}. */
        void onWritable();

        /** Bytes came while nothing was asked. */
        void onUnsolicited();

        /** It is closed or broken; the last event. {@code cause} is what the transport reported, if anything. */
        void onClosed(@Nullable Throwable cause);
    }

    private enum Reading {
        IDLE,
        HEAD,
        BODY,
        DEAD
    }

    private static final Logger LOG = System.getLogger(Http1ClientConnection.class.getName());

    private final Events events;
    private final ResponseParser parser;
    private final ChunkedDecoder chunks;
    private final ResponseHead response = new ResponseHead();
    private final HeldReads held = new HeldReads();
    @SuppressWarnings("NullAway.Init") // set when the handler is added, before any event
    private ChannelHandlerContext context;
    @SuppressWarnings("NullAway.Init")
    private OutBuffer out;
    private Reading reading = Reading.IDLE;
    private Method method = Method.GET;
    /** What the answer 101 must say to the request for a WebSocket; null where none was sent. */
    private @Nullable String webSocketAccept;
    private boolean requestChunked;
    private boolean requestEnded = true;
    private boolean paused;
    private boolean processing;
    private boolean answerBegun;
    private boolean flushed;
    private boolean closed;
    private boolean told;
    private long bodyLeft;
    private @Nullable Throwable cause;

    /**
     * @param headLimit bytes of a response head
     * @param fieldLimit fields of a response head
     */
    public Http1ClientConnection(int headLimit, int fieldLimit, Events events) {
        this.events = events;
        this.parser = new ResponseParser(headLimit, fieldLimit);
        this.chunks = new ChunkedDecoder(headLimit, fieldLimit);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new OutBuffer(ctx);
    }

    public Channel channel() {
        return context.channel();
    }

    // ---- the request

    /** Begins a request; what follows is the body of {@link RequestHead#bodyLength()}, through {@link #data} and {@link #end}. */
    public void request(RequestHead head, byte[] basePath, byte[] authority, int authorityStart, int authorityEnd) {
        method = head.method();
        webSocketAccept = head.asksForWebSocket() ? WebSocketUpgrade.accept(head.headers()) : null;
        requestChunked = head.bodyLength() == BodyLength.CHUNKED;
        requestEnded = false;
        answerBegun = false;
        flushed = false;
        paused = false;
        reading = Reading.HEAD;
        response.clear();
        parser.reset();
        int room = head.headers().maxWritten()
                + HeadWriter.requestOverhead(head, basePath, authorityEnd - authorityStart);
        HeadWriter.writeRequest(out.room(room), head, basePath, authority, authorityStart, authorityEnd);
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    /** How many bytes the endpoint's side has taken since the connection was opened. */
    public long takenBytes() {
        return out.writtenBytes() - pendingBytes();
    }

    @Override
    public long pendingBytes() {
        return Backlog.bytes(context.channel());
    }

    @Override
    public void setTight(boolean tight) {
        Backlog.setTight(context.channel(), tight);
    }

    @Override
    public void data(ByteBuf data) {
        if (closed) {
            data.release();
        } else if (requestChunked) {
            ChunkedWriter.add(out, data);
        } else {
            out.add(data);
        }
    }

    @Override
    public void end(@Nullable Headers trailers) {
        if (requestChunked && !closed) {
            ChunkedWriter.end(out, trailers);
        }
        requestEnded = true;
    }

    @Override
    public void flush() {
        if (!closed && out.flush()) {
            flushed = true;
        }
    }

    /** Whether bytes of the current request were handed to the kernel. */
    public boolean isRequestHandedOver() {
        return flushed;
    }

    /** Whether any byte of the answer has come. */
    public boolean isAnswerBegun() {
        return answerBegun;
    }

    /** Whether another request may follow: the last one was sent whole, its answer came whole, and neither side means to close. */
    public boolean isReusable() {
        return reading == Reading.IDLE && requestEnded && !closed && response.keepAlive() && held.isEmpty()
                && context.channel().isActive();
    }

    // ---- the response

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (reading == Reading.IDLE) {
            in.release();
            reading = Reading.DEAD;
            events.onUnsolicited();
        } else if (reading == Reading.DEAD || closed) {
            in.release();
        } else if (paused || processing || !held.isEmpty()) {
            held.add(in);
            ctx.channel().config().setAutoRead(false);
        } else {
            process(in);
            if (in.isReadable() && paused && reading != Reading.DEAD) {
                held.add(in);
                ctx.channel().config().setAutoRead(false);
            } else {
                in.release();
            }
        }
    }

    private void process(ByteBuf in) {
        processing = true;
        try {
            // Also once it is closed: what had come before is still part of the answer.
            while (in.isReadable() && !paused) {
                switch (reading) {
                    case HEAD -> readHead(in);
                    case BODY -> readBody(in);
                    case IDLE, DEAD -> {
                        return;
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            // A bug, or no memory for a buffer: what this connection is in the middle of is not known any more.
            in.release();
            close();
            throw e;
        } finally {
            processing = false;
        }
    }

    private void readHead(ByteBuf in) {
        answerBegun = true;
        if (!parser.parse(in, response, method)) {
            HeadFault fault = parser.fault();
            if (fault != null) {
                reading = Reading.DEAD;
                events.onHeadRefused(fault);
            }
            return;
        }
        if (response.isInformational()) {
            if (response.status() == 101) {
                readUpgrade();
                return;
            }
            events.onInformational(response);
            if (reading == Reading.HEAD) {
                response.clear();
                parser.reset();
            }
            return;
        }
        bodyLeft = response.bodyLength();
        reading = Reading.BODY;
        if (bodyLeft == BodyLength.CHUNKED) {
            chunks.reset();
        }
        boolean empty = bodyLeft == 0;
        events.onHead(response);
        if (empty && reading == Reading.BODY) {
            endBody(in, null);
        }
    }

    private void readUpgrade() {
        String accept = webSocketAccept;
        if (accept == null || !WebSocketUpgrade.isGranted(response.headers(), accept)) {
            // What a client asks for in other upgrades is never forwarded (RFC 9110 §7.8).
            reading = Reading.DEAD;
            events.onHeadRefused(accept == null ? HeadFault.UPGRADE_UNASKED : HeadFault.UPGRADE_WRONG);
            return;
        }
        response.setFraming(response.minorVersion(), 0, false);
        bodyLeft = BodyLength.UNTIL_CLOSE;
        reading = Reading.BODY;
        events.onHead(response);
    }

    private void readBody(ByteBuf in) {
        if (bodyLeft == BodyLength.CHUNKED) {
            ByteBuf data = chunks.next(in);
            if (data != null) {
                events.onData(data);
            }
            BodyFault fault = chunks.fault();
            if (reading != Reading.BODY) {
                return;
            }
            if (fault != null) {
                reading = Reading.DEAD;
                events.onBodyRefused(fault);
            } else if (chunks.isEnded()) {
                endBody(in, chunks.trailers());
            }
        } else if (bodyLeft == BodyLength.UNTIL_CLOSE) {
            events.onData(in.readRetainedSlice(in.readableBytes()));
        } else {
            int bytes = (int) Math.min(bodyLeft, in.readableBytes());
            bodyLeft -= bytes;
            events.onData(in.readRetainedSlice(bytes));
            if (bodyLeft == 0 && reading == Reading.BODY) {
                endBody(in, null);
            }
        }
    }

    private void endBody(ByteBuf in, @Nullable Headers trailers) {
        // More than the answer has come: whatever it is, it must never be taken for the answer to another request.
        reading = in.isReadable() || !held.isEmpty() ? Reading.DEAD : Reading.IDLE;
        events.onEnd(trailers);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        events.onReadComplete();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        if (processing || (closed && held.isEmpty())) {
            return;
        }
        boolean some = !held.isEmpty();
        while (!paused) {
            ByteBuf in = held.poll();
            if (in == null) {
                break;
            }
            process(in);
            if (in.isReadable() && paused && reading == Reading.BODY) {
                held.putBack(in);
                break;
            }
            in.release();
        }
        if (some) {
            events.onReadComplete();
        }
        if (held.isEmpty()) {
            if (closed) {
                tellClosed();
            } else {
                context.channel().config().setAutoRead(true);
            }
        }
    }

    // ---- ending

    /** Closes once what was written is taken and the endpoint has closed too; no event but {@link Events#onClosed} follows. Whoever calls it bounds the wait. */
    public void closeWhenWritten() {
        if (closed) {
            close();
            return;
        }
        reading = Reading.DEAD;
        held.release();
        context.channel().config().setAutoRead(true); // unread bytes would make a reset of the close, which may destroy what was written
        out.flush();
        SslHandler tls = context.pipeline().get(SslHandler.class);
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (tls == null) {
                shutdownOutput();
            } else {
                tls.closeOutbound().addListener(_ -> shutdownOutput());
            }
        });
    }

    private void shutdownOutput() {
        if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
        }
    }

    /** Closes; no event but {@link Events#onClosed} follows. */
    public void close() {
        reading = Reading.DEAD;
        held.release();
        if (closed) {
            tellClosed();
        } else {
            context.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && !closed) {
            events.onWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable problem) {
        // A failed write does not end reading: the endpoint's early answer may still come, and its close will be seen.
        // What still waited to be written when that was seen fails too, and says nothing about the answer.
        if (!(problem instanceof ClosedChannelException)) {
            cause = problem;
        }
        if (!(problem instanceof IOException)) {
            LOG.log(Level.ERROR, "Internal error on a connection to an endpoint", problem);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // Without TLS's own end, anybody on the way can have ended the connection (RFC 8446 §6.1).
        if (event instanceof SslCloseCompletionEvent end && !end.isSuccess() && cause == null) {
            cause = end.cause();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        closed = true;
        out.release();
        if (held.isEmpty()) {
            tellClosed();
        }
    }

    private void tellClosed() {
        if (told) {
            return;
        }
        told = true;
        Reading state = reading;
        reading = Reading.DEAD;
        chunks.reset();
        if (state == Reading.BODY && bodyLeft == BodyLength.UNTIL_CLOSE && cause == null) {
            response.setFraming(response.minorVersion(), response.bodyLength(), false);
            events.onEnd(null);
            events.onReadComplete();
        }
        events.onClosed(cause);
    }
}
