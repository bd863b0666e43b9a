package dev.ponticello.listener;

import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the gateway says about the client to the endpoint: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code Forwarded} (RFC 7239) and {@code Via} (RFC 9110 §7.6.3); for one that has proved by a
 * certificate who it is, {@code X-Forwarded-Client-Cert}, as Envoy writes it.
 *
 * <p>From a trusted proxy the first and the fourth are extended and the others kept; from anybody else they start anew. For one client connection, on its loop.
 */
final class ForwardingFields {
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final int MOST_OF_A_CERTIFICATE = 4096;
    private static final HeaderName CLIENT_CERTIFICATE = HeaderName.of("X-Forwarded-Client-Cert");
    private static final byte[] VIA_1_1 = ascii("1.1 ponticello");
    private static final byte[] VIA_2_0 = ascii("2.0 ponticello");
    private static final byte[] VIA_1_0 = ascii("1.0 ponticello");
    private static final byte[] SEPARATOR = ascii(", ");
    private static final byte[] HOST_PARAMETER = ascii(";host=");

    private final byte[] peer;
    private final byte[] forwarded;
    private final byte[] scheme;
    private final byte @Nullable [] certificate;
    private byte[] scratch = new byte[128];
    private int length;

    /** @param tls null for a client without */
    ForwardingFields(PeerAddress peer, @Nullable TlsClient tls) {
        this.peer = peer.textBytes();
        this.forwarded = ascii(
                "for=" + new String(ClientAddress.forwardedNode(peer), StandardCharsets.US_ASCII)
                        + (tls == null ? ";proto=http" : ";proto=https"));
        this.scheme = tls == null ? HTTP : HTTPS;
        ClientCertificate shown = tls == null ? null : tls.certificate();
        this.certificate = shown == null ? null : shown.forwarded(MOST_OF_A_CERTIFICATE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes them into the head, from which what an untrusted peer sent was removed before. */
    void writeTo(RequestHead head) {
        Headers headers = head.headers();
        extend(headers, HeaderName.X_FORWARDED_FOR);
        put(peer, 0, peer.length);
        replace(headers, HeaderName.X_FORWARDED_FOR);

        extend(headers, HeaderName.FORWARDED);
        put(forwarded, 0, forwarded.length);
        putHost(head);
        replace(headers, HeaderName.FORWARDED);

        if (!headers.contains(HeaderName.X_FORWARDED_PROTO)) {
            headers.add(HeaderName.X_FORWARDED_PROTO, scheme, 0, scheme.length);
        }
        if (certificate != null) {
            headers.add(CLIENT_CERTIFICATE, certificate, 0, certificate.length);
        }
        if (head.hostStart() >= 0 && !headers.contains(HeaderName.X_FORWARDED_HOST)) {
            length = 0;
            put(headers.bytes(), head.hostStart(), head.hostEnd());
            headers.add(HeaderName.X_FORWARDED_HOST, scratch, 0, length);
        }
        byte[] via = head.majorVersion() == 2 ? VIA_2_0 : head.minorVersion() == 0 ? VIA_1_0 : VIA_1_1;
        headers.add(HeaderName.VIA, via, 0, via.length);
    }

    /** Begins a list value with what stands there already. */
    private void extend(Headers headers, HeaderName name) {
        length = 0;
        for (int slot = headers.find(name, 0); slot >= 0; slot = headers.find(name, slot + 1)) {
            put(headers.bytes(), headers.valueStart(slot), headers.valueEnd(slot));
            put(SEPARATOR, 0, SEPARATOR.length);
        }
    }

    private void replace(Headers headers, HeaderName name) {
        headers.remove(name);
        headers.add(name, scratch, 0, length);
    }

    /** The host parameter: a token, or in quotes when the authority holds a colon or a bracket (RFC 7239 §4). */
    private void putHost(RequestHead head) {
        int start = head.hostStart();
        if (start < 0) {
            return;
        }
        byte[] text = head.headers().bytes();
        boolean token = true;
        for (int i = start; i < head.hostEnd(); i++) {
            token &= FieldText.NORMAL_NAME[text[i] & 0xFF] != 0;
        }
        put(HOST_PARAMETER, 0, HOST_PARAMETER.length);
        if (token) {
            put(text, start, head.hostEnd());
        } else {
            putQuote();
            put(text, start, head.hostEnd());
            putQuote();
        }
    }

    private void putQuote() {
        reserve(1);
        scratch[length++] = '"';
    }

    private void put(byte[] from, int start, int end) {
        reserve(end - start);
        System.arraycopy(from, start, scratch, length, end - start);
        length += end - start;
    }

    private void reserve(int bytes) {
        if (scratch.length - length < bytes) {
            scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, length + bytes));
        }
    }
}
