package dev.ponticello.http2;

import dev.ponticello.http.Headers;
import dev.ponticello.loop.Backlog;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.OutBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of an HTTP/2 connection share: its settings, its table of streams, both windows, and the guards against a peer that makes work without moving anything on.
 *
 * <p>What goes is gathered: all that the streams write in one turn of the loop goes out in one write. On its loop only.
 *
 * <table>
 * <caption>Bounds</caption>
 * <tr><td>{@link Http2Limits}</td><td>what a peer may send</td><td>GOAWAY, or the stream is refused</td></tr>
 * <tr><td>1 MiB</td><td>heads and control frames that wait because the peer reads nothing</td><td>closed</td></tr>
 * <tr><td>4 KiB</td><td>either HPACK table</td><td>-</td></tr>
 * <tr><td>64 KiB, growing by {@link WindowGrowth}</td><td>what the peer may send unasked, on a stream and in all</td><td>FLOW_CONTROL_ERROR</td></tr>
 * </table>
 */
@SuppressWarnings("ReferenceEquality") // streams and buffers are the same or not
public abstract class Http2Connection extends ChannelInboundHandlerAdapter {
    static final int INITIAL_WINDOW = 65_535;

    private static final Logger LOG = System.getLogger(Http2Connection.class.getName());
    private static final long MOST_WINDOW = Integer.MAX_VALUE;
    private static final int MOST_WAITING = 1024 * 1024;
    /** Less data than this in a frame for a stream that is gone is charged: more is on its way when an upload is refused. */
    private static final int MUCH_DATA = 1024;
    static final long PROBE = 0x706F_6E74_0000_0001L;
    static final long ALIVE = 0x706F_6E74_0000_0002L;
    static final long DRAIN = 0x706F_6E74_0000_0003L;

    final LoopContext loop;
    final Http2Limits limits;
    final FieldDecoder decoder;
    final FieldEncoder encoder;
    final IntObjectHashMap<Http2Stream> streams = new IntObjectHashMap<>(8);
    private final boolean server;
    private final BufferBudget budget;
    private final WindowGrowth growth;
    private final Allowance resets;
    final FrameAllowance controlFrames;
    private final ArrayDeque<Http2Stream> queue = new ArrayDeque<>();
    private final List<Http2Stream> touched = new ArrayList<>();
    final ResetStreams resetStreams = new ResetStreams();
    private final Runnable flushLater = this::flushNow;
    @SuppressWarnings("NullAway.Init") // set when the handler is added, before any event
    ChannelHandlerContext context;
    @SuppressWarnings("NullAway.Init")
    OutBuffer out;
    @SuppressWarnings("NullAway.Init")
    private FrameReader reader;
    private boolean begun;
    private boolean settingsSeen;
    private boolean reading;
    private boolean pumping;
    private boolean flushPlanned;
    private boolean ended;
    private boolean closed;
    private long waitingControl;
    private int dataLength;
    // windows of the connection
    private int receiveWindow = INITIAL_WINDOW;
    private int grantedWindow = INITIAL_WINDOW;
    private int uncredited;
    private long sendWindow = INITIAL_WINDOW;
    private long sentBytes;
    private int peerInitialWindow = INITIAL_WINDOW;
    // the last frame of a message, which is marked as its end if it is still gathered then
    private long lastFrameFlags;
    private @Nullable Http2Stream lastFrameStream;
    private @Nullable Throwable cause;

    Http2Connection(LoopContext loop, Http2Limits limits, boolean server) {
        this.loop = loop;
        this.limits = limits;
        this.server = server;
        this.budget = loop.get(BufferBudget.SLOT);
        this.growth = new WindowGrowth(budget);
        this.decoder = new FieldDecoder(limits.head(), limits.fields());
        this.encoder = new FieldEncoder(loop.get(FieldCache.SLOT));
        long now = loop.clock().nanoTime();
        this.resets = new Allowance(limits.resets(), now);
        this.controlFrames = new FrameAllowance(limits.controlFrames(), now);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new OutBuffer(ctx);
        reader = new FrameReader(new Incoming(), ctx.alloc(), server, limits.head());
        if (ctx.channel().isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            writeBegin(out.room(128));
            flush();
        }
    }

