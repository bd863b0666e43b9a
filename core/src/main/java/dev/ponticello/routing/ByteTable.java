package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A hash table from texts to values that is read with ranges of bytes, so that a look-up makes no text. Filled before
 * it is published, then only read.
 */
final class ByteTable<V> {

    /** What {@link #step} begins with. */
    static final int SEED = 0x811C9DC5;

    /** Most nodes of a tree have no children: until something is put, all tables share one empty slot. */
    private static final byte[] @Nullable [] NO_KEYS = new byte[1][];
    private static final @Nullable Object[] NO_VALUES = new @Nullable Object[1];

    /** Null marks an empty slot; at most half of the slots are taken, their number is a power of two. */
    private byte[] @Nullable [] keys = NO_KEYS;
    private @Nullable Object[] values = NO_VALUES;
    private int size;

    /** The hash of a range with one more byte. */
    static int step(int hash, byte b) {
        return (hash ^ b) * 0x01000193;
    }

    static int hash(byte[] in, int from, int to) {
        int hash = SEED;
        for (int i = from; i < to; i++) {
            hash = step(hash, in[i]);
        }
        return hash;
    }

    @Nullable
    V get(byte[] in, int from, int to) {
        return get(in, from, to, hash(in, from, to));
    }

    /** As {@link #get(byte[], int, int)}, with the hash made by {@link #step} while the range was looked for. */
    @SuppressWarnings("unchecked")
    @Nullable
    V get(byte[] in, int from, int to, int hash) {
        return (V) values[slot(in, from, to, hash)];
    }

    @Nullable
    V get(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        return get(bytes, 0, bytes.length);
    }

    void put(String key, V value) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        int slot = slot(bytes, 0, bytes.length, hash(bytes, 0, bytes.length));
        if (keys[slot] == null) {
            keys[slot] = bytes;
            size++;
        }
        values[slot] = value;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The slot that holds the key, or the empty one where it would stand. */
    private int slot(byte[] in, int from, int to, int hash) {
        int mask = keys.length - 1;
        int slot = (hash ^ hash >>> 15) & mask;
        for (;;) {
            byte[] key = keys[slot];
            if (key == null || (key.length == to - from && Arrays.equals(key, 0, key.length, in, from, to))) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    private void grow() {
        byte[] @Nullable [] oldKeys = keys;
        @Nullable
        Object[] oldValues = values;
        keys = new byte[2 * oldKeys.length][];
        values = new @Nullable Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            byte[] key = oldKeys[i];
            if (key != null) {
                int slot = slot(key, 0, key.length, hash(key, 0, key.length));
                keys[slot] = key;
                values[slot] = oldValues[i];
            }
        }
    }
}
