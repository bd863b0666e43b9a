package dev.ponticello.config;

import java.nio.file.Path;

/**
 * Clients are asked for a certificate.
 *
 * @param mode default require
 * @param ca a PEM file with the certificates of the CAs that are trusted to name clients
 */
public record ClientCertificateConfig(Mode mode, Path ca) {

    /** A client without a certificate. */
    public enum Mode {
        /** It gets no connection. */
        REQUIRE,
        /** It is served, without the fact of a certificate. One that is shown must be good in any case. */
        ALLOW
    }

    /** Clients must show a certificate that these CAs vouch for. */
    public static ClientCertificateConfig require(Path ca) {
        return new ClientCertificateConfig(Mode.REQUIRE, ca);
    }

    /** A copy with another {@code mode}. */
    public ClientCertificateConfig withMode(Mode mode) {
        return new ClientCertificateConfig(mode, ca);
    }
}
