package dev.ponticello.http;

import io.netty.buffer.ByteBuf;

/** A coding that is applied to a body while it is relayed (RFC 9110 §8.4), piece by piece. For one body, on one loop. */
@SuppressWarnings("exports") // for the gateway itself
public interface BodyCoding extends AutoCloseable {
    /** Takes some bytes of the body, releases them, and gives what is ready of the coded body, perhaps nothing. */
    ByteBuf code(ByteBuf data);

    /** Gives all that was taken so far, so that the receiver can decode it: a stream must not wait for its next piece. */
    ByteBuf flush();

    /** Gives the rest of the coded body. */
    ByteBuf finish();

    /** Lets go of what the coding holds; once, whether it was finished or not. */
    @Override
    void close();
}
