package dev.ponticello.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request in one flat form: the fields, and ranges for the parts of the request line.
 *
 * <p>Ranges point into {@link Headers#bytes()} of {@link #headers()}, except those of the path, which point into {@link #pathBytes()}: the path is made canonical once, when the
 * head was received, and matching, policies and forwarding all read that one form.
 */
public final class RequestHead {
    private final Headers headers = new Headers(0, 0);
    private Method method = Method.GET;
    private int majorVersion = 1;
    private int minorVersion = 1;
    private int targetStart;
    private int targetEnd;
    private int queryStart = -1;
    private int hostStart = -1;
    private int hostEnd = -1;
    private byte[] pathBytes = new byte[0];
    private int pathStart;
    private int pathEnd;
    private boolean pathInHeaders;
    private @Nullable String path;
    private byte @Nullable [] rewrittenPath;
    private boolean forwardedAsArrived;
    private long bodyLength;
    private boolean keepAlive = true;
    private boolean expectContinue;
    private boolean unusualNames;
    private boolean acceptsTrailers;
    private boolean webSocket;

    /** An empty head, for whoever decodes one. */
    public RequestHead() {}

    /** Makes the head empty for the next request. */
    public void clear() {
        headers.clear();
        method = Method.GET;
        majorVersion = 1;
        minorVersion = 1;
        acceptsTrailers = false;
        webSocket = false;
        targetStart = 0;
        targetEnd = 0;
        queryStart = -1;
        hostStart = -1;
        hostEnd = -1;
        pathStart = 0;
        pathEnd = 0;
        pathInHeaders = false;
        path = null;
        rewrittenPath = null;
        forwardedAsArrived = false;
        bodyLength = 0;
        keepAlive = true;
        expectContinue = false;
        unusualNames = false;
    }

    public Headers headers() {
        return headers;
    }

    public Method method() {
        return method;
    }

    /** 1 for HTTP/1.1 and HTTP/1.0, 2 for HTTP/2. */
    public int majorVersion() {
        return majorVersion;
    }

    /** 0 for HTTP/1.0, else 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The request target's path and query in origin form (or {@code *}), without a scheme and authority. */
    public int targetStart() {
        return targetStart;
    }

    public int targetEnd() {
        return targetEnd;
    }

    /** Where the query begins, after its question mark, up to {@link #targetEnd()}; -1 without a query. */
    public int queryStart() {
        return queryStart;
    }

    /** The authority that the request names, by its absolute target or its Host field; -1 if none (HTTP/1.0). */
    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /** The authority as text, or null. */
    public @Nullable String host() {
        return hostStart < 0 ? null : text(hostStart, hostEnd);
    }

    /** The path and query as they arrived. */
    public String target() {
        return text(targetStart, targetEnd);
    }

    public @Nullable String query() {
        return queryStart < 0 ? null : text(queryStart, targetEnd);
    }

    /** The array that the canonical path stands in. */
    public byte[] pathBytes() {
        return pathInHeaders ? headers.bytes() : pathBytes;
    }

    public int pathStart() {
        return pathStart;
    }

    public int pathEnd() {
        return pathEnd;
    }

    /** The canonical path as text. */
    public String path() {
        String text = path;
        if (text == null) {
            text = new String(pathBytes(), pathStart, pathEnd - pathStart, StandardCharsets.ISO_8859_1);
            path = text;
        }
        return text;
    }

    /** What the path was rewritten to; null for the canonical one. Not to be changed. */
    public byte @Nullable [] rewrittenPath() {
        return rewrittenPath;
    }

    /** Whether path and query are forwarded as they arrived. */
    public boolean isForwardedAsArrived() {
        return forwardedAsArrived;
    }

    /** How long the body is: a count from 0 on, or {@link BodyLength#CHUNKED}. */
    public long bodyLength() {
        return bodyLength;
    }

    /** Whether the client means to go on using its connection (RFC 9112 §9.3). */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the client waits for 100 (Continue) before it sends its body (RFC 9110 §10.1.1). */
    public boolean expectContinue() {
        return expectContinue;
    }

    /** Whether some field name holds {@code _} or {@code .}, which servers behind may fold into {@code -}. */
    public boolean hasUnusualNames() {
        return unusualNames;
    }

    /** Whether the client has said that it takes trailers ({@code TE: trailers}, RFC 9110 §10.1.4). */
    public boolean acceptsTrailers() {
        return acceptsTrailers;
    }

    /** Whether the client wants to open a WebSocket (RFC 6455 §4.1, RFC 8441 §5), and is ready to go on in its frames when the answer is 101. */
    public boolean asksForWebSocket() {
        return webSocket;
    }

    private String text(int from, int to) {
        return new String(headers.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    // ---- for whoever forwards it

    /**
     * Forwards another path than the canonical one, which stays what everybody reads here.
     *
     * @throws IllegalArgumentException if it holds anything but visible ASCII: a space or a line break in it would end the
     *         request line (RFC 9112 §3)
     */
    public void rewritePath(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= ' ' || b == 0x7F) {
                throw new IllegalArgumentException("rewritten path: byte 0x%02X (expected: visible ASCII)"
                        .formatted(b & 0xFF));
            }
        }
        rewrittenPath = bytes;
    }

    /** Forwards path and query as they arrived. */
    public void forwardAsArrived() {
        forwardedAsArrived = true;
    }

    // ---- for whoever decodes a head

    /**
     * Empties a head that was refused of all but what its answer depends on: the version, {@code Origin}, {@code Accept} and {@code Content-Type} if they stand there once, and the method, since an answer to HEAD has no body
     * whatever else is wrong with it (RFC 9110 §9.3.2).
     */
    public void keepForRefusal(Method method) {
        int major = majorVersion;
        int minor = minorVersion;
        byte[] origin = onlyValue(HeaderName.ORIGIN);
        byte[] accept = onlyValue(HeaderName.ACCEPT);
        byte[] type = onlyValue(HeaderName.CONTENT_TYPE);
        clear();
        majorVersion = major;
        setRequestLine(method, minor, 0, 0, -1);
        if (origin != null) {
            headers.add(HeaderName.ORIGIN, origin, 0, origin.length);
        }
        if (accept != null) {
            headers.add(HeaderName.ACCEPT, accept, 0, accept.length);
        }
        if (type != null) {
            headers.add(HeaderName.CONTENT_TYPE, type, 0, type.length);
        }
    }

    private byte @Nullable [] onlyValue(HeaderName name) {
        int slot = headers.find(name, 0);
        return slot < 0 || headers.find(name, slot + 1) >= 0 ? null
                : Arrays.copyOfRange(headers.bytes(), headers.valueStart(slot), headers.valueEnd(slot));
    }

    public void setRequestLine(Method method, int minorVersion, int targetStart, int targetEnd, int queryStart) {
        this.method = method;
        this.minorVersion = minorVersion;
        this.targetStart = targetStart;
        this.targetEnd = targetEnd;
        this.queryStart = queryStart;
    }

    public void setMajorVersion(int majorVersion) {
        this.majorVersion = majorVersion;
    }

    public void setAcceptsTrailers(boolean acceptsTrailers) {
        this.acceptsTrailers = acceptsTrailers;
    }

    public void setAsksForWebSocket(boolean webSocket) {
        this.webSocket = webSocket;
    }

    public void setHost(int start, int end) {
        this.hostStart = start;
        this.hostEnd = end;
    }

    public void setFraming(long bodyLength, boolean keepAlive, boolean expectContinue) {
        this.bodyLength = bodyLength;
        this.keepAlive = keepAlive;
        this.expectContinue = expectContinue;
    }

    public void setUnusualNames(boolean unusualNames) {
        this.unusualNames = unusualNames;
    }

    /** The canonical path is the path as it arrived. */
    public void setPathInHeaders(int start, int end) {
        this.pathInHeaders = true;
        this.pathStart = start;
        this.pathEnd = end;
        this.path = null;
    }

    /** The canonical path differs from the one that arrived; the bytes are not copied and must live as long as the exchange. */
    public void setPath(byte[] bytes, int start, int end) {
        this.pathInHeaders = false;
        this.pathBytes = bytes;
        this.pathStart = start;
        this.pathEnd = end;
        this.path = null;
    }

    @Override
    public String toString() {
        return method + " " + target() + (majorVersion > 1 ? " HTTP/" + majorVersion : " HTTP/1." + minorVersion) + "\n"
                + headers;
    }
}
