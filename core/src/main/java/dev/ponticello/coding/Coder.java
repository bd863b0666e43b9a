package dev.ponticello.coding;

import dev.ponticello.http.BodyCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the coders of all codings share: bytes go from buffer to buffer without an array between them, and of the coded
 * body never more is held than what one piece made, or what was too little to be a piece of its own.
 */
abstract class Coder implements BodyCoding {
    private static final int FIRST_CAPACITY = 4096;
    private static final int LEAST_ROOM = 512;
    /** Less than this is held back until more comes, or a flush, or the end. */
    private static final int LEAST_PIECE = 1024;

    private final Coders coders;
    private final int memoryBytes;
    private @Nullable ByteBuf ready;
    private boolean unflushed;

    /** A coder that takes this much of the memory of its loop's coders. */
    Coder(Coders coders, int memoryBytes) {
        this.coders = coders;
        this.memoryBytes = memoryBytes;
    }

    /** Codes a part whole. It belongs to somebody else again afterwards. */
    abstract void take(ByteBuffer part);

    /** Codes what was held back to see what follows. */
    abstract void flushTaken();

    /** Codes the rest. */
    abstract void finishTaken();

    /** Lets go of what is outside of the heap. */
    abstract void free();

    @Override
    public final ByteBuf code(ByteBuf data) {
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

    @Override
    public final ByteBuf flush() {
        if (!unflushed) {
            return Unpooled.EMPTY_BUFFER;
        }
        unflushed = false;
        flushTaken();
        return give(room());
    }

    @Override
    public final ByteBuf finish() {
        finishTaken();
        return give(room());
    }

    @Override
    public final void close() {
        free();
        coders.release(memoryBytes);
        ByteBuf rest = ready;
        if (rest != null) {
            ready = null;
            rest.release();
        }
    }

    /** Where coded bytes are written, with some room. */
    final ByteBuf room() {
        ByteBuf out = ready;
        if (out == null) {
            out = coders.allocator().directBuffer(FIRST_CAPACITY);
            ready = out;
        }
        return out.ensureWritable(LEAST_ROOM);
    }

    private ByteBuf give(ByteBuf made) {
        ready = null;
        return made;
    }
}
