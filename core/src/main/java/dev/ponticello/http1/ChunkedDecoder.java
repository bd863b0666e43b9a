package dev.ponticello.http1;

import dev.ponticello.http.FieldText;
import dev.ponticello.http.Headers;
import dev.ponticello.http.TrailerFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of chunked bodies, of requests and responses alike (RFC 9112 §7.1): strict, incremental, and without
 * copying data.
 *
 * <pre>{@code
 * for (ByteBuf data = decoder.next(in); data != null; data = decoder.next(in)) {
 *     receiver.onData(data);
 * }
 * // then: decoder.fault(), decoder.isEnded() with decoder.trailers(), or more bytes are needed
 * }</pre>
 *
 * <pre>
 *      ┌────────────────────────── LF ◀── DATA_LINE_FEED ◀─CR── DATA_END ◀──┐
 *      ▼                                                                    │
 *     SIZE ─────CR─────▶ SIZE_LINE_FEED ──LF, size > 0──▶ DATA ─────────────┘
 *      └─;─▶ EXTENSION_… ─CR─▲    └──LF, size 0──▶ TRAILER ──CR──▶ LAST_LINE_FEED ──LF──▶ ENDED
 *                                                    └──byte──▶ FIELDS ─────────────────▶ ENDED
 * </pre>
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><td>16 digits, 2^63 - 1</td><td>size of a chunk</td></tr>
 * <tr><td>256 bytes</td><td>extensions of a chunk</td></tr>
 * <tr><td>16 KiB</td><td>what the lines with the sizes have over 16 bytes + twice the data of their chunk, summed up as
 * long as it is above 0: tiny chunks may come without end, long lines around tiny chunks may not</td></tr>
 * <tr><td>trailerLimit, fieldLimit</td><td>bytes and lines of the trailer section</td></tr>
 * </table>
 *
 * Extensions are checked and dropped: they are for one connection only. There is no white space around them (RFC 9112
 * §7.1.1 calls it bad and only there for history). Trailer fields that a receiver could take for part of the head are
 * dropped too: whatever frames, routes, authenticates or describes a message (RFC 9110 §6.5.1).
 */
public final class ChunkedDecoder {
    private enum State {
        SIZE,
        SIZE_LINE_FEED, // one line
        EXTENSION_NAME,
        EXTENSION_VALUE,
        EXTENSION_TOKEN,
        EXTENSION_QUOTED,
        EXTENSION_ESCAPED,
        EXTENSION_END, // in it
        DATA,
        DATA_END,
        DATA_LINE_FEED, // what the line announced
        TRAILER,
        FIELDS,
        LAST_LINE_FEED,
        ENDED
    }

    private static final int SIZE_DIGITS = 16;
    private static final int EXTENSION_LIMIT = 256;
    private static final int FREE_LINE_BYTES = 16;
    private static final int EXCESS_LIMIT = 16 * 1024;

    private final int trailerLimit;
    private final FieldLines fields;
    private State state = State.SIZE;
    /** The size of the chunk, of which so much is still to come when it is read. */
    private long left;
    private int digits;
    private int extensionBytes;
    private int excess;
    /** Whether the name or value of the extension has a byte yet. */
    private boolean partBegun;
    private @Nullable Headers trailers;
    private @Nullable BodyFault fault;

    /**
     * A decoder with its limits, which the class comment lists.
     *
     * @throws IllegalArgumentException if a limit is below 1
     */
    public ChunkedDecoder(int trailerLimit, int fieldLimit) {
        this.trailerLimit = HeadParser.atLeastOne("trailer limit", trailerLimit);
        this.fields = new FieldLines(HeadParser.atLeastOne("field limit", fieldLimit));
    }

