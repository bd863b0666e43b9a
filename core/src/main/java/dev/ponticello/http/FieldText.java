package dev.ponticello.http;

import java.nio.charset.StandardCharsets;

/** The character rules of field names and values (RFC 9110 §5.1, §5.5). */
public final class FieldText {
    /**
     * For each byte that may stand in a field name its normal form: lower case, with {@code _} and {@code .} as {@code -}. 0 for every byte that may not.
     * Servers behind a gateway (CGI, WSGI, PHP) fold these three into one, so two names with one normal form are one name to them.
     */
    public static final byte[] NORMAL_NAME = new byte[256];
    /** Whether a byte may stand in a field value that arrives: HTAB, SP, visible ASCII and obs-text. */
    public static final boolean[] VALUE = new boolean[256];

    static {
        for (int c = '!'; c < 127; c++) {
            if ("\"(),/:;<=>?@[\\]{}".indexOf(c) < 0) {
                NORMAL_NAME[c] = (byte) (c == '_' || c == '.' ? '-' : c >= 'A' && c <= 'Z' ? c | 0x20 : c);
            }
        }
        for (int c = 0; c < 256; c++) {
            VALUE[c] = c == '\t' || (c >= 0x20 && c != 0x7F);
        }
    }

    private FieldText() {}

    /** The start value of {@link #hash(int, int)}. */
    public static final int HASH_SEED = 17;

    /** One step of the hash of a name over its normal bytes. */
    public static int hash(int hash, int normalByte) {
        return hash * 31 + normalByte;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    /** Whether text is a token (RFC 9110 §5.6.2), as names and methods must be. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126 || NORMAL_NAME[c] == 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The number that the digits of a range spell, or -1 if it is none below 2^63. */
    public static long decimal(byte[] bytes, int from, int to) {
        long number = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return from == to ? -1 : number;
    }

    /**
     * The bytes of a value that the gateway writes itself.
     *
     * @throws IllegalArgumentException if the text holds anything but HTAB, SP and visible ASCII: a line break in it would write a second field (RFC 9110 §5.5)
     */
    public static byte[] valueBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\t' && (c < 0x20 || c > 0x7E)) {
                throw new IllegalArgumentException(
                        "field value: character U+%04X at index %d (expected: visible ASCII, spaces or tabs)"
                                .formatted((int) c, i));
            }
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
