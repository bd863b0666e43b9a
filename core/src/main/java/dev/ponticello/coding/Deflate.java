package dev.ponticello.coding;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** The coding {@code deflate} of one body, which is zlib's format (RFC 1950, RFC 9110 §8.4.1.2). */
class Deflate extends Coder {
    /** Of a window of 32 KiB: what was measured, rounded up. */
    static final int MEMORY_BYTES = 280 << 10;

    /** On JSON it takes half the time of zlib's default, 6, and makes bodies 10 % larger. */
    private static final int LEVEL = 3;

    private static final byte[] NOTHING = {};

    final Deflater deflater;

    Deflate(Coders coders) {
        this(coders, false);
    }

    /** A coder that leaves out what zlib puts around the deflated bytes. */
    Deflate(Coders coders, boolean raw) {
        super(coders, MEMORY_BYTES);
        this.deflater = new Deflater(LEVEL, raw);
    }

    @Override
    void take(ByteBuffer part) {
        deflater.setInput(part);
        do {
            deflate(Deflater.NO_FLUSH);
        } while (!deflater.needsInput());
        // The buffer belongs to somebody else again: the deflater must not look at it any more.
        deflater.setInput(NOTHING);
    }

    @Override
    void flushTaken() {
        deflate(Deflater.SYNC_FLUSH);
    }

    @Override
    void finishTaken() {
        deflater.finish();
        do {
            deflate(Deflater.NO_FLUSH);
        } while (!deflater.finished());
    }

    /** Deflates until there is room left over, which says that nothing more comes of what was taken. */
    private void deflate(int flush) {
        boolean full;
        do {
            ByteBuf out = room();
            int room = out.writableBytes();
            int made = deflater.deflate(out.internalNioBuffer(out.writerIndex(), room), flush);
            out.writerIndex(out.writerIndex() + made);
            full = made == room;
        } while (full);
    }

    @Override
    void free() {
        deflater.end();
    }
}
