package dev.ponticello.http2;

import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes field sections (HPACK, RFC 7541) straight into the flat form, and judges each field as it comes (RFC 9113 §8.2, §8.3).
 *
 * <p>Every section of a connection must be decoded, wanted or not, because each changes the table. A section over its limits is decoded to its end and not kept.
 */
final class FieldDecoder extends DefaultHttp2HeadersDecoder {
    /** What a section may hold. */
    enum Section {
        REQUEST,
        RESPONSE,
        TRAILERS,
        /** Nobody wants it. */
        IGNORED
    }

    private static final HeaderNameSet CONNECTION_SPECIFIC = HeaderNameSet.of(List.of(HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE));
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final byte[] COOKIE_SEPARATOR = "; ".getBytes(StandardCharsets.US_ASCII);
    /** What a field takes beyond its name and value: as much as it would in HTTP/1.1. */
    private static final int FIELD_OVERHEAD = 4;
    private static final int KEPT_COOKIE = 16 * 1024;
    /** Where nothing is kept: for {@link Section#IGNORED}. */
    static final Headers NOWHERE = new Headers(0, 0);

    private final int sizeLimit;
    private final int fieldLimit;
    private final Sink sink = new Sink();
    private Section section = Section.IGNORED;
    private Headers headers = NOWHERE;
    private @Nullable FieldFault fault;
    private boolean fieldSeen;
    private boolean unusualNames;
    private long size;
    private int fields;
    private byte[] cookie = new byte[256];
    private int cookieLength;
    private @Nullable AsciiString method;
    private @Nullable AsciiString scheme;
    private @Nullable AsciiString path;
    private @Nullable AsciiString authority;
    private @Nullable AsciiString protocol;
    private @Nullable AsciiString status;

    /**
     * @param sizeLimit bytes of a section
     * @param fieldLimit fields of a section
     */
    FieldDecoder(int sizeLimit, int fieldLimit) {
        super(false, false, 0xFFFF_FFFFL); // the limits are kept here, so that a section over them is still decoded
        this.sizeLimit = sizeLimit;
        this.fieldLimit = fieldLimit;
    }

    /**
     * Decodes a section; what is wrong with it is in {@link #fault()}.
     *
     * @return false if the table is not the peer's any more, and the connection cannot go on
     */
    boolean decode(ByteBuf block, Section section, Headers into) {
        this.section = section;
        headers = into;
        fault = null;
        fieldSeen = false;
        unusualNames = false;
        size = 0;
        fields = 0;
        cookieLength = 0;
        method = null;
        scheme = null;
        path = null;
        authority = null;
        protocol = null;
        status = null;
        try {
            decodeHeaders(0, block);
        } catch (Http2Exception e) {
            return false;
        }
        if (cookieLength > 0 && fault == null) {
            headers.add(HeaderName.COOKIE, cookie, 0, cookieLength);
        }
        headers = NOWHERE;
        if (cookie.length > KEPT_COOKIE) {
            cookie = new byte[256];
        }
        return true;
    }

    @Override
    protected Http2Headers newHeaders() {
        return sink;
    }

    @Nullable
    FieldFault fault() {
        return fault;
    }

    boolean hasUnusualNames() {
        return unusualNames;
    }

    @Nullable
    AsciiString method() {
        return method;
    }

    @Nullable
    AsciiString scheme() {
        return scheme;
    }

    @Nullable
    AsciiString path() {
        return path;
    }

    @Nullable
    AsciiString authority() {
        return authority;
    }

    /** What a CONNECT switches its stream to (RFC 8441 §4). */
    @Nullable
    AsciiString protocol() {
        return protocol;
    }

    @Nullable
    AsciiString status() {
        return status;
    }

    /** Appends a text to the bytes of a head, which no field has; where it begins. */
    static int append(Headers headers, AsciiString text) {
        int at = headers.append(text.length());
        System.arraycopy(text.array(), text.arrayOffset(), headers.bytes(), at, text.length());
        return at;
    }

    private void take(AsciiString name, AsciiString value) {
        size += name.length() + value.length() + FIELD_OVERHEAD;
        fields++;
        if (section == Section.IGNORED || (fault != null && fault.category() != FieldFault.Category.MALFORMED)) {
            return;
        }
        if (size > sizeLimit) {
            fault = FieldFault.HEAD_TOO_LARGE;
        } else if (fields > fieldLimit) {
            fault = FieldFault.TOO_MANY_FIELDS;
        } else if (fault == null) {
            fault = name.length() > 0 && name.byteAt(0) == ':' ? pseudo(name, value) : field(name, value);
        }
    }

