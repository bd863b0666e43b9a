package dev.ponticello.http;

import java.nio.charset.StandardCharsets;

/** A request method (RFC 9110 §9.1): case-sensitive, one object for each that is registered in RFC 9110. */
public final class Method {
    public static final Method GET = new Method("GET", true);
    public static final Method HEAD = new Method("HEAD", true);
    public static final Method POST = new Method("POST", false);
    public static final Method PUT = new Method("PUT", true);
    public static final Method DELETE = new Method("DELETE", true);
    public static final Method OPTIONS = new Method("OPTIONS", true);
    public static final Method PATCH = new Method("PATCH", false);
    public static final Method CONNECT = new Method("CONNECT", false);
    public static final Method TRACE = new Method("TRACE", true);
    private static final Method[] KNOWN = {GET, POST, PUT, HEAD, DELETE, OPTIONS, PATCH, CONNECT, TRACE};

    private final String text;
    private final byte[] bytes;
    private final boolean idempotent;

    private Method(String text, boolean idempotent) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.idempotent = idempotent;
    }

    /** The method that the range spells, which must be a token. */
    public static Method of(byte[] in, int from, int to) {
        for (Method known : KNOWN) {
            if (known.bytes.length == to - from
                    && java.util.Arrays.equals(known.bytes, 0, known.bytes.length, in, from, to)) {
                return known;
            }
        }
        return new Method(new String(in, from, to - from, StandardCharsets.ISO_8859_1), false);
    }

    /**
     * The method with this name.
     *
     * @throws IllegalArgumentException if the text is no token
     */
    public static Method of(String text) {
        if (!FieldText.isToken(text)) {
            throw new IllegalArgumentException("method: '" + text + "' (expected: a token such as GET)");
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return of(bytes, 0, bytes.length);
    }

    /** Whether two identical requests mean what one does (RFC 9110 §9.2.2), so that it may be sent again. */
    public boolean isIdempotent() {
        return idempotent;
    }

    /** The name as ASCII bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Method method && method.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
