package dev.ponticello.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames (RFC 9113 §4.1) however their bytes are split: data as it comes, everything else whole.
 *
 * <pre>
 *   PREFACE ──24 bytes──▶ HEADER ──9 bytes──▶ DATA ──▶ PADDING ──▶ HEADER
 *                           ▲                ▶ OTHER ──whole──▶ HEADER
 *                           └── CONTINUATION of the same stream, and nothing else, while a field section is not whole
 * </pre>
 *
 * <p>The first frame is SETTINGS, of either side (§3.4). A field section is held until it is whole, within its bounds: twice the limit of a head, and a count of CONTINUATION frames.
 */
final class FrameReader {
    /** What was read; each call may end the connection, and then {@link #isEnded} says so. */
    interface Events {
        boolean isEnded();

        /** The bytes or their order break the rules of frames; nothing more is read. */
        void onFault(ErrorCode code, String why);

        /** A DATA frame begins; {@code length} counts against both windows. */
        void onDataBegun(int streamId, int length);

        /** Some bytes of it, which the receiver releases. */
        void onDataPart(int streamId, ByteBuf part);

        /** It has ended, with so many bytes of padding. */
        void onDataEnded(int streamId, boolean endStream, int padding);

        /** A field section; only valid during the call. */
        void onHeaders(int streamId, ByteBuf block, boolean endStream);

        void onPriority(int streamId, int dependsOn);

        void onReset(int streamId, int code);

        /** Settings, six bytes each. */
        void onSettings(ByteBuf payload);

        void onSettingsAck();

        void onPing(long payload);

        void onPingAck(long payload);

        void onGoAway(int lastStreamId, int code);

        void onWindowUpdate(int streamId, int increment);

        /** A frame of another kind, which is passed over (RFC 9113 §5.5). */
        void onUnknown();
    }

    private enum State {
        PREFACE,
        HEADER,
        DATA_BEGIN,
        DATA,
        PADDING,
        OTHER
    }

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    /** A section may always come in so many CONTINUATION frames, and in one more for each {@link #CONTINUED_BYTES} of its limit. */
    private static final int CONTINUATIONS = 8;
    private static final int CONTINUED_BYTES = 8192;

    private final Events events;
    private final ByteBufAllocator allocator;
    private final int blockLimit;
    private final int continuationLimit;
    private State state;
    private final byte[] header = new byte[Frames.HEADER];
    private boolean begun;
    private int headerRead;
    private int prefaceRead;
    private int length;
    private int type;
    private int flags;
    private int streamId;
    private int left;
    private int padding;
    private int paddingLeft;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf block;
    private int blockStream;
    private boolean blockEndsStream;
    private int continuations;

    /**
     * @param preface whether the peer is a client, which begins with the preface
     * @param headLimit bytes of a field section
     */
    FrameReader(Events events, ByteBufAllocator allocator, boolean preface, int headLimit) {
        this.events = events;
        this.allocator = allocator;
        this.state = preface ? State.PREFACE : State.HEADER;
        this.blockLimit = 2 * headLimit;
        this.continuationLimit = CONTINUATIONS + headLimit / CONTINUED_BYTES;
    }

    /** Whether something has begun that is neither whole nor data. */
    boolean isMidway() {
        return headerRead > 0 || state == State.PREFACE || state == State.OTHER || block != null;
    }

