package dev.ponticello.simulation;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes buffers and counts exactly what of them is held.
 *
 * <p>All of them are arrays: quick to make, and filled with rubbish when they are released, so that nobody's bytes look right by luck.
 */
final class CountingAllocator extends AbstractByteBufAllocator {
    private static final byte RUBBISH = (byte) 0xEE;

    private @Nullable Counted newest;
    private int buffers;
    private long bytes;

    CountingAllocator() {
        super(false);
    }

    /** How many buffers are held. */
    int buffers() {
        return buffers;
    }

    /** How many bytes the buffers have that are held. */
    long bytes() {
        return bytes;
    }

    /** How many bytes were written into the buffers that are held. */
    long content() {
        long content = 0;
        for (Counted buffer = newest; buffer != null; buffer = buffer.older) {
            content += buffer.writerIndex();
        }
        return content;
    }

    void reset() {
        newest = null;
        buffers = 0;
        bytes = 0;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Counted extends UnpooledHeapByteBuf {
        private @Nullable Counted older;
        private @Nullable Counted newer;

        Counted(int initialCapacity, int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
            buffers++;
            older = newest;
            if (older != null) {
                older.newer = this;
            }
            newest = this;
        }

        @Override
        protected byte[] allocateArray(int initialCapacity) {
            bytes += initialCapacity;
            return new byte[initialCapacity];
        }

        @Override
        protected void freeArray(byte[] array) {
            bytes -= array.length;
            Arrays.fill(array, RUBBISH);
        }

        @Override
        protected void deallocate() {
            buffers--;
            if (older != null) {
                older.newer = newer;
            }
            if (newer != null) {
                newer.older = older;
            } else {
                newest = older;
            }
            super.deallocate();
        }
    }
}
