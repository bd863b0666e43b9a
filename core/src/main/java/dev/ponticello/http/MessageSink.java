package dev.ponticello.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message that is going: after its head the data, then the end.
 *
 * <p>On the loop of its exchange only. Nothing is sent for sure before {@link #flush()}.
 */
@SuppressWarnings("exports") // for the gateway itself
public interface MessageSink {
    /** Whether more data is welcome; when it becomes so again, the owner is told. */
    boolean isWritable();

    /** How many bytes wait to be taken; 0 where none are kept. */
    default long pendingBytes() {
        return 0;
    }

    /** Whether more data is welcome only when nothing waits. */
    default void setTight(boolean tight) {}

    /** Some bytes of the body; the sink releases them. */
    void data(ByteBuf data);

    /** The message is whole. */
    void end(@Nullable Headers trailers);

    void flush();
}
