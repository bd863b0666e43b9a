package dev.ponticello.identity;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Strict base64url (RFC 7515 §2): the 64 characters alone, no padding, unused bits zero, so that bytes have exactly one
 * form. The JDK's decoder takes padding and unused bits that are set, which would give one token many spellings.
 */
final class Base64Url {
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < 64; i++) {
            VALUES[alphabet.charAt(i)] = (byte) i;
        }
    }

    private Base64Url() {}

    /** The bytes that the range stands for, or null if it is not strict. */
    static byte @Nullable [] decode(byte[] in, int from, int to) {
        int tail = (to - from) & 3;
        if (tail == 1) {
            return null;
        }
        byte[] out = new byte[(to - from) / 4 * 3 + Math.max(0, tail - 1)];
        int at = 0;
        int i = from;
        // The value of a wrong character is -1: it makes the sum of all bits negative.
        int all = 0;
        for (; i < to - tail; i += 4) {
            int bits = value(in, i) << 18 | value(in, i + 1) << 12 | value(in, i + 2) << 6 | value(in, i + 3);
            all |= bits;
            out[at++] = (byte) (bits >> 16);
            out[at++] = (byte) (bits >> 8);
            out[at++] = (byte) bits;
        }
        if (tail != 0) {
            int bits = value(in, i) << 18 | value(in, i + 1) << 12 | (tail == 3 ? value(in, i + 2) << 6 : 0);
            all |= bits;
            out[at++] = (byte) (bits >> 16);
            if (tail == 3) {
                out[at] = (byte) (bits >> 8);
            }
            if ((bits & (tail == 3 ? 0xFF : 0xFFFF)) != 0) {
                return null;
            }
        }
        return all < 0 ? null : out;
    }

    private static int value(byte[] in, int at) {
        return VALUES[in[at] & 0xFF];
    }
}
