package dev.ponticello.http2;

import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSink;
import dev.ponticello.http.MessageSource;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a connection (RFC 9113 §5): source of one message and sink of another, with a window for each way.
 *
 * <pre>
 *   attached ──▶ both ways open ──▶ one way ended ──▶ both ended ──▶ gone
 *                        └──────────────┴── reset by either ────────▲
 * </pre>
 *
 * <p>What comes is given on at once, or held while it is paused, at most a window; its credit returns when it was given on, so that a slow receiver is felt by the sender of this stream and no
 * other. What goes is written as far as windows and channel allow; the rest waits here. One object serves one stream after the other; on its loop only.
 */
@SuppressWarnings("ReferenceEquality") // streams are the same or not
public abstract class Http2Stream implements MessageSource, MessageSink {
    /** A writer stops when so many bytes wait, and goes on below half of it. */
    private static final int LOOSE = 64 * 1024;

    @Nullable
    Http2Connection connection;
    int id;
    boolean remoteEnded;
    boolean localEnded;
    /** Whether it is in the connection's table no more. */
    boolean gone = true;
    boolean touched;

    // what comes
    int receiveWindow;
    private int grantedWindow;
    private int uncredited;
    private int owedToConnection;
    private boolean paused;
    private boolean delivering;
    private boolean dropped;
    private final Parts held = new Parts();
    private boolean heldEnd;
    private @Nullable Headers heldTrailers;
    /** How many bytes the body is said to have; -1 if it is not said. */
    private long expectedBytes = -1;
    private long receivedBytes;

    // what goes
    int sendWindow;
    boolean queued;
    private final Parts waiting = new Parts();
    private long waitingBytes;
    private long sentBytes;
    /** What the connection had sent in all when this stream began to wait for its turn. */
    private long sentBefore;
    private boolean tight;
    private boolean unwritable;
    private boolean endWaiting;
    private boolean cutWaiting;
    private ErrorCode cutCode = ErrorCode.INTERNAL_ERROR;
    private @Nullable Headers trailersWaiting;

    void attach(Http2Connection to, int streamId) {
        connection = to;
        id = streamId;
        remoteEnded = false;
        localEnded = false;
        gone = false;
        touched = false;
        receiveWindow = Http2Connection.INITIAL_WINDOW;
        grantedWindow = Http2Connection.INITIAL_WINDOW;
        uncredited = 0;
        owedToConnection = 0;
        paused = false;
        delivering = false;
        dropped = false;
        heldEnd = false;
        heldTrailers = null;
        expectedBytes = -1;
        receivedBytes = 0;
        sendWindow = to.peerInitialWindow();
        waitingBytes = 0;
        sentBytes = 0;
        tight = false;
        unwritable = false;
        endWaiting = false;
        cutWaiting = false;
        trailersWaiting = null;
    }

    final Http2Connection connection() {
        Http2Connection to = connection;
        if (to == null) {
            throw new IllegalStateException("the stream is not attached");
        }
        return to;
    }

    // ---- what its message comes to

    /** Whether the head is there that data must follow. */
    abstract boolean takesData();

    abstract void onData(ByteBuf data);

    abstract void onEnd(@Nullable Headers trailers);

    abstract void onReadComplete();

    abstract void onWritable();

    /** Bytes wait because windows or channel do not take them. */
    abstract void onBacklog();

    /** The body is not what it was said to be: ends the stream. */
    abstract void onBodyFault(FieldFault fault);

    /** The peer, or its connection, has given the stream up, or it was reset for a fault of the peer; it is gone. */
    abstract void onLost(Loss loss);

    /** Our side has ended and is written. */
    abstract void onLocalEnd();

    // ---- what comes

    /** The body will be so long; -1 if that is not known. */
    final void expect(long bytes) {
        expectedBytes = bytes;
    }

    /** Some bytes of data. */
    final void receive(ByteBuf data) {
        int bytes = data.readableBytes();
        receivedBytes += bytes;
        boolean tooLong = expectedBytes >= 0 && receivedBytes > expectedBytes;
        if (dropped || tooLong) {
            data.release();
            connection().creditConnection(bytes);
            if (!dropped) {
                connection().resetForBody(this, FieldFault.LENGTH_WRONG);
            }
        } else if (paused || delivering || !held.isEmpty()) {
            held.add(data, connection().context.alloc());
            connection().budget().hold(bytes);
            if (connection().withholdsCredit()) {
                owedToConnection += bytes;
            } else {
                connection().creditConnection(bytes);
            }
        } else {
            connection().creditConnection(bytes);
            touch();
            deliver(data, bytes);
        }
    }

