package dev.ponticello.http1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What has been read and cannot be used yet, in order; usually nothing, at most what the reads under way bring after reading was stopped. */
final class HeldReads {
    private @Nullable ByteBuf first;
    private @Nullable ArrayDeque<ByteBuf> more;

    boolean isEmpty() {
        return first == null;
    }

    /** How many bytes are held. */
    long bytes() {
        ByteBuf oldest = first;
        if (oldest == null) {
            return 0;
        }
        long bytes = oldest.readableBytes();
        if (more != null) {
            for (ByteBuf data : more) {
                bytes += data.readableBytes();
            }
        }
        return bytes;
    }

    void add(ByteBuf data) {
        if (first == null) {
            first = data;
            return;
        }
        ArrayDeque<ByteBuf> queue = more;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            more = queue;
        }
        queue.add(data);
    }

    /** The oldest, which is then no longer held; null if nothing is. */
    @Nullable
    ByteBuf poll() {
        ByteBuf data = first;
        if (data != null) {
            first = more == null ? null : more.poll();
        }
        return data;
    }

    /** Holds the rest of what {@link #poll} gave, before everything else. */
    void putBack(ByteBuf data) {
        ByteBuf second = first;
        first = data;
        if (second != null) {
            if (more == null) {
                more = new ArrayDeque<>(2);
            }
            more.addFirst(second);
        }
    }

    void release() {
        for (ByteBuf data = poll(); data != null; data = poll()) {
            data.release();
        }
    }
}
