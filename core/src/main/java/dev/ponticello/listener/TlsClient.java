package dev.ponticello.listener;

import dev.ponticello.http.Authority;
import dev.ponticello.http.ClientCertificate;
import dev.ponticello.tls.ServerContext;
import dev.ponticello.tls.ServerTls;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client whose handshake is done: which certificate it got, and what it has proved about itself. For one connection, on its loop.
 */
final class TlsClient {
    private final ServerTls tls;
    private final ServerContext context;
    private final boolean named;
    private final @Nullable ClientCertificate certificate;
    private byte[] lastHost = new byte[0];
    private boolean lastServed = true;

    /** @param named whether the client has said which host it asks for */
    TlsClient(ServerTls tls, ServerContext context, boolean named, @Nullable ClientCertificate certificate) {
        this.tls = tls;
        this.context = context;
        this.named = named;
        this.certificate = certificate;
    }

    @Nullable
    ClientCertificate certificate() {
        return certificate;
    }

    /**
     * Whether requests for this authority may come on this connection: those for which the client would have got the same certificate (RFC 9110 §15.5.20). A client that has named no host got the first
     * certificate whatever it wants, and may ask for anything.
     */
    boolean serves(byte[] text, int start, int end) {
        if (!named || !tls.hasSeveral()) {
            return true;
        }
        if (!Arrays.equals(lastHost, 0, lastHost.length, text, start, end)) {
            lastHost = Arrays.copyOfRange(text, start, end);
            lastServed = tls.forName(hostOf(lastHost)).isFor(context);
        }
        return lastServed;
    }

    private static String hostOf(byte[] authority) {
        int end = Authority.hostEnd(authority, 0, authority.length);
        String host = new String(authority, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