    public Channel channel() {
        return context.channel();
    }

    BufferBudget budget() {
        return budget;
    }

    /** How many streams there are. */
    public int streams() {
        return streams.size();
    }

    /** Whether nothing is read any more. */
    public boolean isEnded() {
        return ended || closed;
    }

    // ---- what the sides do differently

    /** Writes what a connection begins with. */
    abstract void writeBegin(ByteBuf buffer);

    /** A field section has come. */
    abstract void headers(int streamId, ByteBuf block, boolean endStream);

    /** Whether no stream of this number has been opened. */
    abstract boolean isUnused(int streamId);

    /** The settings of the peer, those that the sides treat differently; false if the value is wrong. */
    abstract boolean setting(int name, long value);

    abstract void goAway(int lastStreamId, int code);

    /** The peer's settings were read for the first time. */
    abstract void onReady();

    abstract void onPingAnswered(long payload);

    /** Some bytes have come. */
    abstract void onBytes();

    /** What was read at one time is dealt with. */
    abstract void onTurn();

    /** A stream has left the table. */
    abstract void onStreamGone();

    /** Bytes wait in the channel. */
    abstract void onBacklog();

    /** Our direction is shut; the peer should close. */
    abstract void onClosing();

    abstract void onClosed(@Nullable Throwable why);

    /** The highest number of a stream that we act on. */
    abstract int lastStreamId();

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        reading = true;
        try {
            if (!isEnded()) {
                onBytes();
                reader.read(in);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Internal error on an HTTP/2 connection", e);
            fail(ErrorCode.INTERNAL_ERROR, "internal error");
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < touched.size(); i++) {
            Http2Stream stream = touched.get(i);
            if (stream.touched) {
                stream.touched = false;
                stream.onReadComplete();
            }
        }
        touched.clear();
        reading = false;
        if (!isEnded()) {
            onTurn();
        }
        flushNow();
    }

    /** Whether something has begun that is neither whole nor data. */
    public boolean isMidway() {
        return reader.isMidway();
    }

    void touch(Http2Stream stream) {
        if (!stream.touched) {
            stream.touched = true;
            touched.add(stream);
        }
    }

    /** What the reader finds. */
    private final class Incoming implements FrameReader.Events {
        @Override
        public boolean isEnded() {
            return Http2Connection.this.isEnded();
        }

        @Override
        public void onFault(ErrorCode code, String why) {
            fail(code, why);
        }

