package dev.ponticello.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener speaks TLS. Which certificate a client gets is decided by the name that it asks for (RFC 6066 §3): the first that has it, exactly or by a wildcard, else the first of all.
 *
 * @param certificate see {@link CertificateConfig}; the first of all. Null if {@code certificates} has them all
 * @param key see {@link CertificateConfig}
 * @param keyPassword see {@link CertificateConfig}
 * @param certificates more of them; default none
 * @param clientCertificate null asks clients for none, the default
 * @param minVersion default 1.2
 * @param ciphers of TLS 1.2, the preferred first; default all
 * @param groups the preferred first; default {@link TlsGroup#USUAL}
 */
public record ListenerTls(@Nullable Path certificate, @Nullable Path key, @Nullable Secret keyPassword,
        List<CertificateConfig> certificates, @Nullable ClientCertificateConfig clientCertificate,
        TlsVersion minVersion, List<TlsCipher> ciphers, List<TlsGroup> groups) {

    public ListenerTls {
        certificates = List.copyOf(certificates);
        ciphers = Checks.distinct("ciphers", Checks.notEmpty("ciphers", ciphers));
        groups = Checks.distinct("groups", Checks.notEmpty("groups", groups));
        if (certificate == null && certificates.isEmpty()) {
            throw new InvalidValue("certificate", "missing", "a file with a certificate, like cert.pem");
        }
        if (certificate == null && key != null) {
            throw new InvalidValue("key", "written without 'certificate'", "beside the certificate that it is for");
        }
        if (certificate == null && keyPassword != null) {
            throw new InvalidValue("key-password", "written without 'certificate'",
                    "beside the certificate that it is for");
        }
    }

    /** TLS with one certificate and every default. */
    public static ListenerTls of(Path certificate, Path key) {
        return new ListenerTls(certificate, key, null, List.of(), null, TlsVersion.V1_2, TlsCipher.ALL,
                TlsGroup.USUAL);
    }

    /** All certificates, the one for clients that ask for none of their names first. */
    public List<CertificateConfig> all() {
        List<CertificateConfig> all = new ArrayList<>();
        if (certificate != null) {
            all.add(new CertificateConfig(certificate, key, keyPassword));
        }
        all.addAll(certificates);
        return all;
    }

    /** Where the certificate of this place in {@link #all} is written, below this. */
    public String pathOf(int index) {
        if (certificate != null && index == 0) {
            return "";
        }
        return ".certificates[" + (certificate == null ? index : index - 1) + "]";
    }

    /** A copy with other {@code certificates} behind the first. */
    public ListenerTls withCertificates(List<CertificateConfig> certificates) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }

    /** A copy with another {@code key-password}. */
    public ListenerTls withKeyPassword(@Nullable Secret keyPassword) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }

    /** A copy with another {@code client-certificate}. */
    public ListenerTls withClientCertificate(@Nullable ClientCertificateConfig clientCertificate) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }

    /** A copy with another {@code min-version}. */
    public ListenerTls withMinVersion(TlsVersion minVersion) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }

    /** A copy with other {@code ciphers}. */
    public ListenerTls withCiphers(List<TlsCipher> ciphers) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }

    /** A copy with other {@code groups}. */
    public ListenerTls withGroups(List<TlsGroup> groups) {
        return new ListenerTls(certificate, key, keyPassword, certificates, clientCertificate, minVersion, ciphers,
                groups);
    }
}
