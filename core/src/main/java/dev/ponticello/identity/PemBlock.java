package dev.ponticello.identity;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** What stands between two lines of dashes in a PEM file (RFC 7468). */
final class PemBlock {
    /** The algorithm of RSA in a SubjectPublicKeyInfo (RFC 8017 §A.1). */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private PemBlock() {}

    /** The public key in a block with this label. */
    static IssuerKey key(String label, String base64) throws InvalidKey {
        if (label.endsWith("PRIVATE KEY")) {
            throw InvalidKey.isPrivate();
        }
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            return IssuerKey.of(switch (label) {
                case "PUBLIC KEY" -> publicKey(der);
                case "RSA PUBLIC KEY" -> publicKey(infoOf(der));
                case "CERTIFICATE" -> CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey();
                default -> throw new InvalidKey("no public key by its first line",
                        "PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE");
            });
        } catch (IllegalArgumentException | CertificateException e) {
            throw new InvalidKey("broken", label + " in base64");
        }
    }

    /** The key of a SubjectPublicKeyInfo, whose kind the JDK has to be told. */
    private static PublicKey publicKey(byte[] info) throws InvalidKey {
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(info));
            } catch (InvalidKeySpecException e) {
                // Of another kind, or broken.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a JDK without " + kind, e);
            }
        }
        throw new InvalidKey("broken, or of another kind", "RSA, P-256, P-384, P-521 or Ed25519");
    }

    /** The SubjectPublicKeyInfo around an RSAPublicKey (RFC 8017 §A.1.1). */
    private static byte[] infoOf(byte[] rsaPublicKey) {
        byte[] withUnusedBits = Der.concat(new byte[1], rsaPublicKey);
        return Der.value(0x30, Der.concat(RSA_ALGORITHM, Der.value(0x03, withUnusedBits)));
    }
}
