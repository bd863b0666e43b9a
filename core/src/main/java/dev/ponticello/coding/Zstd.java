package dev.ponticello.coding;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** The coding {@code zstd} (RFC 8878) of one body. Every decoder must take a window of 8 MiB (RFC 9659 §3). */
final class Zstd extends Coder {
    /** Of a window of 256 KiB: what was measured, rounded up. */
    static final int MEMORY_BYTES = 1400 << 10;

    private static final int LEVEL = 3;
    private static final int WINDOW_BITS = 18;
    private static final ByteBuffer NOTHING = Unpooled.EMPTY_BUFFER.nioBuffer();

    private final Coders coders;
    private final ZstdCompressCtx context;

    Zstd(Coders coders) {
        super(coders, MEMORY_BYTES);
        this.coders = coders;
        this.context = coders.takeContext();
        // Its last body may have been cut.
        context.reset();
        context.setLevel(LEVEL).setWindowLog(WINDOW_BITS);
    }

    @Override
    void take(ByteBuffer part) {
        while (part.hasRemaining()) {
            code(part, EndDirective.CONTINUE);
        }
    }

    @Override
    void flushTaken() {
        codeAll(EndDirective.FLUSH);
    }

    @Override
    void finishTaken() {
        codeAll(EndDirective.END);
    }

    private void codeAll(EndDirective directive) {
        boolean all;
        do {
            all = code(NOTHING, directive);
        } while (!all);
    }

    /** Whether nothing is left that the directive asks for. */
    private boolean code(ByteBuffer part, EndDirective directive) {
        ByteBuf out = room();
        ByteBuffer room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
        int before = room.remaining();
        boolean all = context.compressByteBufferStream(room, part, directive);
        out.writerIndex(out.writerIndex() + before - room.remaining());
        return all;
    }

    @Override
    void free() {
        coders.giveContext(context);
    }
}
