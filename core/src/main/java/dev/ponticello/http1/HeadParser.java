package dev.ponticello.http1;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the parsers of both kinds of head share: taking bytes in, the limits, and the framing of the body. */
abstract sealed class HeadParser permits RequestParser, ResponseParser {
    private static final int MOST_CONNECTION_MEMBERS = 64;

    /** How many bytes are copied at a time, so at most so many that belong to what follows the head. */
    static final int PIECE = 2048;
    /** What both kinds of first line name as the version, up to its last digit. */
    static final byte[] VERSION = ascii("HTTP/1.");
    private static final byte[] CHUNKED = ascii("chunked");

    private final int headLimit;
    private final FieldLines fields;
    private @Nullable HeadFault fault;
    private boolean inFields;
    /** After the last byte of the first line that was read; 0 before the first byte. */
    int position;
    /** The length that the fields tell; {@link BodyLength#UNTIL_CLOSE} if they tell none. */
    long bodyLength;
    boolean keepAlive;

    HeadParser(int headLimit, int fieldLimit) {
        this.headLimit = atLeastOne("head limit", headLimit);
        this.fields = new FieldLines(atLeastOne("field limit", fieldLimit));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static int atLeastOne(String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException(name + ": " + limit + " (expected: >= 1)");
        }
        return limit;
    }

    /** Why the head was refused, or null. After a fault nothing is read any more until {@link #reset()}. */
    public @Nullable HeadFault fault() {
        return fault;
    }

    /** Makes the parser ready for the next head. */
    public void reset() {
        fault = null;
        inFields = false;
        position = 0;
    }

    /** Whether the next byte is the first that this parser sees of a message. */
    final boolean isFresh() {
        return position == 0;
    }

    final boolean isInFields() {
        return inFields;
    }

    final boolean hasUnusualNames() {
        return fields.hasUnusualNames();
    }

    final boolean refuse(HeadFault fault) {
        this.fault = fault;
        return false;
    }

    /** Stops in the first line, whose bytes up to here were good. */
    final boolean suspend(int at) {
        position = at;
        return false;
    }

    /** What is wrong with this byte of a version: it is another version if a digit stands where one is expected. */
    static HeadFault versionFault(byte b, int index, HeadFault otherwise) {
        boolean digitExpected = index == VERSION.length - 2 || index == VERSION.length;
        return digitExpected && b >= '0' && b <= '9' ? HeadFault.VERSION : otherwise;
    }

    /**
     * Reads on in the first line from {@link #position} up to {@code end}. Returns whether the line is whole;
     * {@link #position} is then behind it, and else at the end.
     */
    abstract boolean readFirstLine(byte[] bytes, int end);

    /** Takes a piece of what is there, as much as there is room for. */
    static void append(ByteBuf in, Headers headers, int room) {
        int count = Math.min(room, Math.min(PIECE, in.readableBytes()));
        int at = headers.append(count);
        in.readBytes(headers.bytes(), at, count);
    }

    /** Takes the bytes of the head and leaves those that follow it. Returns whether the head is whole. */
    final boolean readHead(ByteBuf in, Headers headers) {
        while (fault == null && in.isReadable()) {
            int room = headLimit - headers.length();
            append(in, headers, room);
            if (readLines(headers)) {
                giveBack(in, headers, fields.position());
                return true;
            }
            // A head that fills its limit and is not whole is over it, whatever comes.
            if (fault == null && headers.length() == headLimit) {
                return refuse(HeadFault.HEAD_TOO_LARGE);
            }
        }
        return false;
    }

    private boolean readLines(Headers headers) {
        if (!inFields) {
            if (!readFirstLine(headers.bytes(), headers.length())) {
                return false;
            }
            inFields = true;
            fields.begin(position);
        }
        boolean whole = fields.read(headers);
        fault = fields.fault();
        return whole;
    }

    /** Returns to {@code in} the bytes that were copied beyond {@code end}. */
    static void giveBack(ByteBuf in, Headers headers, int end) {
        in.readerIndex(in.readerIndex() - (headers.length() - end));
        headers.truncate(end);
    }

    /** Reads what the fields tell about the end of the message and of the connection (RFC 9112 §6, §9.3). */
    final boolean readFraming(Headers headers, int minorVersion) {
        int length = headers.find(HeaderName.CONTENT_LENGTH, 0);
        int encoding = headers.find(HeaderName.TRANSFER_ENCODING, 0);
        if (encoding >= 0) {
            if (length >= 0) {
                return refuse(HeadFault.LENGTH_AND_ENCODING);
            }
            if (minorVersion == 0) {
                return refuse(HeadFault.ENCODING_BEFORE_1_1);
            }
            if (headers.find(HeaderName.TRANSFER_ENCODING, encoding + 1) >= 0 || !isValue(headers, encoding, CHUNKED)) {
                return refuse(HeadFault.ENCODING_INVALID);
            }
            bodyLength = BodyLength.CHUNKED;
        } else if (length >= 0) {
            if (headers.find(HeaderName.CONTENT_LENGTH, length + 1) >= 0) {
                return refuse(HeadFault.LENGTH_REPEATED);
            }
            bodyLength = FieldText.decimal(headers.bytes(), headers.valueStart(length), headers.valueEnd(length));
            if (bodyLength < 0) {
                return refuse(HeadFault.LENGTH_INVALID);
            }
        } else {
            bodyLength = BodyLength.UNTIL_CLOSE;
        }
        if (headers.find(HeaderName.CONNECTION, 0) < 0) {
            keepAlive = minorVersion == 1;
            return true;
        }
        if (hasLongConnection(headers)) {
            return refuse(HeadFault.CONNECTION_TOO_LONG);
        }
        keepAlive = (minorVersion == 1 || headers.hasMember(HeaderName.CONNECTION, "keep-alive"))
                && !headers.hasMember(HeaderName.CONNECTION, "close");
        return true;
    }

    /**
     * Each member of Connection is looked for among all fields: without a bound a head could ask for millions of looks. White space inside a member parts it in two, as it does where the members are
     * looked for.
     */
    private static boolean hasLongConnection(Headers headers) {
        int members = 0;
        for (int slot = headers.find(HeaderName.CONNECTION, 0); slot >= 0; slot = headers.find(HeaderName.CONNECTION,
                slot + 1)) {
            members++;
            byte before = ',';
            for (int at = headers.valueStart(slot); at < headers.valueEnd(slot); at++) {
                byte b = headers.bytes()[at];
                boolean blank = b == ' ' || b == '\t';
                if (b == ',' || (blank && before != ',' && before != ' ' && before != '\t')) {
                    members++;
                }
                before = b;
            }
        }
        return members > MOST_CONNECTION_MEMBERS;
    }

    /** Whether the value of a line is this text, given in lower case, in any case of its letters. */
    static boolean isValue(Headers headers, int slot, byte[] lower) {
        int start = headers.valueStart(slot);
        return equalIgnoringCase(headers.bytes(), start, headers.valueEnd(slot), lower, 0, lower.length);
    }

    static boolean equalIgnoringCase(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
        if (aTo - aFrom != bTo - bFrom) {
            return false;
        }
        for (int i = 0; i < aTo - aFrom; i++) {
            if (lower(a[aFrom + i]) != lower(b[bFrom + i])) {
                return false;
            }
        }
        return true;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }
}