    /** Makes the decoder ready for the next body. */
    public void reset() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        extensionBytes = 0;
        excess = 0;
        trailers = null;
        fault = null;
    }

    /** Why the body was refused, or null. After a fault nothing is read any more until {@link #reset()}. */
    public @Nullable BodyFault fault() {
        return fault;
    }

    /** Whether the body has come to its end, trailer section included. */
    public boolean isEnded() {
        return state == State.ENDED;
    }

    /** The trailer fields that may be passed on, when the body has ended; null if there are none. */
    public @Nullable Headers trailers() {
        return state == State.ENDED ? trailers : null;
    }

    /**
     * Reads on to the next data.
     *
     * @param in the bytes that arrived: those of the body are taken, those that follow it are left
     * @return some bytes of the body, never empty, which share the memory of {@code in} and which the caller releases;
     *         or null if the body has ended, was refused, or goes on with the next bytes
     */
    public @Nullable ByteBuf next(ByteBuf in) {
        while (fault == null && state != State.ENDED && in.isReadable()) {
            if (state == State.DATA) {
                int count = (int) Math.min(left, in.readableBytes());
                left -= count;
                if (left == 0) {
                    state = State.DATA_END;
                }
                return in.readRetainedSlice(count);
            }
            if (state == State.FIELDS) {
                readFields(in);
            } else {
                readFraming(in);
            }
        }
        return null;
    }

    private void readFraming(ByteBuf in) {
        byte b = in.readByte();
        switch (state) {
            case SIZE -> readSize(b);
            case SIZE_LINE_FEED -> {
                weigh();
                expect(b, '\n', left == 0 ? State.TRAILER : State.DATA, BodyFault.CHUNK_LINE_END);
            }
            case DATA_END -> expect(b, '\r', State.DATA_LINE_FEED, BodyFault.CHUNK_DATA_END);
            case DATA_LINE_FEED -> expect(b, '\n', State.SIZE, BodyFault.CHUNK_DATA_END);
            case TRAILER -> {
                if (b == '\r') {
                    state = State.LAST_LINE_FEED;
                } else {
                    in.readerIndex(in.readerIndex() - 1);
                    trailers = new Headers(256, 4);
                    fields.begin(0);
                    state = State.FIELDS;
                }
            }
            case LAST_LINE_FEED -> expect(b, '\n', State.ENDED, BodyFault.TRAILER_MALFORMED);
            default -> readExtension(b);
        }
    }

    private void expect(byte b, char expected, State next, BodyFault otherwise) {
        if (b == expected) {
            state = next;
        } else {
            fault = otherwise;
        }
    }

    private void readSize(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left << 4 | digit;
            digits++;
            if (left < 0 || digits > SIZE_DIGITS) {
                fault = BodyFault.CHUNK_SIZE_TOO_LARGE;
            }
        } else if (digits > 0 && b == ';') {
            extensionBytes = 1;
            beginPart(State.EXTENSION_NAME);
        } else if (digits > 0 && b == '\r') {
            state = State.SIZE_LINE_FEED;
        } else {
            fault = digits > 0 && b == '\n' ? BodyFault.CHUNK_LINE_END : BodyFault.CHUNK_SIZE;
        }
    }

    private void beginPart(State part) {
        state = part;
        partBegun = false;
    }

    /** One byte of {@code ;name}, {@code ;name=token} or {@code ;name="quoted"}. */
    private void readExtension(byte b) {
        if (++extensionBytes > EXTENSION_LIMIT && b != '\r') {
            fault = BodyFault.CHUNK_EXTENSION_TOO_LONG;
            return;
        }
        boolean token = FieldText.NORMAL_NAME[b & 0xFF] != 0;
        switch (state) {
            case EXTENSION_NAME, EXTENSION_TOKEN -> {
                if (token) {
                    partBegun = true;
                } else if (partBegun && b == '=' && state == State.EXTENSION_NAME) {
                    beginPart(State.EXTENSION_VALUE);
                } else if (partBegun) {
                    endExtension(b);
                } else {
                    fault = BodyFault.CHUNK_EXTENSION;
                }
            }
            case EXTENSION_VALUE -> {
                if (token) {
                    partBegun = true;
                    state = State.EXTENSION_TOKEN;
                } else {
                    expect(b, '"', State.EXTENSION_QUOTED, BodyFault.CHUNK_EXTENSION);
                }
            }
            case EXTENSION_QUOTED -> {
                if (b == '"') {
                    state = State.EXTENSION_END;
                } else if (b == '\\') {
                    state = State.EXTENSION_ESCAPED;
                } else if (!FieldText.VALUE[b & 0xFF]) {
                    fault = BodyFault.CHUNK_EXTENSION;
                }
            }
            case EXTENSION_ESCAPED -> {
                if (FieldText.VALUE[b & 0xFF]) {
                    state = State.EXTENSION_QUOTED;
                } else {
                    fault = BodyFault.CHUNK_EXTENSION;
                }
            }
            default -> endExtension(b);
        }
    }

    private void endExtension(byte b) {
        if (b == ';') {
            beginPart(State.EXTENSION_NAME);
        } else if (b == '\r') {
            state = State.SIZE_LINE_FEED;
        } else {
            fault = b == '\n' ? BodyFault.CHUNK_LINE_END : BodyFault.CHUNK_EXTENSION;
        }
    }

    /** Sets what the line of a chunk was long against what its chunk brings. */
    private void weigh() {
        long free = FREE_LINE_BYTES + 2 * Math.min(left, EXCESS_LIMIT);
        excess = (int) Math.max(0, excess + digits + extensionBytes - free);
        if (excess > EXCESS_LIMIT) {
            fault = BodyFault.CHUNK_OVERHEAD;
        }
        digits = 0;
        extensionBytes = 0;
    }

    private void readFields(ByteBuf in) {
        Headers headers = trailers;
        if (headers == null) {
            throw new IllegalStateException("no trailers in " + state);
        }
        int room = trailerLimit - headers.length();
        HeadParser.append(in, headers, room);
        if (fields.read(headers)) {
            HeadParser.giveBack(in, headers, fields.position());
            trailers = TrailerFields.withoutForbidden(headers);
            state = State.ENDED;
        } else if (fields.fault() != null) {
            fault = fields.fault() == HeadFault.TOO_MANY_FIELDS
                    ? BodyFault.TRAILER_TOO_MANY_FIELDS
                    : BodyFault.TRAILER_MALFORMED;
        } else if (headers.length() == trailerLimit) {
            fault = BodyFault.TRAILER_TOO_LARGE;
        }
    }
}
