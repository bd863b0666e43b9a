package dev.ponticello.http1;

import dev.ponticello.http.Headers;
import dev.ponticello.loop.OutBuffer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes the framing of a chunked body (RFC 9112 §7.1): {@link #begin}, the data, {@link #end} for each chunk, and
 * {@link #last} after all of them.
 */
public final class ChunkedWriter {
    /** At most so many bytes {@link #begin} writes. */
    public static final int MAX_BEGIN = 10;
    /** So many bytes {@link #end} writes. */
    public static final int END = 2;
    /** So many bytes {@link #last} writes at least; the trailers come on top, at most {@link Headers#maxWritten()}. */
    public static final int LAST = 5;

    private static final int CR_LF = '\r' << 8 | '\n';

    private ChunkedWriter() {}

    /** Takes over a piece of a body, as a chunk. */
    static void add(OutBuffer out, ByteBuf data) {
        begin(out.room(MAX_BEGIN), data.readableBytes());
        out.add(data);
        end(out.room(END));
    }

    /** Ends the body. */
    static void end(OutBuffer out, @Nullable Headers trailers) {
        last(out.room(LAST + (trailers == null ? 0 : trailers.maxWritten())), trailers);
    }

    /**
     * Writes the line with the size of a chunk.
     *
     * @throws IllegalArgumentException if the size is below 1: a chunk of size 0 would end the body
     */
    public static void begin(ByteBuf out, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("chunk size: " + size + " (expected: >= 1)");
        }
        for (int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3; shift >= 0; shift -= 4) {
            int digit = size >>> shift & 0xF;
            out.writeByte(digit < 10 ? '0' + digit : 'a' - 10 + digit);
        }
        out.writeShort(CR_LF);
    }

    /** Writes what follows the data of a chunk. */
    public static void end(ByteBuf out) {
        out.writeShort(CR_LF);
    }

    /** Writes the end of the body, with the trailer fields if there are some. */
    public static void last(ByteBuf out, @Nullable Headers trailers) {
        out.writeByte('0');
        out.writeShort(CR_LF);
        if (trailers != null) {
            HeadWriter.writeFields(out, trailers);
        }
        out.writeShort(CR_LF);
    }
}
