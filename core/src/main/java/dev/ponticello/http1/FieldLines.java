package dev.ponticello.http1;

import dev.ponticello.http.FieldText;
import dev.ponticello.http.Headers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a head or of a trailer section, indexed in one pass however their bytes are split (RFC 9112 §5).
 *
 * <pre>
 *        ┌──────────────────────── LF ─────────────────────────┐
 *        ▼                                                     │
 *   LINE_START ──byte──▶ NAME ──:──▶ BLANK ──byte──▶ VALUE ──CR──▶ LINE_FEED
 *        └───CR──▶ LAST_LINE_FEED ──LF──▶ (whole)
 * </pre>
 *
 * Every byte is judged when it arrives: what can stand in no good section is refused there, not at the end.
 */
final class FieldLines {
    private enum State {
        LINE_START,
        NAME,
        BLANK,
        VALUE,
        LINE_FEED,
        LAST_LINE_FEED
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_01 = 0x0101010101010101L;
    private static final long EACH_20 = 0x2020202020202020L;
    private static final long EACH_7F = 0x7F7F7F7F7F7F7F7FL;
    private static final long EACH_80 = 0x8080808080808080L;
    /** A bit that differs between a byte and its normal form for '_' and '.', but not for letters. */
    private static final int UNUSUAL = 0x02;

    private final int fieldLimit;
    private State state = State.LINE_START;
    private int position;
    private int hash;
    private int name;
    private int nameEnd;
    private int value;
    private int differences;
    private @Nullable HeadFault fault;

    FieldLines(int fieldLimit) {
        this.fieldLimit = fieldLimit;
    }

    /** Begins a section whose first byte stands at this position. */
    void begin(int start) {
        state = State.LINE_START;
        position = start;
        differences = 0;
        fault = null;
    }

    /** After the last byte that was read; when the section is whole, after its empty line. */
    int position() {
        return position;
    }

    @Nullable
    HeadFault fault() {
        return fault;
    }

    /** Whether some name had {@code _} or {@code .} in it. */
    boolean hasUnusualNames() {
        return (differences & UNUSUAL) != 0;
    }

    /** Reads on up to the end of the bytes that are there. Returns whether the section is whole. */
    boolean read(Headers headers) {
        byte[] bytes = headers.bytes();
        int end = headers.length();
        byte[] normalName = FieldText.NORMAL_NAME;
        int at = position;
        State state = this.state;
        int hash = this.hash;
        int name = this.name;
        int nameEnd = this.nameEnd;
        int value = this.value;
        int differences = this.differences;
        // One test after the other instead of a switch: a line that is there whole passes them without a jump back.
        while (at < end) {
            if (state == State.LINE_START) {
                byte first = bytes[at];
                if (first == '\r') {
                    at++;
                    state = State.LAST_LINE_FEED;
                } else if (first == ' ' || first == '\t') {
                    return refuse(HeadFault.FIELD_FOLDED);
                } else if (headers.slots() == fieldLimit) {
                    return refuse(HeadFault.TOO_MANY_FIELDS);
                } else {
                    name = at;
                    hash = FieldText.HASH_SEED;
                    state = State.NAME;
                }
            }
            if (state == State.NAME) {
                byte b = 0;
                while (at < end) {
                    b = bytes[at];
                    byte normal = normalName[b & 0xFF];
                    if (normal == 0) {
                        break;
                    }
                    hash = FieldText.hash(hash, normal);
                    differences |= b ^ normal;
                    at++;
                }
                if (at == end) {
                    break;
                }
                if (b != ':' || at == name) {
                    return refuse(nameFault(b));
                }
                nameEnd = at++;
                state = State.BLANK;
            }
            if (state == State.BLANK) {
                while (at < end && isBlank(bytes[at])) {
                    at++;
                }
                if (at == end) {
                    break;
                }
                value = at;
                state = State.VALUE;
            }
            if (state == State.VALUE) {
                at = skipText(bytes, at, end);
                if (at == end) {
                    break;
                }
                if (bytes[at] != '\r') {
                    return refuse(bytes[at] == '\n' ? HeadFault.LF_WITHOUT_CR : HeadFault.FIELD_VALUE_CHARACTER);
                }
                at++;
                state = State.LINE_FEED;
            }
            if (at == end) {
                break;
            }
            if (bytes[at] != '\n') {
                return refuse(HeadFault.CR_WITHOUT_LF);
            }
            at++;
            if (state == State.LAST_LINE_FEED) {
                position = at;
                this.differences = differences;
                return true;
            }
            int valueEnd = at - 2;
            while (valueEnd > value && isBlank(bytes[valueEnd - 1])) {
                valueEnd--;
            }
            headers.index(hash, name, nameEnd, value, valueEnd, at);
            state = State.LINE_START;
        }
        position = at;
        this.state = state;
        this.hash = hash;
        this.name = name;
        this.nameEnd = nameEnd;
        this.value = value;
        this.differences = differences;
        return false;
    }

    private boolean refuse(HeadFault fault) {
        this.fault = fault;
        return false;
    }

    private static HeadFault nameFault(byte b) {
        return switch (b) {
            case ':' -> HeadFault.FIELD_NAME_EMPTY;
            case ' ', '\t' -> HeadFault.FIELD_NAME_SPACE;
            case '\r' -> HeadFault.FIELD_WITHOUT_COLON;
            case '\n' -> HeadFault.LF_WITHOUT_CR;
            default -> HeadFault.FIELD_NAME_CHARACTER;
        };
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The first position from {@code from} on whose byte may not stand in a field value, or {@code end}. */
    static int skipText(byte[] bytes, int from, int end) {
        int at = from;
        // Eight bytes at a time: a byte below 0x20, or one that is 0x7F, borrows into its high bit; ~word keeps obs-text
        // out. Borrows run upwards only, so the lowest mark is always a true one.
        while (end - at >= 8) {
            long word = (long) LONGS.get(bytes, at);
            long stops = ((word - EACH_20) | ((word ^ EACH_7F) - EACH_01)) & ~word & EACH_80;
            if (stops == 0) {
                at += 8;
            } else {
                at += Long.numberOfTrailingZeros(stops) >>> 3;
                if (bytes[at] != '\t') {
                    return at;
                }
                at++;
            }
        }
        while (at < end && FieldText.VALUE[bytes[at] & 0xFF]) {
            at++;
        }
        return at;
    }
}
