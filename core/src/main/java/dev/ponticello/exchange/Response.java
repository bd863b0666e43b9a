package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** An answer that the gateway makes itself: status, fields, and a whole body. Never changed once it is made. */
public final class Response {
    private static final byte[] NOTHING = new byte[0];
    private static final Set<HeaderName> FRAMING = Set.of(HeaderName.CONNECTION, HeaderName.CONTENT_LENGTH,
            HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.TE, HeaderName.TRAILER,
            HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE);

    private final int status;
    private final Headers headers;
    private final byte[] body;

    private Response(int status, Headers headers, byte[] body) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * An answer without a body.
     *
     * @throws IllegalArgumentException if the status is none of a final answer, 200 to 599; so everywhere here
     */
    public static Response empty(int status) {
        return new Response(status, new Headers(64, 4), NOTHING);
    }

    /** An answer with a JSON text as its body. */
    public static Response json(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * An answer with a JSON object as its body (RFC 8259).
     *
     * @param object its values are texts, finite numbers, booleans, lists, maps or null
     * @throws IllegalArgumentException if there is another one
     */
    public static Response json(int status, Map<String, ?> object) {
        StringBuilder json = new StringBuilder(128);
        JsonText.append(json, object);
        return json(status, json.toString());
    }

    /** An answer with a plain text as its body, in UTF-8. */
    public static Response text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * An answer with these bytes as its body.
     *
     * @param body is not copied, and not to be changed any more
     */
    public static Response of(int status, String contentType, byte[] body) {
        Response response = new Response(status, new Headers(128, 4), body);
        response.headers.add(HeaderName.CONTENT_TYPE, contentType);
        return response;
    }

    /**
     * Adds a field while the answer is being made.
     *
     * @throws IllegalArgumentException if the value holds a control character or anything beyond ASCII, or if the field frames the message or concerns the connection, which is the gateway's own business
     */
    public Response with(HeaderName name, String value) {
        if (FRAMING.contains(name)) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: another field; this one the gateway itself writes)");
        }
        headers.add(name, value);
        return this;
    }

    /** The status, 200 to 599 (RFC 9110 §15). */
    public int status() {
        return status;
    }

    /** The fields; framing is not among them. */
    public Headers headers() {
        return headers;
    }

    /** The whole body; not to be changed. */
    public byte[] body() {
        return body;
    }
}
