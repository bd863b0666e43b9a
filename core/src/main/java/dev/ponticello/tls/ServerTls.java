package dev.ponticello.tls;

import dev.ponticello.config.CertificateConfig;
import dev.ponticello.config.ClientCertificateConfig;
import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.Problems;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a listener: a context for each of its certificates, found by the name that a client asks for.
 *
 * <p>Loops read what is current, by one volatile field; it is replaced by one thread at a time when the files have changed. A session can be resumed only where it began: with the same certificate, at the
 * same listener, with the same rule about clients' certificates.
 */
public final class ServerTls implements Tls {
    /** How long a session can be resumed, in seconds. */
    private static final int SESSION_SECONDS = 3600;

    /** What was read from the files, and made of it. */
    private record Loaded(WatchedFiles files, String digest, List<ServerContext> contexts,
            Map<String, ServerContext> byName) {}

    private final String listener;
    private final ListenerTls config;
    private final List<String> protocols;
    private final SslProvider provider;
    private final TicketKeys tickets;
    private volatile Loaded loaded;

    private ServerTls(String listener, ListenerTls config, List<String> protocols, SslProvider provider,
            TicketKeys tickets, Loaded loaded) {
        this.listener = listener;
        this.config = config;
        this.protocols = protocols;
        this.provider = provider;
        this.tickets = tickets;
        this.loaded = loaded;
    }

    /**
     * Reads the files and makes the contexts.
     *
     * @param listener tells it from others: its address
     * @param protocols offered by ALPN (RFC 7301), the preferred first
     * @param path where the config is written; problems are told there
     * @return null if there are problems
     */
    static @Nullable ServerTls open(String listener, ListenerTls config, List<String> protocols, SslProvider provider,
            TicketKeys tickets, String path, long nowMillis, Problems problems) {
        Loaded loaded = load(listener, config, protocols, provider, tickets, path, nowMillis, problems);
        return loaded == null ? null : new ServerTls(listener, config, protocols, provider, tickets, loaded);
    }

    private static @Nullable Loaded load(String listener, ListenerTls config, List<String> protocols,
            SslProvider provider, TicketKeys tickets, String path, long nowMillis, Problems problems) {
        WatchedFiles files = new WatchedFiles();
        FileReader reader = new FileReader(files, nowMillis, problems);
        List<Credential> credentials = new ArrayList<>();
        List<CertificateConfig> all = config.all();
        for (int i = 0; i < all.size(); i++) {
            CertificateConfig each = all.get(i);
            Credential credential = reader.credential(each.certificate(), each.key(), each.keyPassword(),
                    path + config.pathOf(i));
            if (credential != null) {
                credentials.add(credential);
            }
        }
        ClientCertificateConfig clients = config.clientCertificate();
        List<X509Certificate> authorities = clients == null ? List.of()
                : reader.authorities(clients.ca(), path + ".client-certificate.ca");
        files.forgetContents();
        if (credentials.size() < all.size() || authorities == null) {
            return null;
        }
        MessageDigest digest = digest();
        digest.update((listener + " " + config.clientCertificate()).getBytes(StandardCharsets.UTF_8));
        authorities.forEach(authority -> digest.update(Credential.bytes(authority)));
        List<ServerContext> contexts = new ArrayList<>();
        MessageDigest whole = copy(digest);
        try {
            for (int i = 0; i < credentials.size(); i++) {
                Credential credential = credentials.get(i);
                MessageDigest own = copy(digest);
                credential.chain().forEach(each -> own.update(Credential.bytes(each)));
                byte[] identity = own.digest();
                whole.update(identity);
                contexts.add(new ServerContext(i,
                        context(config, protocols, provider, tickets, credential, authorities, identity),
                        credential.names()));
            }
        } catch (SSLException e) {
            contexts.forEach(each -> Contexts.release(each.context()));
            problems.error(path, String.valueOf(e.getMessage()), "certificates and keys that can be used");
            return null;
        }
        return new Loaded(files, HexFormat.of().formatHex(whole.digest()), contexts, byName(contexts));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 that cannot be cloned", e);
        }
    }

    private static SslContext context(ListenerTls config, List<String> protocols, SslProvider provider,
            TicketKeys tickets, Credential credential, List<X509Certificate> authorities, byte[] identity)
            throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(credential.key(), credential.path())
                .applicationProtocolConfig(Contexts.alpn(protocols)).sessionTimeout(SESSION_SECONDS);
        Contexts.prepare(builder, provider, config.minVersion(), config.ciphers(), config.groups());
        ClientCertificateConfig clients = config.clientCertificate();
        if (clients != null) {
            builder.clientAuth(clients.mode() == ClientCertificateConfig.Mode.REQUIRE ? ClientAuth.REQUIRE
                    : ClientAuth.OPTIONAL).trustManager(authorities);
        }
        SslContext context = builder.build();
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            // Tickets alone: a table of sessions would be one more thing that loops share, behind a lock.
            sessions.setSessionCacheEnabled(false);
            sessions.setSessionIdContext(identity);
            sessions.setTicketKeys(tickets.keys());
        }
        return context;
    }

    private static Map<String, ServerContext> byName(List<ServerContext> contexts) {
        Map<String, ServerContext> byName = new HashMap<>();
        for (ServerContext context : contexts) {
            context.names().forEach(name -> byName.putIfAbsent(name, context));
        }
        return byName;
    }

    /** The context for this name, in lower case: of the first certificate that has it, or a wildcard around it (RFC 9525 §6.3); else of the first of all. */
    public ServerContext forName(@Nullable String name) {
        Loaded current = loaded;
        ServerContext found = name == null ? null : current.byName.get(name);
        if (found == null && name != null) {
            int dot = name.indexOf('.');
            found = dot <= 0 ? null : current.byName.get("*" + name.substring(dot));
        }
        return found == null ? current.contexts.getFirst() : found;
    }

    /** Whether a name can lead to one of several certificates. */
    public boolean hasSeveral() {
        return loaded.contexts.size() > 1;
    }

    boolean isOf(ListenerTls other, List<String> otherProtocols) {
        return config.equals(other) && protocols.equals(otherProtocols) && !loaded.files.haveChanged();
    }

    @Override
    public boolean haveFilesChanged() {
        return loaded.files.haveChanged();
    }

    @Override
    public @Nullable Runnable reload(long nowMillis, Problems problems) {
        Loaded before = loaded;
        Loaded next = load(listener, config, protocols, provider, tickets, "tls", nowMillis, problems);
        if (next == null) {
            return null;
        }
        if (next.digest.equals(before.digest)) {
            // Written again with the same certificates: what is served goes on.
            next.contexts.forEach(each -> Contexts.release(each.context()));
            loaded = new Loaded(next.files, before.digest, before.contexts, before.byName);
            return () -> {};
        }
        loaded = next;
        return () -> before.contexts.forEach(each -> Contexts.release(each.context()));
    }

    @Override
    public void useTickets() {
        for (ServerContext each : loaded.contexts) {
            if (each.context().sessionContext() instanceof OpenSslServerSessionContext sessions) {
                sessions.setTicketKeys(tickets.keys());
            }
        }
    }

    @Override
    public String toString() {
        return "listener " + listener;
    }

    @Override
    public void close() {
        loaded.contexts.forEach(each -> Contexts.release(each.context()));
    }
}
