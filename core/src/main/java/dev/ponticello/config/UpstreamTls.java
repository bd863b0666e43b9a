package dev.ponticello.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken to the endpoints of an upstream whose URLs begin with {@code https://}.
 *
 * @param ca a PEM file with the CAs that are trusted to name endpoints; null trusts those of the JDK, the default
 * @param serverName the name that is asked for and that the certificate must have; null is the endpoint's host, the default
 * @param certificate shown to endpoints that ask for one, see {@link CertificateConfig}; null shows none, the default
 * @param key see {@link CertificateConfig}
 * @param keyPassword see {@link CertificateConfig}
 * @param insecure whether any certificate will do, whoever shows it; default false
 */
public record UpstreamTls(@Nullable Path ca, @Nullable String serverName, @Nullable Path certificate,
        @Nullable Path key, @Nullable Secret keyPassword, boolean insecure) {

    /** Every default. */
    public static final UpstreamTls DEFAULTS = new UpstreamTls(null, null, null, null, null, false);

    public UpstreamTls {
        if (serverName != null) {
            serverName(serverName);
        }
        if (certificate == null && key != null) {
            throw new InvalidValue("key", "written without 'certificate'", "beside the certificate that it is for");
        }
        if (certificate == null && keyPassword != null) {
            throw new InvalidValue("key-password", "written without 'certificate'",
                    "beside the certificate that it is for");
        }
    }

    private static void serverName(String name) {
        boolean good = false;
        try {
            good = HostPort.parse("server-name", name, 443).port() == 443 && name.indexOf(':') < 0
                    && name.indexOf('[') < 0;
        } catch (InvalidValue ignored) {
            // told below
        }
        if (!good) {
            throw new InvalidValue("server-name", Texts.quoted(name), "a name like users.internal");
        }
    }

    /** A copy with another {@code ca}. */
    public UpstreamTls withCa(@Nullable Path ca) {
        return new UpstreamTls(ca, serverName, certificate, key, keyPassword, insecure);
    }

    /** A copy with another {@code server-name}. */
    public UpstreamTls withServerName(@Nullable String serverName) {
        return new UpstreamTls(ca, serverName, certificate, key, keyPassword, insecure);
    }

    /** A copy with another {@code certificate} and its {@code key}. */
    public UpstreamTls withCertificate(@Nullable Path certificate, @Nullable Path key) {
        return new UpstreamTls(ca, serverName, certificate, key, keyPassword, insecure);
    }

    /** A copy with another {@code key-password}. */
    public UpstreamTls withKeyPassword(@Nullable Secret keyPassword) {
        return new UpstreamTls(ca, serverName, certificate, key, keyPassword, insecure);
    }

    /** A copy with another {@code insecure}. */
    public UpstreamTls withInsecure(boolean insecure) {
        return new UpstreamTls(ca, serverName, certificate, key, keyPassword, insecure);
    }
}