    private void deliver(ByteBuf data, int bytes) {
        int served = id;
        delivering = true;
        onData(data);
        if (id == served) {
            delivering = false;
            credit(bytes);
        }
    }

    /** Lets the peer send so many bytes more on this stream. */
    final void credit(int bytes) {
        if (gone || remoteEnded || bytes == 0) {
            return;
        }
        uncredited += bytes;
        if (uncredited >= grantedWindow / 2) {
            int target = connection().streamWindow();
            int increment = uncredited + target - grantedWindow;
            grantedWindow = target;
            uncredited = 0;
            receiveWindow += increment;
            connection().writeWindowUpdate(id, increment);
        }
    }

    /** The peer has ended its side. */
    final void receiveEnd(@Nullable Headers trailers) {
        if (!dropped && expectedBytes >= 0 && receivedBytes != expectedBytes) {
            connection().resetForBody(this, FieldFault.LENGTH_WRONG);
            return;
        }
        remoteEnded = true;
        if (dropped) {
            closeIfDone();
        } else if (paused || delivering || !held.isEmpty()) {
            heldEnd = true;
            heldTrailers = trailers;
        } else {
            touch();
            Http2Connection in = connection();
            int served = id;
            onEnd(trailers);
            closeIfDone(in, served);
        }
    }

    private void closeIfDone() {
        closeIfDone(connection(), id);
    }

    /** Leaves the table when both sides have ended; the object may serve another stream meanwhile. */
    private void closeIfDone(Http2Connection in, int served) {
        if (!gone && connection == in && id == served && remoteEnded && localEnded && !heldEnd && held.isEmpty()) {
            in.remove(this);
        }
    }

    private void touch() {
        connection().touch(this);
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        if (gone || delivering || (held.isEmpty() && !heldEnd)) {
            return;
        }
        Http2Connection in = connection();
        int served = id;
        boolean some = false;
        while (!paused && !gone && id == served) {
            ByteBuf data = held.poll();
            if (data == null) {
                break;
            }
            some = true;
            int bytes = data.readableBytes();
            unhold(bytes);
            deliver(data, bytes);
        }
        if (!paused && !gone && id == served && held.isEmpty() && heldEnd) {
            heldEnd = false;
            some = true;
            Headers trailers = heldTrailers;
            heldTrailers = null;
            onEnd(trailers);
            closeIfDone(in, served);
        }
        if (some) {
            onReadComplete();
            in.flush();
        }
    }

    private void unhold(int bytes) {
        Http2Connection in = connection();
        in.budget().release(bytes);
        int back = Math.min(owedToConnection, bytes);
        if (back > 0) {
            owedToConnection -= back;
            in.creditConnection(back);
        }
    }

    /** From now on whatever comes is dropped; the connection gets its credit back, the stream does not. */
    final void drop() {
        dropped = true;
        releaseHeld();
    }

    private void releaseHeld() {
        for (ByteBuf data = held.poll(); data != null; data = held.poll()) {
            unhold(data.readableBytes());
            data.release();
        }
        heldEnd = false;
        heldTrailers = null;
    }

    // ---- what goes

    @Override
    public boolean isWritable() {
        return !unwritable;
    }

    @Override
    public long pendingBytes() {
        return waitingBytes;
    }

    /** How many bytes of data were handed to the channel: its own, and while it waited for its turn those of its neighbours. */
    public long takenBytes() {
        return queued ? sentBytes + connection().sentBytes() - sentBefore : sentBytes;
    }

    /** Begins to wait for its turn. */
    final void queue() {
        queued = true;
        sentBefore = connection().sentBytes();
    }

    /** Its turn has come. */
    final void unqueue() {
        sentBytes = takenBytes();
        queued = false;
    }

    @Override
    public void setTight(boolean tight) {
        this.tight = tight;
    }

