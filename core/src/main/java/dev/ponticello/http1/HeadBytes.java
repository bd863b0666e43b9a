package dev.ponticello.http1;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * Where a head is put together before it is written to a buffer in one go: a dozen small writes outside the heap cost more than the same copies inside it.
 *
 * <p>One for each thread, used from {@link #begin} to {@link #writeTo} without anything between.
 */
final class HeadBytes {
    private static final int KEPT_BYTES = 16 * 1024;

    private static final FastThreadLocal<HeadBytes> ONE = new FastThreadLocal<>() {
        @Override
        protected HeadBytes initialValue() {
            return new HeadBytes();
        }
    };

    private byte[] bytes = new byte[1024];
    private int length;

    private HeadBytes() {}

    /** This thread's, empty. */
    static HeadBytes begin() {
        HeadBytes one = ONE.get();
        one.length = 0;
        return one;
    }

    void put(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    void put(byte[] from) {
        put(from, 0, from.length);
    }

    void put(byte[] from, int start, int end) {
        int count = end - start;
        reserve(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    /** Writes all of it. */
    void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[1024];
        }
    }
}
