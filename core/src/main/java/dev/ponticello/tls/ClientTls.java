package dev.ponticello.tls;

import dev.ponticello.config.Problems;
import dev.ponticello.config.TlsCipher;
import dev.ponticello.config.TlsGroup;
import dev.ponticello.config.TlsVersion;
import dev.ponticello.config.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS that is spoken to the endpoints of an upstream. Loops read what is current, by one volatile field; it is replaced by one thread at a time when the files have changed.
 */
public final class ClientTls implements Tls {
    private record Loaded(WatchedFiles files, SslContext context) {}

    private final String upstream;
    private final UpstreamTls config;
    private final List<String> protocols;
    private final SslProvider provider;
    private volatile Loaded loaded;

    private ClientTls(String upstream, UpstreamTls config, List<String> protocols, SslProvider provider,
            Loaded loaded) {
        this.upstream = upstream;
        this.config = config;
        this.protocols = protocols;
        this.provider = provider;
        this.loaded = loaded;
    }

    /**
     * Reads the files and makes the context.
     *
     * @param protocols offered by ALPN (RFC 7301), the preferred first; none is no offer
     * @param path where the config is written; problems are told there
     * @return null if there are problems
     */
    static @Nullable ClientTls open(String upstream, UpstreamTls config, List<String> protocols, SslProvider provider,
            String path, long nowMillis, Problems problems) {
        Loaded loaded = load(config, protocols, provider, path, nowMillis, problems);
        return loaded == null ? null : new ClientTls(upstream, config, protocols, provider, loaded);
    }

    private static @Nullable Loaded load(UpstreamTls config, List<String> protocols, SslProvider provider, String path,
            long nowMillis, Problems problems) {
        WatchedFiles files = new WatchedFiles();
        FileReader reader = new FileReader(files, nowMillis, problems);
        Path ca = config.ca();
        List<X509Certificate> authorities = ca == null ? List.of() : reader.authorities(ca, path + ".ca");
        Path certificate = config.certificate();
        Credential credential = certificate == null ? null
                : reader.credential(certificate, config.key(), config.keyPassword(), path);
        files.forgetContents();
        if (authorities == null || (certificate != null && credential == null)) {
            return null;
        }
        SslContextBuilder builder = SslContextBuilder.forClient();
        Contexts.prepare(builder, provider, TlsVersion.V1_2, TlsCipher.ALL, TlsGroup.USUAL);
        if (!protocols.isEmpty()) {
            builder.applicationProtocolConfig(Contexts.alpn(protocols));
        }
        if (config.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else {
            builder.endpointIdentificationAlgorithm("HTTPS");
            if (ca != null) {
                builder.trustManager(authorities);
            }
        }
        if (credential != null) {
            builder.keyManager(credential.key(), credential.path());
        }
        try {
            return new Loaded(files, builder.build());
        } catch (SSLException e) {
            problems.error(path, String.valueOf(e.getMessage()), "certificates and keys that can be used");
            return null;
        }
    }

    /** What connections are made with now: another object when the files have changed, and then connections by the one before are not to be used again. */
    public Object current() {
        return loaded.context;
    }

    /** TLS for a connection to this endpoint. */
    public TlsHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        String name = config.serverName();
        return TlsHandler.like(loaded.context.newHandler(allocator, name == null ? host : name, port));
    }

    boolean isOf(UpstreamTls other, List<String> otherProtocols) {
        return config.equals(other) && protocols.equals(otherProtocols) && !loaded.files.haveChanged();
    }

    @Override
    public boolean haveFilesChanged() {
        return loaded.files.haveChanged();
    }

    @Override
    public @Nullable Runnable reload(long nowMillis, Problems problems) {
        Loaded before = loaded;
        Loaded next = load(config, protocols, provider, "tls", nowMillis, problems);
        if (next == null) {
            return null;
        }
        loaded = next;
        return () -> Contexts.release(before.context);
    }

    @Override
    public void useTickets() {
        // Tickets are sealed by the endpoints.
    }

    @Override
    public String toString() {
        return "upstream " + upstream;
    }

    @Override
    public void close() {
        Contexts.release(loaded.context);
    }
}
