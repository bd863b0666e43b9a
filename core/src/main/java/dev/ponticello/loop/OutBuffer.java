package dev.ponticello.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to a channel before the next flush: heads and small pieces of bodies gathered in one buffer, large pieces passed on as they are.
 *
 * <p>A small body so travels in its head's write; a large one is never copied.
 */
public final class OutBuffer {
    /** A piece of a body up to this many bytes is copied behind what is already gathered. */
    private static final int COPY_LIMIT = 4096;

    /** Room for a small body behind a head. */
    private static final int SPARE = 512;

    private final ChannelHandlerContext channel;
    private @Nullable ByteBuf gathered;
    private boolean unflushed;
    private long writtenBytes;

    public OutBuffer(ChannelHandlerContext channel) {
        this.channel = channel;
    }

    /** A buffer to write at most {@code bytes} more bytes into. */
    public ByteBuf room(int bytes) {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            if (buffer.writableBytes() >= bytes || buffer.readableBytes() <= COPY_LIMIT) {
                return buffer;
            }
            passOn();
        }
        buffer = channel.alloc().directBuffer(bytes + SPARE);
        gathered = buffer;
        return buffer;
    }

    /** Takes over some bytes: a small piece is copied behind what is gathered, a large one passed on. */
    public void add(ByteBuf data) {
        int bytes = data.readableBytes();
        ByteBuf buffer = gathered;
        if (buffer != null && bytes <= COPY_LIMIT
                && (buffer.writableBytes() >= bytes || buffer.readableBytes() <= COPY_LIMIT)) {
            buffer.writeBytes(data);
            data.release();
        } else {
            passOn();
            writtenBytes += bytes;
            unflushed = true;
            channel.write(data, channel.voidPromise());
        }
    }

    private void passOn() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            writtenBytes += buffer.readableBytes();
            unflushed = true;
            channel.write(buffer, channel.voidPromise());
        }
    }

    /** Where the next byte that is gathered will stand, counted from the beginning of the channel. */
    public long position() {
        ByteBuf buffer = gathered;
        return writtenBytes + (buffer == null ? 0 : buffer.readableBytes());
    }

    /** Sets bits of the byte that stands there; false if it is gathered no more. */
    public boolean setBits(long position, int bits) {
        ByteBuf buffer = gathered;
        long index = position - writtenBytes;
        if (buffer == null || index < 0) {
            return false;
        }
        buffer.setByte((int) index, buffer.getByte((int) index) | bits);
        return true;
    }

    /** Hands everything to the transport; false if there was nothing. */
    public boolean flush() {
        passOn();
        if (!unflushed) {
            return false;
        }
        unflushed = false;
        channel.flush();
        return true;
    }

    /** How many bytes have been given to the channel since it was opened. */
    public long writtenBytes() {
        return writtenBytes;
    }

    /** Drops what was not passed on, when the channel has closed. */
    public void release() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            buffer.release();
        }
    }
}
