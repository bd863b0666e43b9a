package dev.ponticello.http;

import java.util.ArrayDeque;

/**
 * The arrays of {@link Headers} that no message is in. Connections borrow them from the first byte of a head to the end of its exchange, so one that waits holds none.
 *
 * <p>At most 8 MiB of them are kept; of unusually large heads none. On one loop only.
 */
public final class HeaderArrays {
    private static final int LARGEST = 16 * 1024;
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final ArrayDeque<byte[]> bytes = new ArrayDeque<>();
    private final ArrayDeque<int[]> indexes = new ArrayDeque<>();
    private int keptBytes;

    /** A store that is empty. */
    public HeaderArrays() {}

    /** Gives arrays to fields that have none. */
    public void lendTo(Headers headers) {
        if (headers.hasArrays()) {
            return;
        }
        byte[] free = bytes.pollLast();
        int[] freeIndex = indexes.pollLast();
        if (free == null || freeIndex == null) {
            headers.setArrays();
        } else {
            keptBytes -= size(free, freeIndex);
            headers.setArrays(free, freeIndex);
        }
    }

    /** Takes the arrays of fields that are not needed any more; they are empty then. */
    public void takeBack(Headers headers) {
        byte[] free = headers.bytes();
        int[] freeIndex = headers.dropArrays();
        int size = size(free, freeIndex);
        if (size > 0 && size <= LARGEST && keptBytes + size <= MOST_BYTES) {
            keptBytes += size;
            bytes.addLast(free);
            indexes.addLast(freeIndex);
        }
    }

    private static int size(byte[] bytes, int[] index) {
        return bytes.length + Integer.BYTES * index.length;
    }
}
