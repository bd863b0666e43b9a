package dev.ponticello.tls;

import dev.ponticello.config.Problems;
import dev.ponticello.config.Secret;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads certificates and keys, and tells what is wrong with them at the keys that name their files. */
final class FileReader {
    private static final Duration SOON = Duration.ofDays(14);

    private final WatchedFiles files;
    private final long nowMillis;
    private final Problems problems;

    FileReader(WatchedFiles files, long nowMillis, Problems problems) {
        this.files = files;
        this.nowMillis = nowMillis;
        this.problems = problems;
    }

    /** A certificate with its key; null for what was told as a problem. */
    @Nullable
    Credential credential(Path certificate, @Nullable Path key, @Nullable Secret password, String path) {
        String certificatePath = path + ".certificate";
        String keyPath = key == null ? certificatePath : path + ".key";
        byte[] certificateFile = bytes(certificate, certificatePath);
        byte[] keyFile = key == null ? certificateFile : bytes(key, keyPath);
        if (certificateFile == null || keyFile == null) {
            return null;
        }
        Credential credential;
        try {
            credential = key == null && !Pem.isPem(certificateFile) ? Credential.ofPkcs12(certificateFile, password)
                    : null;
            if (credential == null) {
                Pem.certificates(certificateFile);
            }
        } catch (InvalidFile e) {
            problems.error(certificatePath, e.found(), e.expected());
            return null;
        }
        try {
            if (credential == null) {
                credential = Credential.ofPem(certificateFile, keyFile, password);
            }
            if (!credential.belongsTogether()) {
                throw new InvalidFile("not the key of the certificate for "
                        + credential.certificate().getSubjectX500Principal().getName(), "the private key of it");
            }
        } catch (InvalidFile e) {
            problems.error(keyPath, e.found(), e.expected());
            return null;
        }
        try {
            credential.check();
        } catch (InvalidFile e) {
            problems.error(certificatePath, e.found(), e.expected());
            return null;
        }
        checkTime(credential.certificate(), certificatePath);
        return credential;
    }

    /** Warns only: one certificate that has ended must not keep a gateway with many from starting. */
    private void checkTime(X509Certificate certificate, String path) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            problems.warning(path, "the certificate is not valid yet: from " + from + " on");
        } else if (now.isAfter(to)) {
            problems.warning(path, "the certificate has expired: it was valid until " + to);
        } else if (now.plus(SOON).isAfter(to)) {
            problems.warning(path, "the certificate expires soon: it is valid until " + to);
        }
    }

    /** The certificates of CAs; null for what was told as a problem. */
    @Nullable
    List<X509Certificate> authorities(Path file, String path) {
        byte[] bytes = bytes(file, path);
        try {
            return bytes == null ? null : Pem.certificates(bytes);
        } catch (InvalidFile e) {
            problems.error(path, e.found(), e.expected());
            return null;
        }
    }

    private byte @Nullable [] bytes(Path file, String path) {
        try {
            return files.read(file);
        } catch (InvalidFile e) {
            problems.error(path, e.found(), e.expected());
            return null;
        }
    }
}
