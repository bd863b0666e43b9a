package dev.ponticello.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Why a WebSocket is closed by somebody between its ends (RFC 6455 §7.4.1), and the frame that says so. */
public enum CloseCode {
    GOING_AWAY(1001),
    PROTOCOL_ERROR(1002),
    POLICY_VIOLATION(1008),
    INTERNAL_ERROR(1011);

    /** Bytes of a control frame's payload, without those of the code (RFC 6455 §5.5.1). */
    private static final int REASON_LIMIT = 123;
    private static final int FIN_CLOSE = 0x88;
    private static final int MASKED = 0x80;

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    /** A Close frame for a client; of a reason that is too long, the beginning. ASCII. */
    public byte[] toClient(String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, REASON_LIMIT);
        byte[] frame = new byte[4 + length];
        frame[0] = (byte) FIN_CLOSE;
        frame[1] = (byte) (2 + length);
        frame[2] = (byte) (number >> 8);
        frame[3] = (byte) number;
        System.arraycopy(text, 0, frame, 4, length);
        return frame;
    }

    /**
     * The same for an endpoint, masked as what a client sends must be (RFC 6455 §5.3).
     *
     * @param key of which no one outside can know in advance
     */
    public byte[] toEndpoint(String reason, int key) {
        byte[] plain = toClient(reason);
        byte[] frame = Arrays.copyOf(plain, plain.length + 4);
        frame[1] |= (byte) MASKED;
        for (int i = 0; i < 4; i++) {
            frame[2 + i] = (byte) (key >> (24 - 8 * i));
        }
        for (int i = 2; i < plain.length; i++) {
            frame[4 + i] = (byte) (plain[i] ^ frame[2 + (i - 2) % 4]);
        }
        return frame;
    }
}
