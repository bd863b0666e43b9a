package dev.ponticello.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Who takes the parts of a message's body, in order: data any number of times, then the end. */
@SuppressWarnings("exports") // for the gateway itself
public interface MessageReceiver {
    /** Some bytes of the body, never empty. The receiver releases them. */
    void onData(ByteBuf data);

    /** The body has ended whole; with the fields of its trailer section, if there was one (RFC 9112 §7.1.2). */
    void onEnd(@Nullable Headers trailers);

    /** What was read at one time has been delivered: the moment to flush. */
    void onReadComplete();
}
