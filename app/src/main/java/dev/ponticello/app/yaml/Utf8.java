package dev.ponticello.app.yaml;

import dev.ponticello.config.Place;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Strict decoding: bytes that are not UTF-8, and characters that YAML does not allow, have a place. */
final class Utf8 {

    private Utf8() {}

    static String decode(String file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int wrong = bytes[in.position()] & 0xff;
            throw new Unreadable(end(file, text), String.format(Locale.ROOT, "byte 0x%02X, which is not UTF-8", wrong),
                    "a text in UTF-8");
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (!isPrintable(c)) {
                throw new Unreadable(end(file, text.substring(0, i)),
                        String.format(Locale.ROOT, "control character U+%04X", c), "printable text");
            }
        }
        return text;
    }

    /** YAML 1.2 §5.1, c-printable. */
    private static boolean isPrintable(int c) {
        return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85
                || (c >= 0xa0 && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
    }

    /** The place behind the last character of a text. */
    private static Place end(String file, String text) {
        String[] lines = text.split("\r\n|\r|\n", -1);
        String last = lines[lines.length - 1];
        return new Place(file, lines.length, last.codePointCount(0, last.length()) + 1);
    }
}
