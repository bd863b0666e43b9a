package dev.ponticello.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate by which a client has proved who it is: it has the key, and a CA that the listener trusts vouches for it (RFC 8446 §4.4.2). Immutable; any thread.
 */
public final class ClientCertificate {
    private static final int EMAIL = 1;
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    private final X509Certificate certificate;
    private final String fingerprint;
    private final List<String> dnsNames;
    private final List<String> uris;
    private final List<String> emails;

    private ClientCertificate(X509Certificate certificate) {
        this.certificate = certificate;
        this.fingerprint = fingerprint(certificate);
        this.dnsNames = names(certificate, DNS_NAME);
        this.uris = names(certificate, URI);
        this.emails = names(certificate, EMAIL);
    }

    /** What this certificate says. */
    public static ClientCertificate of(X509Certificate certificate) {
        return new ClientCertificate(certificate);
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be hashed", e);
        }
    }

    private static List<String> names(X509Certificate certificate, int kind) {
        List<String> names = new ArrayList<>();
        try {
            @Nullable
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.getFirst().equals(kind)) {
                        names.add(alternative.get(1).toString());
                    }
                }
            }
        } catch (CertificateParsingException e) {
            return List.of(); // Names that cannot be read are nobody's.
        }
        return List.copyOf(names);
    }

    /** Whose it is (RFC 4514): {@code CN=orders,O=Example}. */
    public String subject() {
        return certificate.getSubjectX500Principal().getName();
    }

    /** Who has issued it (RFC 4514). */
    public String issuer() {
        return certificate.getIssuerX500Principal().getName();
    }

    /** The SHA-256 of its encoding, in lower-case hexadecimal. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The names of hosts among its alternative names (RFC 5280 §4.2.1.6). */
    public List<String> dnsNames() {
        return dnsNames;
    }

    /** The URIs among its alternative names: {@code spiffe://example.org/orders}. */
    public List<String> uris() {
        return uris;
    }

    /** The mail addresses among its alternative names. */
    public List<String> emails() {
        return emails;
    }

    /** All that it says. */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * The same as endpoints are told it, in {@code X-Forwarded-Client-Cert}: {@code Hash=…;Subject="CN=orders";URI=spiffe://example.org/orders;DNS=orders.example}.
     *
     * @param most names that would make it longer than so many characters are left out
     */
    public byte[] forwarded(int most) {
        StringBuilder text = new StringBuilder("Hash=").append(fingerprint);
        add(text, ";Subject=", quoted(subject()), most);
        uris.forEach(uri -> add(text, ";URI=", plainOrQuoted(uri), most));
        dnsNames.forEach(name -> add(text, ";DNS=", plainOrQuoted(name), most));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void add(StringBuilder text, String key, String value, int most) {
        if (text.length() + key.length() + value.length() <= most) {
            text.append(key).append(value);
        }
    }

    private static String plainOrQuoted(String value) {
        return value.matches("[A-Za-z0-9._~:/@*%+-]+") ? value : quoted(value);
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                text.append('\\').append((char) b);
            } else if (b < ' ' || b == 0x7F) {
                text.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(b));
            } else {
                text.append((char) b);
            }
        }
        return text.append('"').toString();
    }

    @Override
    public String toString() {
        return subject();
    }
}
