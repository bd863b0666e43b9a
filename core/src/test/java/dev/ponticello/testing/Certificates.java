package dev.ponticello.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/** A CA that is made for a test, the certificates it issues, and sockets with them: P-256 keys, so that it is quick. */
public final class Certificates {
    private static final char[] NO_PASSWORD = "none".toCharArray();

    private final Path folder;
    private final X509Bundle ca;

    /**
     * Makes the CA.
     *
     * @param folder for files of certificates and keys
     */
    public Certificates(Path folder) {
        this.folder = folder;
        folder.toFile().mkdirs();
        this.ca = build(builder().subject("CN=Test CA " + folder.getFileName()).setIsCertificateAuthority(true), null);
    }

    private static CertificateBuilder builder() {
        return new CertificateBuilder().ecp256().notBefore(Instant.now().minus(Duration.ofDays(10)))
                .notAfter(Instant.now().plus(Duration.ofDays(100)));
    }

    private static X509Bundle build(CertificateBuilder builder, @Nullable X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new AssertionError("no certificate", e);
        }
    }

    /** A certificate for these hosts, by this CA. */
    public X509Bundle issue(String... names) {
        return issue(builder -> builder, names);
    }

    /** The same with something else about it. */
    public X509Bundle issue(UnaryOperator<CertificateBuilder> change, String... names) {
        return build(change.apply(named(names)), ca);
    }

    /** A certificate for these hosts that nobody vouches for. */
    public static X509Bundle selfSigned(String... names) {
        return build(named(names).setIsCertificateAuthority(true), null);
    }

    private static CertificateBuilder named(String... names) {
        CertificateBuilder builder = builder().subject("CN=" + names[0]);
        for (String name : names) {
            if (name.matches("[0-9.]+")) {
                builder.addSanIpAddress(name);
            } else if (name.startsWith("*")) {
                addWildcard(builder, name);
            } else {
                builder.addSanDnsName(name);
            }
        }
        return builder;
    }

    /** The builder takes none: it has its own idea of a name. */
    @SuppressWarnings("unchecked")
    private static void addWildcard(CertificateBuilder builder, String name) {
        try {
            Field names = CertificateBuilder.class.getDeclaredField("subjectAlternativeNames");
            names.setAccessible(true);
            ((List<GeneralName>) names.get(builder)).add(new GeneralName(GeneralName.dNSName, name));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("CertificateBuilder is another", e);
        }
    }

    /** One that ended a day ago. */
    public static CertificateBuilder expired(CertificateBuilder builder) {
        return builder.notAfter(Instant.now().minus(Duration.ofDays(1)));
    }

    /** Writes a text into a file, at once and whole, as whoever renews certificates should. */
    public Path write(String name, String text) {
        try {
            Path written = Files.writeString(folder.resolve(name + ".new"), text);
            return Files.move(written, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes {@code NAME.pem} and {@code NAME-key.pem}; the first is given back. */
    public Path write(String name, X509Bundle bundle) {
        write(name + "-key.pem", bundle.getPrivateKeyPEM());
        return write(name + ".pem", bundle.getCertificatePathPEM());
    }

    /** Writes {@code ca.pem}. */
    public Path writeCa() {
        return write("ca.pem", ca.getCertificatePEM());
    }

    /** YAML of a listener's {@code tls}, or of a certificate in a list, in flow style: the files are written. */
    public String yaml(String name, X509Bundle bundle) {
        Path file = write(name, bundle);
        return "certificate: \"%s\", key: \"%s\"".formatted(file, folder.resolve(name + "-key.pem"));
    }

    public Path folder() {
        return folder;
    }

    // ---- sockets

    /** Trusts this CA; shows a certificate if there is one. */
    public SSLContext context(@Nullable X509Bundle own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(own), trust(ca.getCertificate()), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyManager @Nullable [] keys(@Nullable X509Bundle own) throws GeneralSecurityException {
        if (own == null) {
            return null;
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("own", own.getKeyPair().getPrivate(), NO_PASSWORD, own.getCertificatePath());
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return new KeyManager[]{new Shown((X509ExtendedKeyManager) factory.getKeyManagers()[0])};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows the certificate, whatever the peer says that it wants: the JDK's own would keep back what cannot please. */
    private static final class Shown extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager manager;

        Shown(X509ExtendedKeyManager manager) {
            this.manager = manager;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[]{"own"};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return manager.getServerAliases(keyType, issuers);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return manager.chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return manager.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return manager.getPrivateKey(alias);
        }
    }

    private static TrustManager[] trust(X509Certificate authority) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setCertificateEntry("ca", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client's socket whose handshake is done: by this name if it is none of an address. */
    public SSLSocket connect(int port, String name) {
        return connect(context(null), port, name, "TLSv1.3", "TLSv1.2");
    }

    /** The same with a context, whose sessions are resumed, and with these versions. */
    public static SSLSocket connect(SSLContext context, int port, String name, String... versions) {
        return handshake(open(context, new Socket(), port, name, versions));
    }

    /** A socket that is connected, on another one, its handshake still to come. */
    public static SSLSocket open(SSLContext context, Socket plain, int port, String name, String... versions) {
        try {
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) RawConnection.DEADLINE.toMillis());
            plain.setSoTimeout((int) RawConnection.DEADLINE.toMillis());
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(versions);
            if (!name.matches("[0-9.]+")) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            socket.setSSLParameters(parameters);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SSLSocket handshake(SSLSocket socket) {
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Speaks HTTP/1.1 by TLS to whoever serves this name there. */
    public RawClient client(int port, String name) {
        return RawClient.on(connect(port, name));
    }

    /** An endpoint's socket, not bound yet, that speaks these versions. */
    public TlsServerSocket serverSocket(X509Bundle own, boolean asksForCertificate, String... versions) {
        return TlsServerSocket.of(context(own), asksForCertificate, versions);
    }

    /** A socket that accepts connections with TLS, and can end them as somebody on the way could. */
    public static final class TlsServerSocket extends ServerSocket {
        private final SSLContext context;
        private final boolean asksForCertificate;
        private final String[] versions;
        private volatile String[] protocols = {};
        private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();

        private TlsServerSocket(SSLContext context, boolean asksForCertificate, String[] versions) throws IOException {
            this.context = context;
            this.asksForCertificate = asksForCertificate;
            this.versions = versions;
        }

        static TlsServerSocket of(SSLContext context, boolean asksForCertificate, String[] versions) {
            try {
                return new TlsServerSocket(context, asksForCertificate, versions);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Socket accept() throws IOException {
            Socket plain = new Socket();
            implAccept(plain);
            accepted.add(plain);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
            socket.setUseClientMode(false);
            socket.setNeedClientAuth(asksForCertificate);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(versions);
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            return socket;
        }

        /** What connections from now on may agree on by ALPN, the preferred first; without any, whatever is offered is ignored. */
        public TlsServerSocket speaking(String... protocols) {
            this.protocols = protocols.clone();
            return this;
        }

        /** Ends every connection without the end of TLS. */
        public void closeWithoutTls() {
            for (Socket plain : accepted) {
                try {
                    plain.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** An endpoint with TLS and this certificate. */
    public ScriptedEndpoint endpoint(X509Bundle own, Script script) {
        return ScriptedEndpoint.playingOn(serverSocket(own, false, "TLSv1.3", "TLSv1.2"), "https", script);
    }
}
