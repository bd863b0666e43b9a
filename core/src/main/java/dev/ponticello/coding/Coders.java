package dev.ponticello.coding;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.ponticello.loop.LoopSlot;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * The coders of one loop: the memory that those which run take, which is bounded, and the contexts of zstd that wait for
 * another body.
 */
final class Coders {
    static final LoopSlot<Coders> SLOT = LoopSlot.of(loop -> new Coders(loop.sockets().allocator()),
            Coders::close);

    /** Each slow reader and each event stream holds a coder for as long as it lasts. */
    static final int MAX_BYTES = 64 << 20;

    /** Making a context takes three times as long as coding 2 KiB with one that is there. */
    private static final int MAX_IDLE = 4;

    private final ArrayDeque<ZstdCompressCtx> idle = new ArrayDeque<>(MAX_IDLE);
    private final ByteBufAllocator allocator;
    private int bytes;

    private Coders(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Where coded bytes are written. */
    ByteBufAllocator allocator() {
        return allocator;
    }

    /** Whether there is memory for one coder more; it is then taken. */
    boolean reserve(int memoryBytes) {
        if (bytes > MAX_BYTES - memoryBytes) {
            return false;
        }
        bytes += memoryBytes;
        return true;
    }

    void release(int memoryBytes) {
        bytes -= memoryBytes;
    }

    /** What the coders that run take. */
    int bytes() {
        return bytes;
    }

    ZstdCompressCtx takeContext() {
        ZstdCompressCtx waiting = idle.poll();
        return waiting == null ? new ZstdCompressCtx() : waiting;
    }

    void giveContext(ZstdCompressCtx context) {
        if (idle.size() < MAX_IDLE) {
            idle.push(context);
        } else {
            context.close();
        }
    }

    private void close() {
        idle.forEach(ZstdCompressCtx::close);
        idle.clear();
    }
}
