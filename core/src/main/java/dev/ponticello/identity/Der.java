package dev.ponticello.identity;

import java.util.Arrays;

/** Writes values in the distinguished encoding (X.690 §10.1), as far as keys are put into other forms. */
public final class Der {
    private Der() {}

    /** A value of at most 64 KiB. */
    public static byte[] value(int tag, byte[] content) {
        int length = content.length;
        byte[] start = length < 0x80 ? new byte[]{(byte) tag, (byte) length}
                : length < 0x100 ? new byte[]{(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[]{(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return concat(start, content);
    }

    /** One behind the other. */
    public static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
