package dev.ponticello.http2;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * Encodes field sections (HPACK, RFC 7541): {@link #begin}, the fields, {@link #writeTo}.
 *
 * <p>Indexed are the values that come again, of fields that tell nothing about a client. All else is a literal that is never indexed (RFC 7541 §7.1.3), however its sender has written it, which is not
 * known here; and a value that was not seen before would push out of the table what comes again.
 */
final class FieldEncoder {
    /** What tells nothing about a client, and often comes again. */
    private static final HeaderNameSet HARMLESS = HeaderNameSet.of(Stream.of(
            "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Ranges",
            "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
            "Access-Control-Request-Headers", "Access-Control-Request-Method", "Age", "Allow", "Alt-Svc",
            "Cache-Control", "Content-Encoding", "Content-Language", "Content-Length", "Content-Security-Policy",
            "Content-Type", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy", "Date", "ETag", "Expires", "grpc-accept-encoding", "grpc-encoding",
            "grpc-status", "grpc-timeout", "Last-Modified", "Origin", "Permissions-Policy", "Pragma", "Priority",
            "Proxy-Status", "Referrer-Policy", "Retry-After", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform",
            "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Server",
            "Strict-Transport-Security", "TE", "Trailer", "Upgrade-Insecure-Requests", "User-Agent", "Vary", "Via",
            "X-Content-Type-Options", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Frame-Options", "X-Powered-By",
            "X-XSS-Protection")
            .map(HeaderName::of).toList());
    /** What must not be written, whoever has added it (RFC 9113 §8.2.2). */
    private static final HeaderNameSet CONNECTION_SPECIFIC = HeaderNameSet.of(List.of(HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE,
            HeaderName.HOST));
    /** At most so many bytes a field takes beyond its name and value: two lengths, and an index. */
    private static final int FIELD_OVERHEAD = 16;
    /** At most so many bytes two changes of the table take. */
    private static final int TABLE_CHANGES = 6;
    private static final int LARGEST_TABLE = 4096;

    private final FieldCache cache;
    private final Fields fields = new Fields();
    private final DefaultHttp2HeadersEncoder hpack = new DefaultHttp2HeadersEncoder((_, _) -> fields.isLiteral(), true);
    private AsciiString[] names = new AsciiString[16];
    private AsciiString[] values = new AsciiString[16];
    private boolean[] literal = new boolean[16];
    private int count;
    private int bytes;
    /** What the peer has said last, and the smallest that it has said since the last section (RFC 7541 §4.2). */
    private long tableSize = LARGEST_TABLE;
    private long smallestTableSize = LARGEST_TABLE;

    FieldEncoder(FieldCache cache) {
        this.cache = cache;
    }

    /** How large a table the peer keeps for us; we use 4 KiB at most. The next section tells of it. */
    void setTableSize(long size) {
        tableSize = Math.min(size, LARGEST_TABLE);
        smallestTableSize = Math.min(smallestTableSize, tableSize);
    }

    void begin() {
        count = 0;
        bytes = TABLE_CHANGES;
    }

    /** Adds a field whose value comes again and again. */
    void add(AsciiString name, AsciiString value) {
        add(name, value, false);
    }

    /** Adds a field whose value stands in an array, and may be known to all. */
    void add(AsciiString name, byte[] from, int start, int end) {
        AsciiString known = cache.value(name.hashCode(), from, start, end);
        add(name, known != null ? known : new AsciiString(from, start, end - start, false), known == null);
    }

    /** Adds a field whose value stands in an array, and may tell something about a client. */
    void addSecret(AsciiString name, byte[] from, int start, int end) {
        add(name, new AsciiString(from, start, end - start, false), true);
    }

    /** Adds those that are not removed, and do not concern the connection. */
    void add(Headers headers) {
        byte[] from = headers.bytes();
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (headers.isRemoved(slot)) {
                continue;
            }
            int hash = headers.hash(slot);
            int nameStart = headers.nameStart(slot);
            int nameEnd = headers.nameEnd(slot);
            if (CONNECTION_SPECIFIC.resembles(hash, from, nameStart, nameEnd)) {
                continue;
            }
            AsciiString name = cache.name(hash, from, nameStart, nameEnd);
            int start = headers.valueStart(slot);
            int end = headers.valueEnd(slot);
            AsciiString known = HARMLESS.resembles(hash, from, nameStart, nameEnd)
                    ? cache.value(hash, from, start, end)
                    : null;
            add(name, known != null ? known : new AsciiString(from, start, end - start, false), known == null);
        }
    }

    private void add(AsciiString name, AsciiString value, boolean asLiteral) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            values = Arrays.copyOf(values, count * 2);
            literal = Arrays.copyOf(literal, count * 2);
        }
        names[count] = name;
        values[count] = value;
        literal[count] = asLiteral;
        bytes += name.length() + value.length() + FIELD_OVERHEAD;
        count++;
    }

    /** At most so many bytes {@link #writeTo} writes. */
    int maxWritten() {
        return bytes;
    }

    void writeTo(ByteBuf out) {
        try {
            if (smallestTableSize < hpack.maxHeaderTableSize()) {
                hpack.maxHeaderTableSize(smallestTableSize);
            }
            if (tableSize > smallestTableSize) {
                hpack.maxHeaderTableSize(tableSize);
            }
            smallestTableSize = tableSize;
            hpack.encodeHeaders(0, fields, out);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void close() {
        hpack.close();
    }

    /** The fields as Netty's encoder asks for them. */
    private final class Fields extends NoFields {
        private final Cursor cursor = new Cursor();

        boolean isLiteral() {
            return literal[cursor.at];
        }

        @Override
        public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
            cursor.at = -1;
            return cursor;
        }
    }

    /** One field after the other, in one object. */
    private final class Cursor
            implements
                Iterator<Map.Entry<CharSequence, CharSequence>>,
                Map.Entry<CharSequence, CharSequence> {
        int at;

        @Override
        public boolean hasNext() {
            return at + 1 < count;
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            at++;
            return this;
        }

        @Override
        public CharSequence getKey() {
            return names[at];
        }

        @Override
        public CharSequence getValue() {
            return values[at];
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            throw new UnsupportedOperationException();
        }
    }
}
