package dev.ponticello.observe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer of JSON text, all of it visible ASCII.
 *
 * <p>Whatever a string holds, it cannot leave its quotes or its line, nor move a terminal's cursor: quotes, backslashes, control characters and all that is not ASCII are escaped (RFC 8259 §7). A
 * string is cut after {@value #MAX_STRING} characters, with an ellipsis for the rest. On one thread.
 */
final class JsonBytes {
    static final int MAX_STRING = 2048;

    private static final byte[] NULL = ascii("null");
    private static final byte[] ELLIPSIS = ascii("\\u2026");
    private static final byte[] HEX = ascii("0123456789abcdef");
    /** How many bytes one character takes at most. */
    private static final int ESCAPED = 6;
    private static final int MAX_DIGITS = 19;

    private byte[] bytes = new byte[1024];
    private int length;

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void clear() {
        length = 0;
    }

    /** What was written, for the reader to keep. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Text that is JSON already. */
    void raw(byte[] json) {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
    }

    void raw(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    /** A number from 0 on. */
    void number(long value) {
        reserve(MAX_DIGITS);
        int digits = 1;
        for (long bound = 10; digits < MAX_DIGITS && value >= bound; bound *= 10) {
            digits++;
        }
        digits(value, digits);
    }

    /** The last three digits of a number from 0 on, zeros included. */
    void threeDigits(long value) {
        reserve(3);
        digits(value, 3);
    }

    private void digits(long value, int digits) {
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** A string, or null. */
    void string(@Nullable String text) {
        if (text == null) {
            raw(NULL);
            return;
        }
        int n = Math.min(text.length(), MAX_STRING);
        begin(n);
        for (int i = 0; i < n; i++) {
            character(text.charAt(i));
        }
        end(text.length());
    }

    /** A string of which each byte is a character. */
    void string(byte[] in, int from, int to) {
        int n = Math.min(to - from, MAX_STRING);
        begin(n);
        for (int i = from; i < from + n; i++) {
            character(in[i] & 0xFF);
        }
        end(to - from);
    }

    private void begin(int characters) {
        reserve(characters * ESCAPED + ELLIPSIS.length + 2);
        bytes[length++] = '"';
    }

    private void end(int wanted) {
        if (wanted > MAX_STRING) {
            raw(ELLIPSIS);
        }
        bytes[length++] = '"';
    }

    /** Within what was reserved. */
    private void character(int c) {
        if (c >= 0x20 && c < 0x7F) {
            if (c == '"' || c == '\\') {
                bytes[length++] = '\\';
            }
            bytes[length++] = (byte) c;
            return;
        }
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[c >> shift & 0xF];
        }
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