        @Override
        public void onDataBegun(int streamId, int length) {
            dataLength = length;
            if (length > receiveWindow) {
                fail(ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window");
                return;
            }
            receiveWindow -= length;
            Http2Stream stream = streams.get(streamId);
            if (stream == null) {
                if (isUnused(streamId)) {
                    fail(ErrorCode.PROTOCOL_ERROR, "DATA on a stream that is not open");
                } else if (!resetStreams.mayContain(streamId)) {
                    fail(ErrorCode.STREAM_CLOSED, "DATA on a stream that has ended");
                }
            } else if (stream.remoteEnded) {
                resetForFault(stream, ErrorCode.STREAM_CLOSED);
            } else if (length > stream.receiveWindow) {
                resetForFault(stream, ErrorCode.FLOW_CONTROL_ERROR);
            } else if (!stream.takesData()) {
                stream.onBodyFault(FieldFault.DATA_EARLY);
            } else {
                stream.receiveWindow -= length;
            }
        }

        @Override
        public void onDataPart(int streamId, ByteBuf part) {
            int bytes = part.readableBytes();
            if (growth.received(bytes)) {
                writePing(PROBE, false);
            }
            Http2Stream stream = streams.get(streamId);
            if (stream == null) {
                part.release();
                creditConnection(bytes);
            } else {
                stream.receive(part);
            }
        }

        @Override
        public void onDataEnded(int streamId, boolean endStream, int padding) {
            creditConnection(padding);
            int bytes = dataLength - padding;
            Http2Stream stream = streams.get(streamId);
            if (stream == null ? bytes < MUCH_DATA : bytes <= 0 && !endStream) {
                charge();
            }
            if (stream != null) {
                stream.credit(padding);
                if (endStream) {
                    stream.receiveEnd(null);
                }
            }
        }

        @Override
        public void onHeaders(int streamId, ByteBuf block, boolean endStream) {
            headers(streamId, block, endStream);
        }

        @Override
        public void onPriority(int streamId, int dependsOn) {
            charge();
            if (streamId == dependsOn) {
                Http2Stream stream = streams.get(streamId);
                if (stream != null) {
                    resetForFault(stream, ErrorCode.PROTOCOL_ERROR);
                }
            }
        }

        @Override
        public void onReset(int streamId, int code) {
            Http2Stream stream = streams.get(streamId);
            if (stream == null) {
                if (isUnused(streamId)) {
                    fail(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on a stream that is not open");
                } else {
                    charge();
                }
                return;
            }
            peerReset(stream, code);
            countReset();
        }

        @Override
        public void onSettings(ByteBuf payload) {
            charge();
            while (payload.isReadable()) {
                apply(payload.readUnsignedShort(), payload.readUnsignedInt());
                if (isEnded()) {
                    return;
                }
            }
            Frames.writeHeader(control(0), 0, Frames.SETTINGS, Frames.ACK, 0);
            if (!settingsSeen) {
                settingsSeen = true;
                onReady();
            }
            pump();
        }

        @Override
        public void onSettingsAck() {
            charge();
        }

        @Override
        public void onPing(long payload) {
            charge();
            writePing(payload, true);
        }

        @Override
        public void onPingAck(long payload) {
            if (payload != PROBE || !growth.probeAnswered()) {
                charge();
                onPingAnswered(payload);
            }
        }

        @Override
        public void onGoAway(int lastStreamId, int code) {
            charge();
            goAway(lastStreamId, code);
        }

        @Override
        public void onWindowUpdate(int streamId, int increment) {
            charge();
            if (streamId == 0) {
                if (increment == 0) {
                    fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
                } else if (sendWindow + increment > MOST_WINDOW) {
                    fail(ErrorCode.FLOW_CONTROL_ERROR, "a window over 2^31 - 1");
                } else {
                    sendWindow += increment;
                    pump();
                }
                return;
            }
            Http2Stream stream = streams.get(streamId);
            if (stream == null) {
                if (isUnused(streamId)) {
                    fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE on a stream that is not open");
                }
            } else if (increment == 0) {
                resetForFault(stream, ErrorCode.PROTOCOL_ERROR);
            } else if ((long) stream.sendWindow + increment > MOST_WINDOW) {
                resetForFault(stream, ErrorCode.FLOW_CONTROL_ERROR);
            } else {
                stream.sendWindow += increment;
                if (stream.pendingBytes() > 0) {
                    enqueue(stream);
                    pump();
                }
            }
        }

        @Override
        public void onUnknown() {
            charge();
        }
    }

    private void apply(int name, long value) {
        boolean good = switch (name) {
            case Frames.SETTINGS_INITIAL_WINDOW_SIZE -> {
                if (value > MOST_WINDOW || !changeWindows((int) value)) {
                    fail(ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE of " + value);
                }
                yield true;
            }
            case Frames.SETTINGS_MAX_FRAME_SIZE -> value >= Frames.LARGEST_PAYLOAD && value <= 0xFF_FFFF;
            case Frames.SETTINGS_HEADER_TABLE_SIZE -> {
                encoder.setTableSize(value);
                yield true;
            }
            default -> setting(name, value);
        };
        if (!good) {
            fail(ErrorCode.PROTOCOL_ERROR, "setting " + name + " of " + value);
        }
    }

    private boolean changeWindows(int value) {
        int change = value - peerInitialWindow;
        for (IntObjectMap.PrimitiveEntry<Http2Stream> entry : streams.entries()) {
            Http2Stream stream = entry.value();
            if ((long) stream.sendWindow + change > MOST_WINDOW) {
                return false;
            }
            stream.sendWindow += change;
            if (change > 0 && stream.pendingBytes() > 0) {
                enqueue(stream);
            }
        }
        peerInitialWindow = value;
        return true;
    }

    int peerInitialWindow() {
        return peerInitialWindow;
    }

    // ---- guards

    /** Decodes a field section; false if the connection has ended with it. */
    boolean decode(ByteBuf block, FieldDecoder.Section section, Headers into) {
        boolean good = decoder.decode(block, section, into);
        if (!good) {
            fail(ErrorCode.COMPRESSION_ERROR, "a field section that cannot be decoded");
        }
        return good;
    }

    /** Takes a field section of a stream that is gone: it is decoded, because it changes the table. */
    void ignore(ByteBuf block) {
        charge();
        decode(block, FieldDecoder.Section.IGNORED, FieldDecoder.NOWHERE);
    }

    /** Takes what a frame costs that moves nothing on. */
    private void charge() {
        if (!controlFrames.take(loop.clock().nanoTime())) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that move nothing on");
        }
    }

    void countReset() {
        if (!isEnded() && !resets.take(loop.clock().nanoTime())) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, "too many streams were reset");
        }
    }

