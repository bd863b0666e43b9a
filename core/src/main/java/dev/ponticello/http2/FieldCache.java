package dev.ponticello.http2;

import dev.ponticello.loop.LoopSlot;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Names and values that are written again and again, as the objects that Netty's HPACK wants: one for each loop, so that a field that was seen twice costs no object any more, and a value that is
 * never seen again no place in a table.
 *
 * <p>Bounded: 256 names of up to 64 bytes and 512 values of up to 64 bytes. On its loop only.
 */
final class FieldCache {
    static final LoopSlot<FieldCache> SLOT = LoopSlot.of(_ -> new FieldCache());

    private static final int NAMES = 256;
    private static final int VALUES = 512;
    private static final int LONGEST = 64;

    private final @Nullable AsciiString[] names = new AsciiString[NAMES];
    private final @Nullable AsciiString[] values = new AsciiString[VALUES];
    private final int[] seen = new int[VALUES];

    /** The name in lower case. */
    AsciiString name(int hash, byte[] bytes, int start, int end) {
        int at = hash & NAMES - 1;
        AsciiString known = names[at];
        if (known != null && isLower(known, bytes, start, end)) {
            return known;
        }
        AsciiString name = new AsciiString(bytes, start, end - start, true).toLowerCase();
        if (end - start <= LONGEST) {
            names[at] = name;
        }
        return name;
    }

    private static boolean isLower(AsciiString known, byte[] bytes, int start, int end) {
        byte[] array = known.array();
        if (array.length != end - start) {
            return false;
        }
        for (int i = 0; i < array.length; i++) {
            byte b = bytes[start + i];
            if (array[i] != (b >= 'A' && b <= 'Z' ? b | 0x20 : b)) {
                return false;
            }
        }
        return true;
    }

    /** The value, if it was seen before. */
    @Nullable
    AsciiString value(int nameHash, byte[] bytes, int start, int end) {
        if (end - start > LONGEST) {
            return null;
        }
        int hash = nameHash;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + bytes[i];
        }
        int at = (hash ^ hash >>> 16) & VALUES - 1;
        AsciiString known = values[at];
        if (known != null && isSame(known, bytes, start, end)) {
            return known;
        }
        if (seen[at] != hash) {
            seen[at] = hash;
            return null;
        }
        AsciiString value = new AsciiString(bytes, start, end - start, true);
        values[at] = value;
        return value;
    }

    private static boolean isSame(AsciiString known, byte[] bytes, int start, int end) {
        byte[] array = known.array();
        return java.util.Arrays.equals(array, 0, array.length, bytes, start, end);
    }
}