    private @Nullable FieldFault pseudo(AsciiString name, AsciiString value) {
        if (section == Section.TRAILERS) {
            return FieldFault.PSEUDO_IN_TRAILERS;
        }
        if (fieldSeen) {
            return FieldFault.PSEUDO_LATE;
        }
        fields--; // of the request line, not of the fields
        AsciiString before;
        if (section == Section.RESPONSE) {
            if (!name.contentEquals(":status")) {
                return FieldFault.PSEUDO_UNKNOWN;
            }
            before = status;
            status = value;
        } else {
            switch (name.length() > 1 ? name.byteAt(1) : 0) {
                case 'm' -> {
                    before = method;
                    method = value;
                    if (!name.contentEquals(":method")) {
                        return FieldFault.PSEUDO_UNKNOWN;
                    }
                }
                case 's' -> {
                    before = scheme;
                    scheme = value;
                    if (!name.contentEquals(":scheme")) {
                        return FieldFault.PSEUDO_UNKNOWN;
                    }
                }
                case 'p' -> {
                    if (name.contentEquals(":path")) {
                        before = path;
                        path = value;
                    } else {
                        before = protocol;
                        protocol = value;
                        if (!name.contentEquals(":protocol")) {
                            return FieldFault.PSEUDO_UNKNOWN;
                        }
                    }
                }
                case 'a' -> {
                    before = authority;
                    authority = value;
                    if (!name.contentEquals(":authority")) {
                        return FieldFault.PSEUDO_UNKNOWN;
                    }
                }
                default -> {
                    return FieldFault.PSEUDO_UNKNOWN;
                }
            }
        }
        return before == null ? null : FieldFault.PSEUDO_REPEATED;
    }

    private @Nullable FieldFault field(AsciiString name, AsciiString value) {
        fieldSeen = true;
        int nameLength = name.length();
        int valueLength = value.length();
        if (nameLength == 0) {
            return FieldFault.NAME_EMPTY;
        }
        int start = headers.append(nameLength + valueLength + FIELD_OVERHEAD);
        byte[] bytes = headers.bytes();
        System.arraycopy(name.array(), name.arrayOffset(), bytes, start, nameLength);
        int nameEnd = start + nameLength;
        int hash = FieldText.HASH_SEED;
        for (int at = start; at < nameEnd; at++) {
            byte b = bytes[at];
            byte normal = FieldText.NORMAL_NAME[b & 0xFF];
            if (normal != b) {
                if (normal == 0) {
                    return FieldFault.NAME_CHARACTER;
                }
                if (normal != '-') {
                    return FieldFault.NAME_UPPER_CASE;
                }
                unusualNames = true;
            }
            hash = FieldText.hash(hash, normal);
        }
        bytes[nameEnd] = ':';
        bytes[nameEnd + 1] = ' ';
        int valueStart = nameEnd + 2;
        int valueEnd = valueStart + valueLength;
        System.arraycopy(value.array(), value.arrayOffset(), bytes, valueStart, valueLength);
        for (int at = valueStart; at < valueEnd; at++) {
            if (!FieldText.VALUE[bytes[at] & 0xFF]) {
                return FieldFault.VALUE_CHARACTER;
            }
        }
        if (valueLength > 0 && (isBlank(bytes[valueStart]) || isBlank(bytes[valueEnd - 1]))) {
            return FieldFault.VALUE_BLANKS;
        }
        if (hash == HeaderName.COOKIE.hash() && HeaderName.COOKIE.matches(bytes, start, nameEnd)
                && section == Section.REQUEST) {
            addCrumb(bytes, valueStart, valueEnd);
            headers.truncate(start);
            return null;
        }
        if (CONNECTION_SPECIFIC.resembles(hash, bytes, start, nameEnd) && !name.contains("_") && !name.contains(".")) {
            return FieldFault.CONNECTION_SPECIFIC;
        }
        if (hash == HeaderName.TE.hash() && HeaderName.TE.matches(bytes, start, nameEnd)) {
            if (!value.contentEqualsIgnoreCase(TRAILERS)) {
                return FieldFault.TE_OTHER;
            }
        }
        bytes[valueEnd] = '\r';
        bytes[valueEnd + 1] = '\n';
        headers.index(hash, start, nameEnd, valueStart, valueEnd, valueEnd + 2);
        return null;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** A cookie may come in crumbs; everybody else knows it as one field (RFC 9113 §8.2.3). */
    private void addCrumb(byte[] from, int start, int end) {
        int needed = cookieLength + COOKIE_SEPARATOR.length + end - start;
        if (needed > cookie.length) {
            cookie = Arrays.copyOf(cookie, Math.max(needed, cookie.length * 2));
        }
        if (cookieLength > 0) {
            System.arraycopy(COOKIE_SEPARATOR, 0, cookie, cookieLength, COOKIE_SEPARATOR.length);
            cookieLength += COOKIE_SEPARATOR.length;
        }
        System.arraycopy(from, start, cookie, cookieLength, end - start);
        cookieLength += end - start;
    }

    /** Where Netty's decoder puts fields. */
    private final class Sink extends NoFields {
        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
            take((AsciiString) name, (AsciiString) value);
            return this;
        }
    }
}
