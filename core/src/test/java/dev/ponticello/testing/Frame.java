package dev.ponticello.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A frame of WebSocket (RFC 6455 §5.2) as a play writes and reads it. */
public final class Frame {
    public static final int TEXT = 0x81;
    public static final int BINARY = 0x82;
    public static final int CLOSE = 0x88;
    public static final int PING = 0x89;
    public static final int PONG = 0x8A;

    private static final byte[] KEY = {0x12, (byte) 0x9a, 0x00, (byte) 0xf3};

    private final int first;
    private final boolean masked;
    private final byte[] payload;

    private Frame(int first, boolean masked, byte[] payload) {
        this.first = first;
        this.masked = masked;
        this.payload = payload;
    }

    /** A frame as clients send it; {@code first} has FIN, reserved bits and opcode. */
    public static Frame ofClient(int first, byte[] payload) {
        return new Frame(first, true, payload);
    }

    public static Frame ofClient(int first, String payload) {
        return ofClient(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    public static Frame ofEndpoint(int first, byte[] payload) {
        return new Frame(first, false, payload);
    }

    public static Frame ofEndpoint(int first, String payload) {
        return ofEndpoint(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The payload of a Close frame. */
    public static byte[] close(int code) {
        return new byte[]{(byte) (code >> 8), (byte) code};
    }

    /** Its first byte: FIN, reserved bits and opcode. */
    public int first() {
        return first;
    }

    public boolean masked() {
        return masked;
    }

    /** Without its mask. */
    public byte[] payload() {
        return payload;
    }

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a Close frame; -1 for another, or one without. */
    public int closeCode() {
        return first == CLOSE && payload.length >= 2 ? ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF) : -1;
    }

    /** The reason of a Close frame. */
    public String closeReason() {
        return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        var out = new ByteArrayOutputStream();
        out.write(first);
        int mask = masked ? 0x80 : 0;
        if (payload.length <= 125) {
            out.write(mask | payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.write(mask | 126);
            number(out, payload.length, 2);
        } else {
            out.write(mask | 127);
            number(out, payload.length, 8);
        }
        if (masked) {
            out.writeBytes(KEY);
        }
        out.writeBytes(masked ? masked(payload, KEY) : payload);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long number, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (number >> (8 * i)));
        }
    }

    private static byte[] masked(byte[] bytes, byte[] key) {
        byte[] other = bytes.clone();
        for (int i = 0; i < other.length; i++) {
            other[i] ^= key[i % 4];
        }
        return other;
    }

    /** Reads the next frame. */
    public static Frame read(RawConnection from) {
        byte[] begin = from.read(2);
        boolean masked = begin[1] < 0;
        long length = begin[1] & 0x7F;
        if (length > 125) {
            length = 0;
            for (byte b : from.read((begin[1] & 0x7F) == 126 ? 2 : 8)) {
                length = (length << 8) | (b & 0xFF);
            }
        }
        byte[] key = masked ? from.read(4) : new byte[4];
        return new Frame(begin[0] & 0xFF, masked, masked(from.read(Math.toIntExact(length)), key));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame && first == frame.first && masked == frame.masked
                && Arrays.equals(payload, frame.payload);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload) * 31 + first;
    }

    @Override
    public String toString() {
        return "%s frame 0x%02X, %d bytes".formatted(masked ? "masked" : "plain", first, payload.length);
    }
}
