package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;

/** An answer that the gateway makes itself: status, fields, and a whole body. Never changed once it is made. */
public final class Response {
    private static final byte[] NOTHING = new byte[0];

    private final int status;
    private final Headers headers;
    private final byte[] body;

    private Response(int status, Headers headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** An answer without a body. */
    public static Response empty(int status) {
        return new Response(status, new Headers(64, 4), NOTHING);
    }

    /** An answer with a JSON text as its body. */
    public static Response json(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    public static Response of(int status, String contentType, byte[] body) {
        Response response = new Response(status, new Headers(128, 4), body);
        response.headers.add(HeaderName.CONTENT_TYPE, contentType);
        return response;
    }

    /**
     * Adds a field while the answer is being made.
     *
     * @throws IllegalArgumentException if the value holds a control character or anything beyond ASCII
     */
    public Response with(HeaderName name, String value) {
        headers.add(name, value);
        return this;
    }

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