    /** Resets a stream for what the peer has sent on it. */
    void resetForFault(Http2Stream stream, ErrorCode code) {
        stream.reset(code);
        stream.onLost(Loss.FAULT);
        countReset();
    }

    void resetForBody(Http2Stream stream, FieldFault fault) {
        stream.drop();
        stream.onBodyFault(fault);
        countReset();
    }

    private void peerReset(Http2Stream stream, int code) {
        if (!server && stream.remoteEnded && code == ErrorCode.NO_ERROR.code()) {
            // Its message is whole; it only wants no more of ours (RFC 9113 §8.1).
            stream.stopSending();
            return;
        }
        remove(stream);
        stream.onLost(code == ErrorCode.REFUSED_STREAM.code() ? Loss.UNPROCESSED : Loss.RESET);
    }

    // ---- windows for what comes

    /** Whether bytes that are held keep the connection's credit too: a client whose requests wait for slow endpoints cannot make the gateway hold a window for each. */
    boolean withholdsCredit() {
        return server && budget.isSpent();
    }

    int streamWindow() {
        return growth.window();
    }

    void creditConnection(int bytes) {
        uncredited += bytes;
        if (uncredited >= grantedWindow / 2 && !isEnded()) {
            int target = growth.window();
            int increment = uncredited + target - grantedWindow;
            grantedWindow = target;
            uncredited = 0;
            receiveWindow += increment;
            writeWindowUpdate(0, increment);
        }
    }

    // ---- windows for what goes

    /** How many bytes of data were handed to the channel, of all streams. */
    long sentBytes() {
        return sentBytes;
    }

    int sendable(Http2Stream stream) {
        return !isEnded() && context.channel().isWritable() ? (int) Math.min(stream.sendWindow, sendWindow) : 0;
    }

    /** The stream has bytes that wait. */
    void enqueue(Http2Stream stream) {
        if (!stream.queued) {
            stream.queue();
            queue.add(stream);
        }
    }

    /** Sends what waits, a frame of each stream in turn, as far as windows and channel allow. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!queue.isEmpty() && !isEnded() && sendWindow > 0 && context.channel().isWritable()) {
                Http2Stream stream = queue.remove();
                stream.unqueue();
                // One whose window is spent comes back with its WINDOW_UPDATE.
                if (stream.sendWindow > 0 && stream.sendWaiting()) {
                    enqueue(stream);
                }
            }
        } finally {
            pumping = false;
        }
        flush();
    }

    // ---- writing

    /** Room for a frame that is no data. */
    ByteBuf control(int payload) {
        if (!context.channel().isWritable()) {
            waitingControl += Frames.HEADER + payload;
            if (waitingControl > MOST_WAITING && !closed) {
                close();
            }
        }
        return out.room(Frames.HEADER + payload);
    }

