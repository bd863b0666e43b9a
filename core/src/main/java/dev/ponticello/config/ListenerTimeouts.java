package dev.ponticello.config;

import java.time.Duration;

/**
 * How long a listener waits for its clients.
 *
 * @param requestHead first byte to end of the head, then 408; default 10s
 * @param requestBody between bytes of a request's body, then 408; default 60s
 * @param responseWrite bytes wait and the client takes none, then its connection is cut; default 60s
 * @param keepAlive between exchanges, then the connection is closed; default 60s
 * @param tlsHandshake from a connection to the end of its TLS handshake, then it is closed; default 10s
 */
public record ListenerTimeouts(Duration requestHead, Duration requestBody, Duration responseWrite, Duration keepAlive,
        Duration tlsHandshake) {

    public static final ListenerTimeouts DEFAULTS = new ListenerTimeouts(Duration.ofSeconds(10),
            Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(10));

    public ListenerTimeouts {
        Checks.timer("request-head", requestHead);
        Checks.timer("request-body", requestBody);
        Checks.timer("response-write", responseWrite);
        Checks.timer("keep-alive", keepAlive);
        Checks.timer("tls-handshake", tlsHandshake);
    }

    /** A copy with another {@code request-head}. */
    public ListenerTimeouts withRequestHead(Duration requestHead) {
        return new ListenerTimeouts(requestHead, requestBody, responseWrite, keepAlive, tlsHandshake);
    }

    /** A copy with another {@code request-body}. */
    public ListenerTimeouts withRequestBody(Duration requestBody) {
        return new ListenerTimeouts(requestHead, requestBody, responseWrite, keepAlive, tlsHandshake);
    }

    /** A copy with another {@code response-write}. */
    public ListenerTimeouts withResponseWrite(Duration responseWrite) {
        return new ListenerTimeouts(requestHead, requestBody, responseWrite, keepAlive, tlsHandshake);
    }

    /** A copy with another {@code keep-alive}. */
    public ListenerTimeouts withKeepAlive(Duration keepAlive) {
        return new ListenerTimeouts(requestHead, requestBody, responseWrite, keepAlive, tlsHandshake);
    }

    /** A copy with another {@code tls-handshake}. */
    public ListenerTimeouts withTlsHandshake(Duration tlsHandshake) {
        return new ListenerTimeouts(requestHead, requestBody, responseWrite, keepAlive, tlsHandshake);
    }
}
