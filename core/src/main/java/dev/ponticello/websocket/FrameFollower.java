package dev.ponticello.websocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames that go one way through a WebSocket, without changing or keeping any of their bytes: only so is it known where one ends, and something may be sent between two.
 *
 * <p>Looks at the headers alone (RFC 6455 §5.2). What reserved bits and opcodes mean is for the two ends and their extensions, and so is whether the fragments of a message are in order. Behind a Close frame nothing passes.
 */
public final class FrameFollower {
    private static final int FIN = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int CONTROL = 0x08;
    private static final int CLOSE = 0x08;
    private static final int MASK = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int MOST_IN_CONTROL = 125;
    private static final int SHORT_HEADER = 2;
    private static final int MASKING_KEY = 4;

    private final boolean masked;
    /** How many bytes of the frame's header have come; none between two frames. */
    private int headerRead;
    /** How many the header has, as far as that is known. */
    private int headerLength = SHORT_HEADER;
    /** How many of them, behind the second, are the length. */
    private int lengthBytes;
    private int opcode;
    /** Of the payload; while the header comes, the length as far as it is known. */
    private long left;
    private boolean closed;
    private boolean stopping;
    private @Nullable FrameFault fault;

    private FrameFollower(boolean masked) {
        this.masked = masked;
    }

    /** For what a client sends. */
    public static FrameFollower ofClient() {
        return new FrameFollower(true);
    }

    /** For what an endpoint sends. */
    public static FrameFollower ofEndpoint() {
        return new FrameFollower(false);
    }

    /**
     * Looks at what comes next, and takes none of it.
     *
     * @return how many bytes of it may pass: all of them, unless a frame breaks the rules, {@link #isClosed}, or it was to {@link #stop}
     */
    public int follow(ByteBuf data) {
        int start = data.readerIndex();
        int end = data.writerIndex();
        int at = start;
        int frameStart = start;
        while (at < end && !isOver()) {
            if (headerRead < headerLength) {
                if (headerRead == 0) {
                    frameStart = at;
                }
                fault = readHeader(data.getByte(at) & 0xFF);
                if (fault != null) {
                    if (headerRead - 1 <= at - start) {
                        headerRead = 0; // nothing of the frame has passed
                    }
                    return frameStart - start;
                }
                at++;
            } else {
                int bytes = (int) Math.min(left, end - at);
                left -= bytes;
                at += bytes;
            }
            if (left == 0 && headerRead == headerLength) {
                headerRead = 0;
                headerLength = SHORT_HEADER;
                closed = opcode == CLOSE;
            }
        }
        return at - start;
    }

    private @Nullable FrameFault readHeader(int b) {
        headerRead++;
        if (headerRead == 1) {
            opcode = b & OPCODE;
            return (b & (FIN | CONTROL)) == CONTROL ? FrameFault.CONTROL_FRAGMENTED : null;
        }
        if (headerRead == SHORT_HEADER) {
            return readShortLength(b);
        }
        int lengthEnd = SHORT_HEADER + lengthBytes;
        if (headerRead > lengthEnd) {
            return null; // the masking key
        }
        left = left << 8 | b;
        if (left < 0) {
            return FrameFault.LENGTH_TOO_LARGE;
        }
        return headerRead == lengthEnd && left <= (lengthBytes == 2 ? MOST_IN_CONTROL : 0xFFFF)
                ? FrameFault.LENGTH_NOT_SHORTEST
                : null;
    }

    private @Nullable FrameFault readShortLength(int b) {
        if ((b & MASK) != 0 != masked) {
            return masked ? FrameFault.UNMASKED : FrameFault.MASKED;
        }
        int length = b & LENGTH;
        if (length > MOST_IN_CONTROL && (opcode & CONTROL) != 0) {
            return FrameFault.CONTROL_TOO_LONG;
        }
        lengthBytes = length <= MOST_IN_CONTROL ? 0 : length == 126 ? 2 : 8;
        left = lengthBytes == 0 ? length : 0;
        headerLength = SHORT_HEADER + lengthBytes + (masked ? MASKING_KEY : 0);
        return null;
    }

    /** Lets nothing pass any more from the end of the current frame on. */
    public void stop() {
        stopping = true;
    }

    /** Whether all that has passed are whole frames, and another may be put behind them. */
    public boolean isBetweenFrames() {
        return headerRead == 0;
    }

    /** Whether a Close frame has passed: the last one this way (RFC 6455 §5.5.1). */
    public boolean isClosed() {
        return closed;
    }

    /** What was wrong with a frame; null for nothing. */
    public @Nullable FrameFault fault() {
        return fault;
    }

    private boolean isOver() {
        return closed || fault != null || (stopping && headerRead == 0);
    }
}