    @Override
    public void data(ByteBuf data) {
        if (gone || localEnded || endWaiting || cutWaiting) {
            data.release();
            return;
        }
        if (waitingBytes == 0) {
            data = send(data);
            if (data == null) {
                return;
            }
        }
        waitingBytes += data.readableBytes();
        waiting.add(data, connection().context.alloc());
        if (waitingBytes >= (tight ? 1 : LOOSE)) {
            unwritable = true;
        }
        if (sendWindow > 0) {
            connection().enqueue(this);
        }
        onBacklog();
    }

    /** Sends as much as may be sent now; the rest, or null. */
    private @Nullable ByteBuf send(ByteBuf data) {
        while (true) {
            int bytes = sendable(data);
            if (bytes <= 0) {
                return data;
            }
            boolean whole = bytes == data.readableBytes();
            sendFrame(data, bytes);
            if (whole) {
                return null;
            }
        }
    }

    /** How many bytes of it the next frame may have. */
    private int sendable(ByteBuf data) {
        return Math.min(data.readableBytes(), Math.min(connection().sendable(this), Frames.LARGEST_PAYLOAD));
    }

    /** Sends so many bytes of it, and lets go of it if those are all. */
    private void sendFrame(ByteBuf data, int bytes) {
        sentBytes += bytes;
        boolean whole = bytes == data.readableBytes();
        boolean cut = !whole && bytes < Frames.LARGEST_PAYLOAD;
        connection().writeData(this, whole ? data : data.readRetainedSlice(bytes), cut);
    }

    /** Sends one frame of what waits, if it may; whether more could follow. */
    final boolean sendWaiting() {
        ByteBuf data = waiting.peek();
        int bytes = data == null ? 0 : sendable(data);
        if (data == null || bytes <= 0) {
            return false;
        }
        waitingBytes -= bytes;
        if (bytes == data.readableBytes()) {
            waiting.poll();
        }
        sendFrame(data, bytes);
        if (waiting.isEmpty() && (endWaiting || cutWaiting)) {
            finishSending();
            return false;
        }
        if (unwritable && waitingBytes <= (tight ? 0 : LOOSE / 2)) {
            unwritable = false;
            onWritable();
        }
        return !waiting.isEmpty();
    }

    private void finishSending() {
        Headers trailers = trailersWaiting;
        trailersWaiting = null;
        if (cutWaiting) {
            reset(cutCode);
        } else {
            writeEnd(trailers);
        }
    }

    private void writeEnd(@Nullable Headers trailers) {
        if (trailers == null) {
            connection().writeEnd(this);
        } else {
            connection().writeTrailers(this, trailers);
        }
        ended();
    }

    /** Our side has ended with a frame that was written. */
    final void ended() {
        localEnded = true;
        Http2Connection in = connection();
        int served = id;
        onLocalEnd();
        closeIfDone(in, served);
    }

    @Override
    public void end(@Nullable Headers trailers) {
        if (gone || localEnded || cutWaiting) {
            return;
        }
        if (waitingBytes > 0) {
            endWaiting = true;
            trailersWaiting = trailers == null ? null : trailers.copy();
        } else {
            writeEnd(trailers);
        }
    }

    /** Resets the stream behind what was counted as sent, so that the peer sees that the message is not whole. */
    final void cutBehind(ErrorCode code) {
        if (gone) {
            return;
        }
        if (waitingBytes > 0) {
            cutWaiting = true;
            cutCode = code;
        } else {
            reset(code);
        }
    }

    /** The peer wants no more of our message. */
    final void stopSending() {
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            data.release();
        }
        waitingBytes = 0;
        trailersWaiting = null;
        if (!localEnded) {
            ended();
        }
        if (unwritable) {
            unwritable = false;
            onWritable();
        }
    }

    @Override
    public void flush() {
        Http2Connection to = connection;
        if (to != null) {
            to.flush();
        }
    }

    /** Ends the stream at once. */
    final void reset(ErrorCode code) {
        if (!gone) {
            if (!remoteEnded || !localEnded) {
                connection().writeReset(this, code);
            }
            connection().remove(this);
        }
    }

    /** Lets go of everything, when the stream has left the table. */
    void release() {
        gone = true;
        dropped = true;
        releaseHeld();
        if (owedToConnection > 0) {
            connection().creditConnection(owedToConnection);
            owedToConnection = 0;
        }
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            data.release();
        }
        waitingBytes = 0;
        trailersWaiting = null;
        unwritable = false;
    }
}
