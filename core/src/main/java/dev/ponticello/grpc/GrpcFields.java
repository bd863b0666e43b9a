package dev.ponticello.grpc;

import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** The fields of gRPC over HTTP/2, and how they are read (PROTOCOL-HTTP2.md of gRPC). */
public final class GrpcFields {
    public static final HeaderName STATUS = HeaderName.of("grpc-status");
    public static final HeaderName MESSAGE = HeaderName.of("grpc-message");
    public static final HeaderName TIMEOUT = HeaderName.of("grpc-timeout");
    /** The media type of every message, but for what may follow it: {@code +proto}, {@code ;charset=…}. */
    public static final String TYPE = "application/grpc";
    /** There is no status, or it is no number. */
    public static final int NO_STATUS = -1;

    private static final int STATUS_DIGITS = 9;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private GrpcFields() {}

    /** Whether a request is a call of gRPC: by the type that its client has sent, over HTTP/2, without which there is none. */
    public static boolean isCall(RequestHead head) {
        return head.majorVersion() >= 2
                && isType(head.headers(), head.headers().findArrived(HeaderName.CONTENT_TYPE, 0));
    }

    /** Whether the type of a message is one of gRPC. */
    public static boolean isMessage(Headers headers) {
        return isType(headers, headers.find(HeaderName.CONTENT_TYPE, 0));
    }

    private static boolean isType(Headers headers, int slot) {
        if (slot < 0) {
            return false;
        }
        int from = headers.valueStart(slot);
        int end = from + TYPE.length();
        if (end > headers.valueEnd(slot)) {
            return false;
        }
        byte[] bytes = headers.bytes();
        for (int i = 0; i < TYPE.length(); i++) {
            byte b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != TYPE.charAt(i)) {
                return false;
            }
        }
        return end == headers.valueEnd(slot) || bytes[end] == '+' || bytes[end] == ';' || bytes[end] == ' ';
    }

    /** The status that a head or trailers tell, or {@link #NO_STATUS}; numbers that gRPC does not know too. */
    public static int status(Headers headers) {
        int slot = headers.find(STATUS, 0);
        if (slot < 0 || headers.valueEnd(slot) - headers.valueStart(slot) > STATUS_DIGITS) {
            return NO_STATUS;
        }
        return (int) FieldText.decimal(headers.bytes(), headers.valueStart(slot), headers.valueEnd(slot));
    }

    /** A text as the value of {@link #MESSAGE}: what is not visible ASCII or a space, and the percent sign, as escapes of its bytes in UTF-8. */
    public static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX[b >> 4 & 0xF]).append(HEX[b & 0xF]);
            }
        }
        return encoded.toString();
    }
}