    void release() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (block != null) {
            block.release();
            block = null;
        }
    }

    void read(ByteBuf in) {
        while (!events.isEnded() && (in.isReadable() || mayGoOnWithout())) {
            switch (state) {
                case PREFACE -> readPreface(in);
                case HEADER -> readHeader(in);
                case DATA_BEGIN -> beginData(in);
                case DATA -> readData(in);
                case PADDING -> skipPadding(in);
                case OTHER -> readOther(in);
            }
        }
    }

    /** Whether a step is left that needs no byte: a frame without payload, the end of data. */
    private boolean mayGoOnWithout() {
        return switch (state) {
            case DATA_BEGIN -> (flags & Frames.PADDED) == 0;
            case DATA, OTHER -> left == 0;
            case PADDING -> paddingLeft == 0;
            case PREFACE, HEADER -> false;
        };
    }

    private void readPreface(ByteBuf in) {
        while (in.isReadable()) {
            if (in.readByte() != PREFACE[prefaceRead]) {
                events.onFault(ErrorCode.PROTOCOL_ERROR, "no connection preface");
                return;
            }
            if (++prefaceRead == PREFACE.length) {
                state = State.HEADER;
                return;
            }
        }
    }

    private void readHeader(ByteBuf in) {
        if (headerRead == 0 && in.readableBytes() >= Frames.HEADER) {
            length = in.readUnsignedMedium();
            type = in.readUnsignedByte();
            flags = in.readUnsignedByte();
            streamId = in.readInt() & 0x7FFF_FFFF;
        } else {
            int count = Math.min(Frames.HEADER - headerRead, in.readableBytes());
            in.readBytes(header, headerRead, count);
            headerRead += count;
            if (headerRead < Frames.HEADER) {
                return;
            }
            headerRead = 0;
            length = (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | (header[2] & 0xFF);
            type = header[3] & 0xFF;
            flags = header[4] & 0xFF;
            streamId = (header[5] & 0x7F) << 24 | (header[6] & 0xFF) << 16 | (header[7] & 0xFF) << 8
                    | (header[8] & 0xFF);
        }
        beginFrame();
    }

    private void beginFrame() {
        left = length;
        boolean first = !begun;
        begun = true;
        if (first && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
            events.onFault(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS");
        } else if (length > Frames.LARGEST_PAYLOAD) {
            events.onFault(ErrorCode.FRAME_SIZE_ERROR, "a frame of " + length + " bytes (expected: at most "
                    + Frames.LARGEST_PAYLOAD + ")");
        } else if (block != null && (type != Frames.CONTINUATION || streamId != blockStream)) {
            events.onFault(ErrorCode.PROTOCOL_ERROR, "a frame of type " + type + " inside a field section");
        } else if (block == null && type == Frames.CONTINUATION) {
            events.onFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS");
        } else if (type <= Frames.CONTINUATION && needsStream(type) != (streamId != 0)
                && type != Frames.WINDOW_UPDATE) {
            events.onFault(ErrorCode.PROTOCOL_ERROR, "a frame of type " + type + " on stream " + streamId);
        } else if (isMisfit()) {
            events.onFault(ErrorCode.FRAME_SIZE_ERROR, "a frame of type " + type + " with " + length + " bytes");
        } else if (type == Frames.DATA) {
            state = State.DATA_BEGIN;
        } else {
            state = State.OTHER;
        }
    }

    private static boolean needsStream(int type) {
        return type != Frames.SETTINGS && type != Frames.PING && type != Frames.GOAWAY;
    }

    private boolean isMisfit() {
        return switch (type) {
            case Frames.PRIORITY -> length != 5;
            case Frames.RST_STREAM, Frames.WINDOW_UPDATE -> length != 4;
            case Frames.PING -> length != 8;
            case Frames.GOAWAY -> length < 8;
            case Frames.SETTINGS -> (flags & Frames.ACK) != 0 ? length != 0 : length % 6 != 0;
            default -> false;
        };
    }

    // ---- data

    private void beginData(ByteBuf in) {
        padding = 0;
        if ((flags & Frames.PADDED) != 0) {
            if (left == 0) {
                events.onFault(ErrorCode.FRAME_SIZE_ERROR, "padded DATA without a length of its padding");
                return;
            }
            padding = in.readUnsignedByte();
            left--;
            if (padding > left) {
                events.onFault(ErrorCode.PROTOCOL_ERROR, "more padding than DATA");
                return;
            }
        }
        paddingLeft = padding;
        left -= padding;
        state = State.DATA;
        events.onDataBegun(streamId, length);
    }

    private void readData(ByteBuf in) {
        int count = Math.min(left, in.readableBytes());
        if (count > 0) {
            left -= count;
            events.onDataPart(streamId, in.readRetainedSlice(count));
        }
        if (left == 0) {
            state = State.PADDING;
        }
    }

    private void skipPadding(ByteBuf in) {
        int count = Math.min(paddingLeft, in.readableBytes());
        in.skipBytes(count);
        paddingLeft -= count;
        if (paddingLeft == 0) {
            state = State.HEADER;
            events.onDataEnded(streamId, (flags & Frames.END_STREAM) != 0,
                    (flags & Frames.PADDED) != 0 ? padding + 1 : 0);
        }
    }

    // ---- everything else

    private void readOther(ByteBuf in) {
        ByteBuf held = partial;
        if (held == null && in.readableBytes() >= left) {
            int end = in.readerIndex() + left;
            int writerIndex = in.writerIndex();
            state = State.HEADER;
            in.writerIndex(end);
            try {
                frame(in);
            } finally {
                in.writerIndex(writerIndex);
                in.readerIndex(end);
            }
            return;
        }
        if (held == null) {
            held = allocator.buffer(left);
            partial = held;
        }
        int count = Math.min(left, in.readableBytes());
        held.writeBytes(in, count);
        left -= count;
        if (left == 0) {
            state = State.HEADER;
            partial = null;
            try {
                frame(held);
            } finally {
                held.release();
            }
        }
    }

    private void frame(ByteBuf payload) {
        switch (type) {
            case Frames.HEADERS -> headers(payload);
            case Frames.CONTINUATION -> continuation(payload);
            case Frames.PRIORITY -> events.onPriority(streamId, payload.readInt() & 0x7FFF_FFFF);
            case Frames.RST_STREAM -> events.onReset(streamId, payload.readInt());
            case Frames.SETTINGS -> {
                if ((flags & Frames.ACK) != 0) {
                    events.onSettingsAck();
                } else {
                    events.onSettings(payload);
                }
            }
            case Frames.PUSH_PROMISE -> events.onFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE");
            case Frames.PING -> {
                if ((flags & Frames.ACK) != 0) {
                    events.onPingAck(payload.readLong());
                } else {
                    events.onPing(payload.readLong());
                }
            }
            case Frames.GOAWAY -> events.onGoAway(payload.readInt() & 0x7FFF_FFFF, payload.readInt());
            case Frames.WINDOW_UPDATE -> events.onWindowUpdate(streamId, payload.readInt() & 0x7FFF_FFFF);
            default -> events.onUnknown();
        }
    }

    private void headers(ByteBuf payload) {
        int before = 0;
        if ((flags & Frames.PADDED) != 0) {
            if (!payload.isReadable()) {
                events.onFault(ErrorCode.FRAME_SIZE_ERROR, "padded HEADERS without a length of its padding");
                return;
            }
            before = payload.readUnsignedByte();
        }
        boolean hasPriority = (flags & Frames.PRIORITY_FLAG) != 0;
        if (payload.readableBytes() < before + (hasPriority ? 5 : 0)) {
            events.onFault(hasPriority && payload.readableBytes() < 5 ? ErrorCode.FRAME_SIZE_ERROR
                    : ErrorCode.PROTOCOL_ERROR, "HEADERS of " + length + " bytes are too short");
            return;
        }
        payload.writerIndex(payload.writerIndex() - before);
        if (hasPriority) {
            payload.skipBytes(5); // RFC 9113 §5.3.2: not used any more
        }
        boolean endStream = (flags & Frames.END_STREAM) != 0;
        if ((flags & Frames.END_HEADERS) != 0) {
            events.onHeaders(streamId, payload, endStream);
            return;
        }
        blockStream = streamId;
        blockEndsStream = endStream;
        continuations = 0;
        ByteBuf begun = allocator.buffer(payload.readableBytes());
        begun.writeBytes(payload);
        block = begun;
    }

    private void continuation(ByteBuf payload) {
        ByteBuf whole = block;
        if (whole == null) {
            return;
        }
        if (++continuations > continuationLimit || whole.readableBytes() + payload.readableBytes() > blockLimit) {
            events.onFault(ErrorCode.ENHANCE_YOUR_CALM, "a field section that does not end");
            return;
        }
        whole.writeBytes(payload);
        if ((flags & Frames.END_HEADERS) != 0) {
            block = null;
            try {
                events.onHeaders(blockStream, whole, blockEndsStream);
            } finally {
                whole.release();
            }
        }
    }
}
