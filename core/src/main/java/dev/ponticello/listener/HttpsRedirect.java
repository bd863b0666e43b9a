package dev.ponticello.listener;

import dev.ponticello.exchange.Response;
import dev.ponticello.http.Authority;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** Sends a client on to the same by TLS: the host that it has asked for, the port of the config, the target as it arrived. */
final class HttpsRedirect {
    private static final int HTTPS_PORT = 443;

    private HttpsRedirect() {}

    static Response of(RequestHead head, int port) {
        byte[] text = head.headers().bytes();
        String host = text(text, head.hostStart(), Authority.hostEnd(text, head.hostStart(), head.hostEnd()));
        String target = text[head.targetStart()] == '*' ? "/" : text(text, head.targetStart(), head.targetEnd());
        return Response.empty(308).with(HeaderName.LOCATION,
                "https://" + host + (port == HTTPS_PORT ? "" : ":" + port) + target);
    }

    private static String text(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
