package dev.ponticello.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The messages of {@code examples/inventory.proto}, written and read by hand: two small ones are no reason for a compiler of protocol buffers. */
record InventoryItem(String id, String name, int stock) {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    /** An {@code Item}. */
    byte[] message() {
        var out = new ByteArrayOutputStream();
        text(out, 1, id);
        text(out, 2, name);
        varint(out, 3 << 3 | VARINT);
        varint(out, stock);
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, int field, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        varint(out, field << 3 | LENGTH);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /**
     * The id in an {@code ItemRequest}, or an empty text; fields that are not known are passed over.
     *
     * @throws RuntimeException if it is malformed, has a field with a number above 15, or one longer than 127 bytes
     */
    static String requestedId(byte[] message) {
        String id = "";
        int at = 0;
        while (at < message.length) {
            int tag = message[at++];
            int end = switch (tag & 7) {
                case VARINT -> endOfVarint(message, at);
                case FIXED64 -> at + 8;
                case LENGTH -> at + 1 + message[at];
                case FIXED32 -> at + 4;
                default -> throw new IllegalArgumentException("wire type " + (tag & 7) + " (expected: 0, 1, 2 or 5)");
            };
            if (tag < 0 || end <= at || end > message.length) {
                throw new IllegalArgumentException("field beyond the end (expected: whole fields)");
            }
            if (tag == (1 << 3 | LENGTH)) {
                id = new String(Arrays.copyOfRange(message, at + 1, end), UTF_8);
            }
            at = end;
        }
        return id;
    }

    private static int endOfVarint(byte[] message, int from) {
        int at = from;
        while (message[at] < 0) {
            at++;
        }
        return at + 1;
    }
}
