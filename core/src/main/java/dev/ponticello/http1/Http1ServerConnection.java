package dev.ponticello.http1;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderArrays;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.ResponseSink;
import dev.ponticello.loop.Backlog;
import dev.ponticello.loop.OutBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client, HTTP/1.1 or 1.0: source of its requests, sink of the responses, one exchange after the other.
 *
 * <pre>
 *            head complete              body ended              response ended, exchange finished
 *   HEAD ───────────────────► BODY ───────────────────► WAIT ─────────────────────────────────────► HEAD
 *    │                          │ response ended first                                        ▲
 *    │ refused                  └──────────────► SKIP ── rest of the body came, within bounds ┘
 *    ▼                                             │ too much
 *   DISCARD ◄──────────────────────────────────────┘      (whatever still comes is dropped until the connection closes)
 * </pre>
 *
 * <p>From WAIT, the answer 101 leads to TUNNEL: all that comes is body, until the connection closes. What came before that answer has waited.
 *
 * <p>While an exchange waits or its body is paused, one read stays armed so that the client's leaving is seen; what it brings is held. Pipelined requests are so answered in order
 * (RFC 9112 §9.3.2).
 *
 * <p>A client's FIN closes the channel, unless that allows half-closure: then what is owed is still answered, and the connection closes behind it.
 */
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter implements MessageSource, ResponseSink {
    /** What happens on the connection, told to its owner, on its loop. Body parts as in {@link MessageReceiver}. */
    public interface Events extends MessageReceiver {
        /** The first byte of a head has come. */
        void onHeadBegun();

        /** Part of a head has come. */
        void onHeadProgress(int bytes);

        /** A request has come; {@code head} is valid until {@link Http1ServerConnection#finishExchange}. */
        void onHead(RequestHead head);

        /** What came is no request; nothing more will be read. */
        void onHeadRefused(HeadFault fault);

        /** The client does not wait any more to be told to send the body: it was told, or did not wait (RFC 9110 §10.1.1). */
        void onContinued();

        /** The body broke the rules; nothing more will be read. */
        void onBodyRefused(BodyFault fault);

        /** The client's end came in the middle of its request: nobody wants the answer to it. What earlier ones were answered is still written. */
        void onAbort();

        /** The response may go on: see {@link #isWritable()}. */
        void onWritable();

        /** Bytes wait: of responses, until the client takes them, or of requests, until they can be served. */
        void onBacklog();

        /** The connection is ready for the next request: none of its bytes has come yet. */
        void onIdle();

        /** The last response is written and our direction shut; the connection only waits for the client to close too. */
        void onClosing();

        /** It is closed or broken; the last event. */
        void onClosed();
    }

    /**
     * Bounds of what a client may send, each answered with the status named.
     *
     * @param head bytes of a head (431)
     * @param fields fields of a head (431)
     * @param target bytes of a request target (414)
     * @param pipelined requests that are served in one go before other connections get their turn
     * @param skippedBody bytes of a request body that are read over after its response, to keep the connection
     */
    public record Limits(int head, int fields, int target, int pipelined, int skippedBody) {}

    private enum Reading {
        HEAD,
        BODY,
        WAIT,
        SKIP,
        TUNNEL,
        DISCARD
    }

    private static final Logger LOG = System.getLogger(Http1ServerConnection.class.getName());

    private final Limits limits;
    private final HeaderArrays arrays;
    private final RequestHead request = new RequestHead();
    private final RequestParser parser;
    private final HeldReads held = new HeldReads();
    private final Runnable processHeld = this::processHeld;
    private @Nullable ChunkedDecoder chunks;
    private final Events events;
    @SuppressWarnings("NullAway.Init") // set when the handler is added, before any event
    private ChannelHandlerContext context;
    @SuppressWarnings("NullAway.Init")
    private OutBuffer out;
    /** What stands before it on a connection with TLS. */
    private @Nullable SslHandler tls;
    private Reading reading = Reading.HEAD;
    private boolean paused;
    private boolean processing;
    private boolean closed;
    /** Whether it was told to close; {@link #closed} follows when the transport has done so. */
    private boolean ended;
    /** Whether the client has sent its FIN, and nothing will come but what is held. */
    private boolean inputEnded;
    private int servedInOneGo;
    private long bodyLeft;
    private long skipLeft;
    /** How the response's body is framed; see {@link BodyLength}. */
    private long responseLength;
    private boolean responseChunked;
    /** Whether the response's body ends with the connection. */
    private boolean endsWithConnection;
    private boolean closeAfterResponse;
    private boolean resetAfterResponse;
    private boolean continueOwed;

    /** A connection that borrows the arrays of its requests' fields. */
    public Http1ServerConnection(Limits limits, Events events, HeaderArrays arrays) {
        this.limits = limits;
        this.events = events;
        this.arrays = arrays;
        this.parser = new RequestParser(limits.head, limits.fields, limits.target);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new OutBuffer(ctx);
        tls = ctx.pipeline().get(SslHandler.class);
    }

    public Channel channel() {
        return context.channel();
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        servedInOneGo = 0;
        if (reading == Reading.DISCARD || closed) {
            in.release();
        } else if (!held.isEmpty() || processing || !accepts()) {
            held.add(in);
            events.onBacklog();
            if (context.channel().config().isAutoRead()) {
                context.channel().config().setAutoRead(false);
            } else {
                // Nobody asked for it: the transport has seen the client's end, which lies behind what is still unread. io_uring's
                // reads only once by itself then.
                context.read();
            }
        } else {
            process(in);
            keep(in);
            flush(); // not only when the reading is complete: io_uring tells of the client's end before that
            if (inputEnded && held.isEmpty() && reading == Reading.HEAD && !closed) {
                endInput();
            }
        }
    }

    /** Whether bytes that come now can be used now. */
    private boolean accepts() {
        return switch (reading) {
            case HEAD -> isWritable();
            case BODY, TUNNEL -> !paused;
            case WAIT -> false;
            case SKIP, DISCARD -> true;
        };
    }

    private void keep(ByteBuf in) {
        if (in.isReadable() && reading != Reading.DISCARD && !closed) {
            held.add(in);
            events.onBacklog();
            context.channel().config().setAutoRead(false);
        } else {
            in.release();
        }
    }

    private void process(ByteBuf in) {
        processing = true;
        try {
            while (in.isReadable() && !closed && accepts()) {
                if (!step(in)) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            // A bug, or no memory for a buffer: what this connection is in the middle of is not known any more.
            in.release();
            out.flush();
            close();
            throw e;
        } finally {
            processing = false;
        }
    }

    /** One step through what was read; false if the rest has to wait for another turn. */
    private boolean step(ByteBuf in) {
        switch (reading) {
            case HEAD -> {
                if (servedInOneGo >= limits.pipelined) {
                    context.channel().eventLoop().execute(processHeld);
                    return false;
                }
                readHead(in);
            }
            case BODY, SKIP -> readBody(in);
            case TUNNEL -> events.onData(in.readRetainedSlice(in.readableBytes()));
            case DISCARD -> in.skipBytes(in.readableBytes());
            case WAIT -> {
            }
        }
        return true;
    }

    private void readHead(ByteBuf in) {
        boolean begun = parser.hasBegun();
        if (!begun) {
            arrays.lendTo(request.headers());
        }
        int before = in.readableBytes();
        if (parser.parse(in, request)) {
            servedInOneGo++;
            beginBody();
            events.onHead(request);
            if (reading == Reading.BODY && request.bodyLength() == 0) {
                endBody(null);
            }
            return;
        }
        HeadFault fault = parser.fault();
        if (fault != null) {
            stopReading();
            events.onHeadRefused(fault);
        } else if (!begun) {
            if (parser.hasBegun()) {
                events.onHeadBegun();
            }
        } else {
            events.onHeadProgress(before - in.readableBytes());
        }
    }

    private void beginBody() {
        reading = Reading.BODY;
        bodyLeft = request.bodyLength();
        paused = false;
        closeAfterResponse = !request.keepAlive();
        continueOwed = request.expectContinue() && bodyLeft != 0;
        if (bodyLeft == BodyLength.CHUNKED) {
            if (chunks == null) {
                chunks = new ChunkedDecoder(limits.head, limits.fields);
            }
            chunks.reset();
        }
    }

    private void readBody(ByteBuf in) {
        continued();
        if (request.bodyLength() == BodyLength.CHUNKED) {
            readChunks(in);
            return;
        }
        int bytes = (int) Math.min(bodyLeft, in.readableBytes());
        bodyLeft -= bytes;
        deliver(in.readRetainedSlice(bytes));
        if (bodyLeft == 0) {
            endBody(null);
        }
    }

    private void continued() {
        if (continueOwed) {
            continueOwed = false;
            events.onContinued();
        }
    }

    private void readChunks(ByteBuf in) {
        ChunkedDecoder decoder = Objects.requireNonNull(chunks);
        int before = in.readableBytes();
        ByteBuf data = decoder.next(in);
        if (data != null) {
            deliver(data);
        } else if (reading == Reading.SKIP) {
            skipped(before - in.readableBytes());
        }
        BodyFault fault = decoder.fault();
        if (fault != null) {
            boolean told = reading == Reading.BODY;
            stopReading();
            if (told) {
                events.onBodyRefused(fault);
            } else {
                closeAfterFlush();
            }
        } else if (decoder.isEnded()) {
            endBody(decoder.trailers());
        }
    }

    private void deliver(ByteBuf data) {
        if (reading == Reading.SKIP) {
            int bytes = data.readableBytes();
            data.release();
            skipped(bytes);
        } else {
            events.onData(data);
        }
    }

    private void skipped(int bytes) {
        skipLeft -= bytes;
        if (skipLeft < 0) {
            closeAfterFlush();
        }
    }

    private void endBody(@Nullable Headers trailers) {
        if (reading == Reading.SKIP) {
            nextRequest();
        } else if (reading == Reading.BODY) {
            reading = Reading.WAIT;
            events.onEnd(trailers);
        }
    }

    /** From now on whatever comes is dropped. */
    private void discard() {
        reading = Reading.DISCARD;
        held.release();
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        events.onReadComplete();
        flush();
    }

    private void processHeld() {
        if (processing || closed) {
            return;
        }
        servedInOneGo = 0;
        while (accepts()) {
            ByteBuf in = held.poll();
            if (in == null) {
                break;
            }
            process(in);
            if (in.isReadable() && !closed && reading != Reading.DISCARD) {
                held.putBack(in);
                break;
            }
            in.release();
        }
        if (closed) {
            return;
        }
        events.onReadComplete();
        flush();
        if (held.isEmpty()) {
            context.channel().config().setAutoRead(true);
            if (inputEnded) {
                endInput();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (held.isEmpty() && !closed) {
                endInput();
            }
        }
    }

    /** Nothing more comes, and nothing is held: only what is owed for what has come whole is still answered. */
    private void endInput() {
        switch (reading) {
            case WAIT -> closeAfterResponse = true;
            case TUNNEL -> events.onEnd(null);
            case BODY -> {
                cut();
                events.onAbort();
                if (reading == Reading.BODY) {
                    closeAfterFlush(); // there was nobody to tell
                }
            }
            case HEAD, SKIP, DISCARD -> closeAfterFlush();
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        if (!held.isEmpty()) {
            processHeld();
        }
    }

    /** Whether the request's body has ended. */
    public boolean isRequestEnded() {
        return reading == Reading.WAIT || reading == Reading.TUNNEL;
    }

    /** Whether the client waits to be told to send the body. */
    public boolean isContinueOwed() {
        return continueOwed;
    }

    /** Whether the rest of a body is read over, its exchange being over. */
    public boolean isSkipping() {
        return reading == Reading.SKIP;
    }

    /** Gives up what is being received: nothing more is read, and the connection ends with the response that comes next. */
    public void stopReading() {
        discard();
        closeAfterResponse = true;
    }

    /** A head in place of the one that was refused: nothing in it but what its answer depends on, as far as it had come. */
    public RequestHead refusedHead() {
        request.keepForRefusal(parser.method());
        return request;
    }

    // ---- writing

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public void informational(ResponseHead head) {
        if (request.minorVersion() == 0) {
            return; // RFC 9110 §15.2: a client of HTTP/1.0 knows no interim responses
        }
        if (head.status() == 100) {
            if (!continueOwed) {
                return; // nobody waits for it, or any more: one more could be taken for the next answer's
            }
            continued();
        }
        HeadWriter.writeInformational(out.room(64 + head.headers().maxWritten()), head);
        flush();
    }

    @Override
    public void head(ResponseHead head, RequestHead request) {
        if (head.status() == 101) {
            beginTunnel(head);
            return;
        }
        responseLength = head.bodyLength();
        boolean bodyLengthUnknown = responseLength < 0;
        responseChunked = bodyLengthUnknown && request.minorVersion() > 0;
        if (bodyLengthUnknown && !responseChunked) {
            // Until all of it is written, the connection must not end as if it were whole, whoever ends it.
            endsWithConnection = true;
            linger(0);
            closeAfterResponse = true;
        } else if (continueOwed) {
            // A client that still waits for 100 may send its body or not: what comes next on the connection could be either.
            closeAfterResponse = true;
        }
        HeadWriter.Persistence persistence = closeAfterResponse ? HeadWriter.Persistence.CLOSE
                : request.minorVersion() > 0 ? HeadWriter.Persistence.IMPLIED : HeadWriter.Persistence.KEEP_ALIVE;
        HeadWriter.writeResponse(out.room(160 + head.headers().maxWritten()), head, responseChunked, persistence);
    }

    private void beginTunnel(ResponseHead head) {
        if (reading == Reading.WAIT) {
            reading = Reading.TUNNEL;
        }
        responseChunked = false;
        closeAfterResponse = true;
        HeadWriter.writeResponse(out.room(160 + head.headers().maxWritten()), head, false,
                HeadWriter.Persistence.UPGRADE);
    }

    @Override
    public void dropRequest() {
        if (reading == Reading.BODY && bodyLeft > limits.skippedBody) {
            closeAfterResponse = true;
        }
    }

    /** Ends the connection with the response that comes next. */
    public void closeAfterResponse() {
        closeAfterResponse = true;
    }

    @Override
    public void data(ByteBuf data) {
        if (closed) {
            data.release();
        } else if (responseChunked) {
            ChunkedWriter.add(out, data);
        } else {
            out.add(data);
        }
    }

    @Override
    public void end(@Nullable Headers trailers) {
        if (responseChunked && !closed) {
            ChunkedWriter.end(out, trailers);
        }
    }

    @Override
    public void flush() {
        if (closed || processing) {
            return; // answers to what came in one go go out in one go, behind it
        }
        if (out.flush() && pendingBytes() > 0) {
            events.onBacklog();
        }
    }

    /** How many bytes wait to be taken by the client's side. */
    @Override
    public long pendingBytes() {
        return Backlog.bytes(context.channel());
    }

    /** How many bytes were read and wait until they can be served. */
    public long heldBytes() {
        return held.bytes();
    }

    @Override
    public void setTight(boolean tight) {
        Backlog.setTight(context.channel(), tight);
    }

    /** How many bytes the client's side has taken since the connection was opened. */
    public long takenBytes() {
        return out.writtenBytes() - pendingBytes();
    }

    @Override
    public void cut() {
        // RFC 9112 §8: without the last chunk or the announced length the client sees that the message is incomplete. A body that ends with
        // the connection has only a reset to tell it by. What was counted as sent is sent before, earlier answers too.
        resetAfterResponse = endsWithConnection;
        closeAfterResponse = true;
    }

    /**
     * The exchange is over: goes on with the next request, or closes. A request body that has not ended is read over within bounds, so that its rest is never taken for a request.
     */
    public void finishExchange() {
        if (closed || ended) {
            return;
        }
        if (closeAfterResponse || reading == Reading.DISCARD) {
            closeAfterFlush();
        } else if (reading == Reading.BODY && request.bodyLength() != 0) {
            if (bodyLeft > limits.skippedBody) {
                closeAfterFlush();
                return;
            }
            reading = Reading.SKIP;
            skipLeft = limits.skippedBody;
            paused = false;
            resumeReading();
        } else {
            nextRequest();
        }
    }

    private void nextRequest() {
        request.clear();
        arrays.takeBack(request.headers());
        parser.reset();
        reading = Reading.HEAD;
        events.onIdle();
        if (inputEnded && held.isEmpty() && !processing) {
            endInput();
        } else {
            resumeReading();
        }
    }

    private void resumeReading() {
        if (!held.isEmpty() && !processing) {
            processHeld();
        }
    }

    // ---- ending

    /**
     * Closes once the responses are written: first our direction alone, because closing with unread bytes would send a reset that may destroy the response under way (RFC 9112 §9.6).
     */
    private void closeAfterFlush() {
        boolean nothingUnread = reading == Reading.WAIT && held.isEmpty();
        discard();
        out.flush();
        boolean closes = resetAfterResponse || inputEnded || (nothingUnread && !request.keepAlive());
        context.write(Unpooled.EMPTY_BUFFER).addListener(_ -> responseWritten(closes));
        context.flush();
        if (pendingBytes() > 0) {
            events.onBacklog();
        }
    }

    /** The client is given time to close only from when it has been given everything. */
    private void responseWritten(boolean closes) {
        if (endsWithConnection && !resetAfterResponse) {
            linger(-1);
        }
        if (closes) {
            context.close();
            return;
        }
        if (tls == null) {
            shutdownOutput();
        } else {
            tls.closeOutbound().addListener(_ -> shutdownOutput());
        }
        if (!closed) {
            events.onClosing();
        }
    }

    private void shutdownOutput() {
        if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
        }
    }

    /** Says how the connection ends when it is closed: 0 is with a reset, -1 in order. */
    private void linger(int seconds) {
        if (context.channel().isActive()) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, seconds);
        }
    }

    /** Closes once what was written is taken; nothing more is read. */
    public void closeWhenWritten() {
        if (!closed) {
            closeAfterFlush();
        }
    }

    /** Closes at once: whatever was or will be read is dropped, also while the transport still ends a write that is under way. */
    public void close() {
        ended = true;
        reading = Reading.DISCARD;
        held.release();
        context.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable() || closed) {
            return;
        }
        events.onWritable();
        if (reading == Reading.HEAD && !held.isEmpty()) {
            processHeld();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.ERROR, "Internal error on the connection of a client", cause);
        }
        close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        closed = true;
        held.release();
        events.onClosed();
        request.clear();
        arrays.takeBack(request.headers());
        if (chunks != null) {
            chunks.reset();
        }
        out.release();
    }
}
