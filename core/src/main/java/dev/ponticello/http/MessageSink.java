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
    long pendingBytes();

    /** Whether more data is welcome only when nothing waits. */
    void setTight(boolean tight);

    /** Some bytes of the body; the sink releases them. */
    void data(ByteBuf data);

    /** The message is whole. */
    void end(@Nullable Headers trailers);

    /**
     * Sends what was written. Whoever wrote something sees to it that this is called before the loop turns to something else: at the end of what was read at one time, and before waiting for {@link #isWritable()}.
     */
    void flush();
}
