package dev.ponticello.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of a request that the gateway itself answers, kept until it is whole. On its loop only. */
final class CollectedBody {
    private @Nullable ByteBuf bytes;
    private @Nullable BuiltInAnswer answer;
    private long limit;

    /** Begins to collect for an answer, at most this many bytes. */
    void begin(BuiltInAnswer answer, long limit) {
        this.answer = answer;
        this.limit = limit;
        bytes = Unpooled.buffer(256, Integer.MAX_VALUE);
    }

    /** Takes what has come; false if it is more than may come. */
    boolean add(ByteBuf data) {
        ByteBuf whole = Objects.requireNonNull(bytes);
        try {
            if (whole.readableBytes() + data.readableBytes() > limit) {
                return false;
            }
            whole.writeBytes(data);
            return true;
        } finally {
            data.release();
        }
    }

    /** What the body is collected for. */
    BuiltInAnswer answer() {
        return Objects.requireNonNull(answer);
    }

    /** The whole body, which is kept no longer. */
    byte[] take() {
        ByteBuf whole = Objects.requireNonNull(bytes);
        byte[] body = new byte[whole.readableBytes()];
        whole.readBytes(body);
        release();
        return body;
    }

    /** Keeps nothing any more. */
    void release() {
        ByteBuf whole = bytes;
        bytes = null;
        answer = null;
        if (whole != null) {
            whole.release();
        }
    }
}
