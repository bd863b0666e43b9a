package dev.ponticello.coding;

import dev.ponticello.http.BodyCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The coding {@code gzip} (RFC 1952, RFC 9110 §8.4.1.3) of one body.
 *
 * <p>Bytes go from buffer to buffer without an array between them. It holds the 256 KiB of a deflater, and of the coded
 * body at most what one piece made or what was too little to be a piece of its own.
 */
public final class Gzip implements BodyCoding {
    /** On JSON it takes half the time of zlib's default, 6, and makes bodies 7 % larger; 1 takes no less. */
    private static final int LEVEL = 3;

    /** Deflate, no flags, no time, no hint, unknown system (RFC 1952 §2.3). */
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

    private static final byte[] NOTHING = {};
    private static final int FIRST_CAPACITY = 4096;
    private static final int LEAST_ROOM = 512;
    /** Less than this is held back until more comes, or a flush, or the end. */
    private static final int LEAST_PIECE = 1024;

    private final ByteBufAllocator allocator;
    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 checksum = new CRC32();
    private @Nullable ByteBuf ready;
    private boolean begun;
    private boolean unflushed;

    /** A coding that takes its buffers from there. */
    public Gzip(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public ByteBuf code(ByteBuf data) {
        try {
            for (ByteBuffer part : data.nioBuffers()) {
                take(part);
            }
            unflushed = true;
        } finally {
            data.release();
        }
        ByteBuf made = ready;
        return made == null || made.readableBytes() < LEAST_PIECE ? Unpooled.EMPTY_BUFFER : give(made);
    }

    private void take(ByteBuffer part) {
        int start = part.position();
        checksum.update(part);
        deflater.setInput(part.position(start));
        do {
            deflate(Deflater.NO_FLUSH);
        } while (!deflater.needsInput());
        // The buffer belongs to somebody else again: the deflater must not look at it any more.
        deflater.setInput(NOTHING);
    }

    @Override
    public ByteBuf flush() {
        if (!unflushed) {
            return Unpooled.EMPTY_BUFFER;
        }
        unflushed = false;
        deflate(Deflater.SYNC_FLUSH);
        return give(room());
    }

    @Override
    public ByteBuf finish() {
        deflater.finish();
        do {
            deflate(Deflater.NO_FLUSH);
        } while (!deflater.finished());
        ByteBuf out = room();
        out.writeIntLE((int) checksum.getValue());
        out.writeIntLE((int) deflater.getBytesRead());
        return give(out);
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

    private ByteBuf room() {
        ByteBuf out = ready;
        if (out == null) {
            out = allocator.directBuffer(FIRST_CAPACITY);
            ready = out;
            if (!begun) {
                begun = true;
                out.writeBytes(HEADER);
            }
        }
        return out.ensureWritable(LEAST_ROOM);
    }

    private ByteBuf give(ByteBuf made) {
        ready = null;
        return made;
    }

    @Override
    public void close() {
        deflater.end();
        ByteBuf rest = ready;
        if (rest != null) {
            ready = null;
            rest.release();
        }
    }
}