    /** Writes a frame of data; {@code cut} if a window has made it shorter than it could have been. */
    void writeData(Http2Stream stream, ByteBuf data, boolean cut) {
        int bytes = data.readableBytes();
        sendWindow -= bytes;
        sentBytes += bytes;
        stream.sendWindow -= bytes;
        controlFrames.earnData(bytes, cut);
        ByteBuf buffer = out.room(Frames.HEADER);
        beginLastFrame(stream);
        Frames.writeHeader(buffer, bytes, Frames.DATA, 0, stream.id);
        out.add(data);
    }

    /** The frame that is written next is the last of the stream so far. */
    private void beginLastFrame(Http2Stream stream) {
        lastFrameFlags = out.position() + Frames.FLAGS;
        lastFrameStream = stream;
    }

    /** Ends our side of a stream: with a mark on its last frame, if that was not handed to the channel yet. */
    void writeEnd(Http2Stream stream) {
        if (lastFrameStream != stream || !out.setBits(lastFrameFlags, Frames.END_STREAM)) {
            Frames.writeHeader(control(0), 0, Frames.DATA, Frames.END_STREAM, stream.id);
        }
        lastFrameStream = null;
    }

    void writeTrailers(Http2Stream stream, Headers trailers) {
        encoder.begin();
        encoder.add(trailers);
        writeHeaders(stream, true);
    }

    /** Writes the fields that the encoder holds. */
    void writeHeaders(Http2Stream stream, boolean endStream) {
        int most = encoder.maxWritten();
        int endFlag = endStream ? Frames.END_STREAM : 0;
        if (most > Frames.LARGEST_PAYLOAD) {
            writeLongHeaders(stream.id, most, endFlag);
            return;
        }
        ByteBuf buffer = control(most);
        int start = buffer.writerIndex();
        if (!endStream) {
            beginLastFrame(stream);
        }
        Frames.writeHeader(buffer, 0, Frames.HEADERS, Frames.END_HEADERS | endFlag, stream.id);
        encoder.writeTo(buffer);
        buffer.setMedium(start, buffer.writerIndex() - start - Frames.HEADER);
    }

    private void writeLongHeaders(int streamId, int most, int endFlag) {
        ByteBuf block = context.alloc().buffer(most);
        try {
            encoder.writeTo(block);
            int type = Frames.HEADERS;
            int flags = endFlag;
            do {
                int bytes = Math.min(block.readableBytes(), Frames.LARGEST_PAYLOAD);
                boolean last = bytes == block.readableBytes();
                ByteBuf buffer = control(bytes);
                Frames.writeHeader(buffer, bytes, type, flags | (last ? Frames.END_HEADERS : 0), streamId);
                buffer.writeBytes(block, bytes);
                type = Frames.CONTINUATION;
                flags = 0;
            } while (block.isReadable());
        } finally {
            block.release();
        }
        lastFrameStream = null;
    }

    void writeReset(Http2Stream stream, ErrorCode code) {
        if (!stream.remoteEnded) {
            resetStreams.add(stream.id);
        }
        writeReset(stream.id, code);
    }

    private void writeReset(int streamId, ErrorCode code) {
        if (isEnded()) {
            return;
        }
        ByteBuf buffer = control(4);
        Frames.writeHeader(buffer, 4, Frames.RST_STREAM, 0, streamId);
        buffer.writeInt(code.code());
        flush();
    }

    /** Refuses a stream that did not get into the table. */
    void refuse(int streamId, boolean remoteEnded) {
        if (!remoteEnded) {
            resetStreams.add(streamId);
        }
        writeReset(streamId, ErrorCode.REFUSED_STREAM);
        countReset();
    }

