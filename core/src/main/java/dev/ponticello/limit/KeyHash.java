package dev.ponticello.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fingerprints that limiters count by: SipHash-2-4, a keyed hash of bytes with a result of 64 bits.
 *
 * <p>The secret must be random and stay inside: who knew it could choose addresses that share a fingerprint, or that
 * crowd one corner of a table. A process needs one only. Thread rule: immutable; any thread; allocates nothing.
 */
public final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long secret0;
    private final long secret1;

    /** Makes a hash with a secret of 128 bits, in two halves. */
    public KeyHash(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    /** The fingerprint of 8 bytes, the lowest first. */
    public long hash(long value) {
        return sip(null, null, 0, Long.BYTES, value, 0);
    }

    /**
     * The fingerprint of 16 bytes, the lowest of each half first: of an address cut to its prefix, or of two
     * fingerprints that make one key.
     */
    public long hash(long first, long second) {
        return sip(null, null, 0, 2 * Long.BYTES, first, second);
    }

    /**
     * The fingerprint of the bytes from {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @throws IndexOutOfBoundsException if the array has no such range
     */
    public long hash(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        return sip(bytes, null, from, to - from, 0, 0);
    }

    /** The fingerprint of a text: of the two bytes of each of its characters, the lower first. */
    public long hash(String text) {
        return sip(null, text, 0, 2 * text.length(), 0, 0);
    }

    /** Hashes {@code length} bytes: those of the array, of the text, or without either, those of the two words. */
    private long sip(byte @Nullable [] bytes, @Nullable String text, int from, int length, long first, long second) {
        long v0 = secret0 ^ 0x736f6d6570736575L;
        long v1 = secret1 ^ 0x646f72616e646f6dL;
        long v2 = secret0 ^ 0x6c7967656e657261L;
        long v3 = secret1 ^ 0x7465646279746573L;
        int words = length >>> 3;
        for (int i = 0; i <= words + 1; i++) {
            boolean closing = i > words;
            long word;
            if (closing) {
                word = 0;
                v2 ^= 0xff;
            } else if (i == words) {
                word = (long) length << 56;
                for (int at = words << 3; bytes != null && at < length; at++) {
                    word |= (bytes[from + at] & 0xffL) << ((at & 7) << 3);
                }
                for (int at = words << 2; text != null && at < text.length(); at++) {
                    word |= (long) text.charAt(at) << ((at & 3) << 4);
                }
            } else if (bytes != null) {
                word = (long) LONG.get(bytes, from + (i << 3));
            } else if (text != null) {
                int at = i << 2;
                word = text.charAt(at) | (long) text.charAt(at + 1) << 16 | (long) text.charAt(at + 2) << 32
                        | (long) text.charAt(at + 3) << 48;
            } else {
                word = i == 0 ? first : second;
            }
            v3 ^= word;
            for (int rounds = closing ? 4 : 2; rounds > 0; rounds--) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32) + v3;
                v2 += v1;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
