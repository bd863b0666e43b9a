package dev.ponticello.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A certificate of a listener, for the clients that ask for one of its names.
 *
 * @param certificate a file: PEM with the certificate first and those that link it to its CA behind, or PKCS#12, which has the key too
 * @param key a file: PEM with the private key (PKCS#8, also encrypted; PKCS#1; SEC 1); null if the certificate's file has it
 * @param keyPassword of an encrypted key or of PKCS#12; null without one
 */
public record CertificateConfig(Path certificate, @Nullable Path key, @Nullable Secret keyPassword) {

    /** A certificate and its key, not encrypted. */
    public static CertificateConfig of(Path certificate, Path key) {
        return new CertificateConfig(certificate, key, null);
    }

    /** A copy with another {@code key-password}. */
    public CertificateConfig withKeyPassword(@Nullable Secret keyPassword) {
        return new CertificateConfig(certificate, key, keyPassword);
    }
}