    void writeWindowUpdate(int streamId, int increment) {
        if (isEnded()) {
            return;
        }
        ByteBuf buffer = control(4);
        Frames.writeHeader(buffer, 4, Frames.WINDOW_UPDATE, 0, streamId);
        buffer.writeInt(increment);
        flush();
    }

    void writePing(long payload, boolean ack) {
        ByteBuf buffer = control(8);
        Frames.writeHeader(buffer, 8, Frames.PING, ack ? Frames.ACK : 0, 0);
        buffer.writeLong(payload);
        flush();
    }

    void writeGoAway(int lastStreamId, ErrorCode code, String why) {
        byte[] text = why.getBytes(StandardCharsets.US_ASCII);
        ByteBuf buffer = control(8 + text.length);
        Frames.writeHeader(buffer, 8 + text.length, Frames.GOAWAY, 0, 0);
        buffer.writeInt(lastStreamId);
        buffer.writeInt(code.code());
        buffer.writeBytes(text);
        flush();
    }

    /** Sends what was gathered, at the end of the loop's turn; at once when much waits. */
    void flush() {
        if (reading || closed) {
            return; // behind what is being read
        }
        if (!context.channel().isWritable()) {
            flushNow();
        } else if (!flushPlanned) {
            flushPlanned = true;
            loop.eventLoop().execute(flushLater);
        }
    }

    private void flushNow() {
        flushPlanned = false;
        if (!closed && out.flush() && pendingBytes() > 0) {
            onBacklog();
        }
    }

    /** How many bytes wait to be taken by the peer's side. */
    public long pendingBytes() {
        return Backlog.bytes(context.channel());
    }

    /** How many bytes the peer's side has taken since the connection was opened. */
    public long takenBytes() {
        return out.writtenBytes() - pendingBytes();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && !closed) {
            waitingControl = 0;
            pump();
        }
    }

    // ---- ending

    /** Takes a stream out of the table. */
    void remove(Http2Stream stream) {
        if (stream.gone) {
            return;
        }
        streams.remove(stream.id);
        if (stream.queued) {
            stream.queued = false;
            queue.remove(stream);
        }
        stream.release();
        if (lastFrameStream == stream) {
            lastFrameStream = null;
        }
        onStreamGone();
    }

    /** The peer has broken the rules: says so, and ends the connection. */
    void fail(ErrorCode code, String why) {
        if (isEnded()) {
            return;
        }
        writeGoAway(lastStreamId(), code, why);
        end(Loss.CONNECTION_FAULT);
    }

    /** Ends the connection behind what was written; streams that are left are lost. */
    void end(Loss loss) {
        if (isEnded()) {
            return;
        }
        ended = true;
        loseAll(loss);
        out.flush();
        context.write(Unpooled.EMPTY_BUFFER).addListener(_ -> written());
        context.flush();
        if (pendingBytes() > 0) {
            onBacklog();
        }
    }

    private void written() {
        if (closed) {
            return;
        }
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdownOutput();
        } else {
            tls.closeOutbound().addListener(_ -> shutdownOutput());
        }
        onClosing();
    }

    private void shutdownOutput() {
        if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
        }
    }

    private void loseAll(Loss loss) {
        while (!streams.isEmpty()) {
            Http2Stream stream = streams.values().iterator().next();
            remove(stream);
            stream.onLost(loss);
        }
    }

    /** Closes at once; what was written is handed over before. */
    public void close() {
        ended = true;
        if (!closed) {
            out.flush();
        }
        context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable problem) {
        cause = problem;
        if (!(problem instanceof IOException)) {
            LOG.log(Level.ERROR, "Internal error on an HTTP/2 connection", problem);
        }
        close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        closed = true;
        loseAll(Loss.CONNECTION_CLOSED);
        onClosed(cause);
        reader.release();
        encoder.close();
        out.release();
    }
}
