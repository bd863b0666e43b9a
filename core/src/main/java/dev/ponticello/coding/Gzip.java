package dev.ponticello.coding;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The coding {@code gzip} (RFC 1952, RFC 9110 §8.4.1.3) of one body. */
final class Gzip extends Deflate {
    /** Deflate, no flags, no time, no hint, unknown system (RFC 1952 §2.3). */
    private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

    private final CRC32 checksum = new CRC32();

    Gzip(Coders coders) {
        super(coders, true);
        room().writeBytes(HEADER);
    }

    @Override
    void take(ByteBuffer part) {
        checksum.update(part.duplicate());
        super.take(part);
    }

    @Override
    void finishTaken() {
        super.finishTaken();
        ByteBuf out = room();
        out.writeIntLE((int) checksum.getValue());
        out.writeIntLE((int) deflater.getBytesRead());
    }
}
