package dev.ponticello.http1;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.Status;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes heads as HTTP/1.1 lines (RFC 9112 §2.1). Fields go out as they stand, Content-Length among them; the other fields that frame a message are written here. */
final class HeadWriter {
    private static final byte[] HTTP_1_1 = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE = ascii(WebSocketUpgrade.FIELDS);
    private static final byte[][] STATUS_LINES = new byte[600][];

    static {
        for (int status = 100; status < 600; status++) {
            STATUS_LINES[status] = ascii("HTTP/1.1 " + status + " " + Status.name(status) + "\r\n");
        }
    }

    private HeadWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** At most so many bytes a request head takes beyond its fields and target. */
    static int requestOverhead(RequestHead head, byte[] basePath, int authorityLength) {
        return 128 + basePath.length + authorityLength + pathLength(head);
    }

    /** How many bytes of the target are not among those of the fields, or fewer. */
    private static int pathLength(RequestHead head) {
        byte[] rewritten = head.rewrittenPath();
        return rewritten == null ? head.pathEnd() - head.pathStart() : rewritten.length;
    }

    /** Writes a request for an endpoint: the target behind the endpoint's base path, the given authority as Host. */
    static void writeRequest(ByteBuf out, RequestHead head, byte[] basePath, byte[] authority, int authorityStart,
            int authorityEnd) {
        HeadBytes text = HeadBytes.begin();
        text.put(head.method().bytes());
        text.put(' ');
        text.put(basePath);
        putTarget(text, head);
        text.put(HTTP_1_1);
        text.put(authority, authorityStart, authorityEnd);
        text.put(CRLF);
        putFields(text, head.headers());
        if (head.bodyLength() == BodyLength.CHUNKED) {
            text.put(CHUNKED);
        }
        if (head.asksForWebSocket()) {
            text.put(UPGRADE);
        }
        text.put(CRLF);
        text.writeTo(out);
    }

    /** The target for an endpoint: the canonical path, or what it was rewritten to, and the query; or all as it arrived. */
    private static void putTarget(HeadBytes text, RequestHead head) {
        byte[] bytes = head.headers().bytes();
        if (head.isForwardedAsArrived()) {
            text.put(bytes, head.targetStart(), head.targetEnd());
            return;
        }
        byte[] rewritten = head.rewrittenPath();
        if (rewritten != null) {
            text.put(rewritten);
        } else {
            text.put(head.pathBytes(), head.pathStart(), head.pathEnd());
        }
        if (head.queryStart() >= 0) {
            text.put('?');
            text.put(bytes, head.queryStart(), head.targetEnd());
        }
    }

    /** How a response to a client treats its connection. */
    enum Persistence {
        /** HTTP/1.1, goes on. */
        IMPLIED,
        /** HTTP/1.0 with keep-alive, goes on. */
        KEEP_ALIVE,
        /** Ends with this response. */
        CLOSE,
        /** Is a WebSocket from here on. */
        UPGRADE
    }

    static void writeResponse(ByteBuf out, ResponseHead head, boolean chunked, Persistence persistence) {
        HeadBytes text = HeadBytes.begin();
        text.put(STATUS_LINES[head.status()]);
        putFields(text, head.headers());
        if (chunked) {
            text.put(CHUNKED);
        }
        switch (persistence) {
            case IMPLIED -> {
            }
            case KEEP_ALIVE -> text.put(KEEP_ALIVE);
            case CLOSE -> text.put(CLOSE);
            case UPGRADE -> text.put(UPGRADE);
        }
        text.put(CRLF);
        text.writeTo(out);
    }

    static void writeInformational(ByteBuf out, ResponseHead head) {
        HeadBytes text = HeadBytes.begin();
        text.put(STATUS_LINES[head.status()]);
        putFields(text, head.headers());
        text.put(CRLF);
        text.writeTo(out);
    }

    /** Writes the lines that are not removed. */
    static void writeFields(ByteBuf out, Headers headers) {
        HeadBytes text = HeadBytes.begin();
        putFields(text, headers);
        text.writeTo(out);
    }

    /** The lines that are not removed, each with its CRLF, as they stand: neighbours in one go. */
    private static void putFields(HeadBytes text, Headers headers) {
        byte[] bytes = headers.bytes();
        int from = 0;
        int to = 0;
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (headers.isRemoved(slot)) {
                continue;
            }
            int start = headers.nameStart(slot);
            if (start != to) {
                text.put(bytes, from, to);
                from = start;
            }
            to = headers.lineEnd(slot);
        }
        text.put(bytes, from, to);
    }
}
