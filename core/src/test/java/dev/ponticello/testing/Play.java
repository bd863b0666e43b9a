package dev.ponticello.testing;

import java.nio.charset.StandardCharsets;

/** The small words that plays are written with. */
public final class Play {
    private Play() {}

    /**
     * A text block as it goes on the wire: every line feed becomes CRLF, unless a carriage return stands before it.
     *
     * <pre>{@code
     * client.send(http("""
     *         POST /x HTTP/1.1
     *         Host: a
     *         Content-Length: 2
     *
     *         hi"""));
     * }</pre>
     */
    public static String http(String text) {
        return text.replaceAll("(?<!\r)\n", "\r\n");
    }

    /**
     * The bytes of a text in ISO-8859-1, one for each character, so that plays can write any byte as an escape.
     *
     * @throws IllegalArgumentException if a character stands for no byte; send such text as UTF-8 bytes
     */
    public static byte[] bytes(String text) {
        int highest = text.chars().max().orElse(0);
        if (highest > 0xff) {
            throw new IllegalArgumentException("character: U+%04X (expected: at most U+00FF)".formatted(highest));
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
