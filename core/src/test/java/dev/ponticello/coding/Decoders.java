package dev.ponticello.coding;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;

/** Decoders of the codings that the gateway applies. */
public final class Decoders {
    private static final int GZIP_HEADER = 10;
    private static final int ROOM = 1 << 20;

    private Decoders() {}

    /** A whole body, decoded by an implementation other than the coder's; for brotli and zstd, one in Java. */
    public static byte[] decode(ContentCoding coding, byte[] coded) throws IOException {
        InputStream source = new ByteArrayInputStream(coded);
        try (InputStream in = switch (coding) {
            case ZSTD -> new ZstdInputStream(source);
            case BR -> new BrotliInputStream(source);
            case GZIP -> new GZIPInputStream(source);
            case DEFLATE -> new InflaterInputStream(source);
        }) {
            byte[] body = in.readAllBytes();
            if (source.read() >= 0) {
                throw new IOException("bytes behind the coded body");
            }
            return body;
        }
    }

    /** All that can be decoded of the beginning of a coded body. */
    public static byte[] decodeBegun(ContentCoding coding, byte[] coded) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        switch (coding) {
            case ZSTD -> zstd(coded, body);
            case BR -> brotli(coded, body);
            case GZIP -> inflate(true, GZIP_HEADER, coded, body);
            case DEFLATE -> inflate(false, 0, coded, body);
        }
        return body.toByteArray();
    }

    private static void zstd(byte[] coded, ByteArrayOutputStream body) {
        ByteBuffer in = ByteBuffer.wrap(coded);
        ByteBuffer out = ByteBuffer.allocate(ROOM);
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            int before;
            do {
                before = out.position();
                context.decompressByteBufferStream(out, in);
            } while (in.hasRemaining() || out.position() > before);
        }
        body.write(out.array(), 0, out.position());
    }

    private static void brotli(byte[] coded, ByteArrayOutputStream body) throws IOException {
        DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(coded.length);
        try {
            decoder.getInputBuffer().put(coded);
            decoder.push(coded.length);
            while (decoder.hasOutput() || decoder.getStatus() == DecoderJNI.Status.OK) {
                if (decoder.hasOutput()) {
                    ByteBuffer out = decoder.pull();
                    byte[] part = new byte[out.remaining()];
                    out.get(part);
                    body.writeBytes(part);
                } else {
                    decoder.push(0);
                }
            }
        } finally {
            decoder.destroy();
        }
    }

    private static void inflate(boolean raw, int from, byte[] coded, ByteArrayOutputStream body) throws IOException {
        try (Inflater inflater = new Inflater(raw)) {
            inflater.setInput(coded, from, coded.length - from);
            byte[] part = new byte[ROOM];
            for (int count = inflater.inflate(part); count > 0; count = inflater.inflate(part)) {
                body.write(part, 0, count);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
    }
}
