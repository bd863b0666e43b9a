package dev.ponticello.tls;

import dev.ponticello.config.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with those that link it to its CA, and its private key.
 *
 * @param chain the certificate first
 */
record Credential(List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;

    /** Of PEM files. */
    static Credential ofPem(byte[] certificates, byte[] keyFile, @Nullable Secret password) throws InvalidFile {
        Pem.Block block = Pem.key(keyFile);
        if (block == null) {
            throw new InvalidFile("no private key in it", "PEM with -----BEGIN PRIVATE KEY-----");
        }
        return new Credential(Pem.certificates(certificates), PrivateKeys.read(block, password));
    }

    /** Of a PKCS#12 file (RFC 7292) with one private key. */
    static Credential ofPkcs12(byte[] file, @Nullable Secret password) throws InvalidFile {
        char[] opening = password == null ? new char[0] : PrivateKeys.chars(password);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), opening);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, opening) instanceof PrivateKey key) {
                    Certificate[] certificates = store.getCertificateChain(alias);
                    if (certificates == null) {
                        throw new InvalidFile("a private key without a certificate",
                                "PKCS#12 with a certificate and its key");
                    }
                    List<X509Certificate> chain = new ArrayList<>();
                    for (Certificate each : certificates) {
                        chain.add((X509Certificate) each);
                    }
                    return new Credential(chain, key);
                }
            }
            throw new InvalidFile("no private key in it", "PKCS#12 with a certificate and its key");
        } catch (IOException e) {
            throw password == null
                    ? new InvalidFile("neither PEM nor PKCS#12 without a password", "PEM, or key-password beside it")
                    : new InvalidFile("neither PEM nor PKCS#12 that key-password opens", "PEM or PKCS#12");
        } catch (GeneralSecurityException e) {
            throw new InvalidFile("PKCS#12 that key-password does not open", "the password of the file and of its key");
        }
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Refuses a key that is another certificate's, and what clients would not trust. */
    void check() throws InvalidFile {
        PrivateKeys.refuseWeak(certificate().getPublicKey());
        String signature = certificate().getSigAlgName().toUpperCase(Locale.ROOT);
        boolean selfSigned = certificate().getSubjectX500Principal().equals(certificate().getIssuerX500Principal());
        if (!selfSigned && (signature.startsWith("SHA1") || signature.startsWith("MD"))) {
            throw new InvalidFile("a certificate that is signed with " + certificate().getSigAlgName(),
                    "a signature with SHA-256 or better");
        }
    }

    boolean belongsTogether() {
        return PrivateKeys.belongTogether(key, certificate().getPublicKey());
    }

    /** The names that it is for, in lower case: of hosts, of all in one ({@code *.example.com}). A name in the subject alone is none, to clients neither (RFC 9525 §2). */
    List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate().getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (alternative.getFirst().equals(DNS_NAME)) {
                    names.add(alternative.get(1).toString());
                }
            }
        } catch (CertificateParsingException e) {
            // Clients cannot read its names either.
        }
        names.replaceAll(name -> name.toLowerCase(Locale.ROOT));
        return names;
    }

    X509Certificate[] path() {
        return chain.toArray(X509Certificate[]::new);
    }

    static byte[] bytes(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
