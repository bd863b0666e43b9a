package dev.ponticello.tls;

import dev.ponticello.config.TlsCipher;
import dev.ponticello.config.TlsGroup;
import dev.ponticello.config.TlsVersion;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** What contexts of listeners and of upstreams have in common. */
final class Contexts {
    private static final List<String> CIPHERS_OF_1_3 = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256");
    /** Bytes of the certificates that a peer shows. */
    private static final int CERTIFICATES_BYTES = 64 * 1024;
    private static final String REJECT_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static {
        // BoringSSL takes part in none; the JDK has to be told, before it first makes a context.
        if (System.getProperty(REJECT_RENEGOTIATION) == null) {
            System.setProperty(REJECT_RENEGOTIATION, "true");
        }
    }

    private Contexts() {}

    /** BoringSSL where there is a library of it for the machine, else the JDK. */
    static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    static void prepare(SslContextBuilder builder, SslProvider provider, TlsVersion least, List<TlsCipher> ciphers,
            List<TlsGroup> groups) {
        List<String> names = new ArrayList<>(CIPHERS_OF_1_3);
        ciphers.forEach(cipher -> names.add(cipher.name()));
        builder.sslProvider(provider).ciphers(names, SupportedCipherSuiteFilter.INSTANCE);
        if (least == TlsVersion.V1_3) {
            builder.protocols("TLSv1.3");
        } else {
            builder.protocols("TLSv1.3", "TLSv1.2");
        }
        if (provider != SslProvider.JDK) {
            builder.option(OpenSslContextOption.GROUPS,
                    groups.stream().map(TlsGroup::registered).toArray(String[]::new))
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, CERTIFICATES_BYTES);
        }
    }

    /** What is offered or taken by ALPN (RFC 7301), the preferred first. */
    static ApplicationProtocolConfig alpn(List<String> protocols) {
        return new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    static void release(Object context) {
        ReferenceCountUtil.release(context);
    }
}
