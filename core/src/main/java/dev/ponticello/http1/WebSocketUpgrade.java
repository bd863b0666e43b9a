package dev.ponticello.http1;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How a connection of HTTP/1.1 becomes a WebSocket (RFC 6455 §4): what must stand in the request, and in the answer 101. */
final class WebSocketUpgrade {
    /** The fields by which a hop switches; each hop writes its own. */
    static final String FIELDS = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

    private static final String PROTOCOL = "websocket";
    private static final byte[] VERSION = {'1', '3'};
    /** RFC 6455 §1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    /** 16 bytes in base64. */
    private static final int KEY_LENGTH = 24;
    private static final int KEY_BYTES = 16;

    private WebSocketUpgrade() {}

    /** Whether the fields of a GET without a body ask for a WebSocket. */
    static boolean isAsked(Headers fields) {
        return fields.contains(HeaderName.UPGRADE) && fields.hasMember(HeaderName.CONNECTION, "upgrade")
                && fields.hasMember(HeaderName.UPGRADE, PROTOCOL) && isVersion13(fields) && key(fields) != null;
    }

    private static boolean isVersion13(Headers fields) {
        int slot = only(fields, HeaderName.SEC_WEBSOCKET_VERSION);
        return slot >= 0 && HeadParser.isValue(fields, slot, VERSION);
    }

    /** The slot of a field that stands there once; else -1. */
    private static int only(Headers fields, HeaderName name) {
        int slot = fields.find(name, 0);
        return slot >= 0 && fields.find(name, slot + 1) >= 0 ? -1 : slot;
    }

    private static @Nullable String key(Headers fields) {
        int slot = only(fields, HeaderName.SEC_WEBSOCKET_KEY);
        if (slot < 0 || fields.valueEnd(slot) - fields.valueStart(slot) != KEY_LENGTH) {
            return null;
        }
        String key = fields.value(slot);
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES ? key : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What the endpoint must say to the key of a request; null for a request without a good one, which a policy may have taken out: no 101 grants that. */
    static @Nullable String accept(Headers request) {
        String key = key(request);
        if (key == null) {
            return null;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-1", e);
        }
    }

    /** Whether an answer 101 is the one that was asked for (RFC 6455 §4.1, the client's second list). */
    static boolean isGranted(Headers answer, String accept) {
        int upgrade = only(answer, HeaderName.UPGRADE);
        int accepted = only(answer, HeaderName.SEC_WEBSOCKET_ACCEPT);
        return upgrade >= 0 && answer.value(upgrade).equalsIgnoreCase(PROTOCOL)
                && answer.hasMember(HeaderName.CONNECTION, "upgrade")
                && accepted >= 0 && answer.value(accepted).equals(accept);
    }
}
