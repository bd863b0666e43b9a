package dev.ponticello.http;

import java.nio.charset.StandardCharsets;

/** The name of a field, made once and compared without making strings (RFC 9110 §5.1). Equal in any case of its letters. */
public final class HeaderName {
    public static final HeaderName ACCEPT = of("Accept");
    public static final HeaderName ACCEPT_ENCODING = of("Accept-Encoding");
    public static final HeaderName ACCESS_CONTROL_ALLOW_CREDENTIALS = of("Access-Control-Allow-Credentials");
    public static final HeaderName ACCESS_CONTROL_ALLOW_HEADERS = of("Access-Control-Allow-Headers");
    public static final HeaderName ACCESS_CONTROL_ALLOW_METHODS = of("Access-Control-Allow-Methods");
    public static final HeaderName ACCESS_CONTROL_ALLOW_ORIGIN = of("Access-Control-Allow-Origin");
    public static final HeaderName ACCESS_CONTROL_EXPOSE_HEADERS = of("Access-Control-Expose-Headers");
    public static final HeaderName ACCESS_CONTROL_MAX_AGE = of("Access-Control-Max-Age");
    public static final HeaderName ACCESS_CONTROL_REQUEST_HEADERS = of("Access-Control-Request-Headers");
    public static final HeaderName ACCESS_CONTROL_REQUEST_METHOD = of("Access-Control-Request-Method");
    public static final HeaderName ALLOW = of("Allow");
    public static final HeaderName AUTHORIZATION = of("Authorization");
    public static final HeaderName CACHE_CONTROL = of("Cache-Control");
    public static final HeaderName CONNECTION = of("Connection");
    public static final HeaderName CONTENT_ENCODING = of("Content-Encoding");
    public static final HeaderName CONTENT_LENGTH = of("Content-Length");
    public static final HeaderName CONTENT_LOCATION = of("Content-Location");
    public static final HeaderName CONTENT_RANGE = of("Content-Range");
    public static final HeaderName CONTENT_TYPE = of("Content-Type");
    public static final HeaderName COOKIE = of("Cookie");
    public static final HeaderName DATE = of("Date");
    public static final HeaderName ETAG = of("ETag");
    public static final HeaderName EXPECT = of("Expect");
    public static final HeaderName FORWARDED = of("Forwarded");
    public static final HeaderName HOST = of("Host");
    public static final HeaderName HTTP2_SETTINGS = of("HTTP2-Settings");
    public static final HeaderName KEEP_ALIVE = of("Keep-Alive");
    public static final HeaderName LOCATION = of("Location");
    public static final HeaderName MAX_FORWARDS = of("Max-Forwards");
    public static final HeaderName ORIGIN = of("Origin");
    public static final HeaderName PROXY_AUTHORIZATION = of("Proxy-Authorization");
    public static final HeaderName PROXY_CONNECTION = of("Proxy-Connection");
    public static final HeaderName PROXY_STATUS = of("Proxy-Status");
    public static final HeaderName RANGE = of("Range");
    public static final HeaderName RETRY_AFTER = of("Retry-After");
    public static final HeaderName SEC_WEBSOCKET_ACCEPT = of("Sec-WebSocket-Accept");
    public static final HeaderName SEC_WEBSOCKET_KEY = of("Sec-WebSocket-Key");
    public static final HeaderName SEC_WEBSOCKET_VERSION = of("Sec-WebSocket-Version");
    public static final HeaderName SET_COOKIE = of("Set-Cookie");
    public static final HeaderName TE = of("TE");
    public static final HeaderName TRAILER = of("Trailer");
    public static final HeaderName TRANSFER_ENCODING = of("Transfer-Encoding");
    public static final HeaderName UPGRADE = of("Upgrade");
    public static final HeaderName VARY = of("Vary");
    public static final HeaderName VIA = of("Via");
    public static final HeaderName WWW_AUTHENTICATE = of("WWW-Authenticate");
    public static final HeaderName X_FORWARDED_FOR = of("X-Forwarded-For");
    public static final HeaderName X_FORWARDED_HOST = of("X-Forwarded-Host");
    public static final HeaderName X_FORWARDED_PREFIX = of("X-Forwarded-Prefix");
    public static final HeaderName X_FORWARDED_PROTO = of("X-Forwarded-Proto");

    private final String text;
    private final byte[] bytes;
    private final byte[] lower;
    private final int hash;

    private HeaderName(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.lower = new byte[bytes.length];
        int h = FieldText.HASH_SEED;
        for (int i = 0; i < bytes.length; i++) {
            lower[i] = FieldText.lower(bytes[i]);
            h = FieldText.hash(h, FieldText.NORMAL_NAME[bytes[i]]);
        }
        this.hash = h;
    }

    /**
     * The name with this spelling, which is also how it is written out.
     *
     * @throws IllegalArgumentException if the text is no token (RFC 9110 §5.6.2)
     */
    public static HeaderName of(String text) {
        if (!FieldText.isToken(text)) {
            throw new IllegalArgumentException(
                    "field name: '" + text + "' (expected: letters, digits or !#$%&'*+-.^_`|~)");
        }
        return new HeaderName(text);
    }

    /** The hash of the name's normal form (lower case, {@code _} and {@code .} as {@code -}). */
    public int hash() {
        return hash;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether the range is this name in any case of its letters. */
    public boolean matches(byte[] in, int from, int to) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (FieldText.lower(in[from + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range and this name have one normal form, so that a server behind may take one for the other. */
    public boolean resembles(byte[] in, int from, int to) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (FieldText.NORMAL_NAME[in[from + i] & 0xFF] != FieldText.NORMAL_NAME[lower[i]]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderName name && matches(name.lower, 0, name.lower.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
