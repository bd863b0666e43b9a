package dev.ponticello.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a body that wait, in their order. Small ones are copied together: each would keep the buffer that it was read into, and cost more than its bytes, by which it is counted.
 */
final class Parts {
    private static final int SMALL = 1024;

    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(2);
    /** The last part, if it is one that small ones are copied into. */
    private @Nullable ByteBuf gathering;

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Takes over a part. */
    void add(ByteBuf part, ByteBufAllocator allocator) {
        int bytes = part.readableBytes();
        if (bytes > SMALL) {
            gathering = null;
            parts.add(part);
            return;
        }
        ByteBuf into = gathering;
        if (into == null || into.writableBytes() < bytes) {
            into = allocator.buffer(SMALL, SMALL);
            gathering = into;
            parts.add(into);
        }
        into.writeBytes(part);
        part.release();
    }

    /** The first part, which stays; null if there is none. */
    @Nullable
    ByteBuf peek() {
        return parts.peek();
    }

    /** Hands over the first part; null if there is none. */
    @Nullable
    ByteBuf poll() {
        ByteBuf first = parts.poll();
        if (parts.isEmpty()) {
            gathering = null;
        }
        return first;
    }
}
