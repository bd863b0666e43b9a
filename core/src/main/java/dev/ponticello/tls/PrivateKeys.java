package dev.ponticello.tls;

import dev.ponticello.config.Secret;
import dev.ponticello.identity.Der;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads private keys: PKCS#8 (RFC 5958), also encrypted, PKCS#1 (RFC 8017 §A.1.2) and SEC 1 (RFC 5915). */
final class PrivateKeys {
    private static final int LEAST_RSA_BITS = 2048;
    /** Version 0, and the algorithm rsaEncryption. */
    private static final byte[] RSA_HEAD = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    private static final byte[] EC_ALGORITHM = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int OID = 0x06;
    private static final int PARAMETERS = 0xA0;

    private PrivateKeys() {}

    static PrivateKey read(Pem.Block block, @Nullable Secret password) throws InvalidFile {
        return switch (block.label()) {
            case "PRIVATE KEY" -> pkcs8(block.der());
            case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(block.der(), password));
            case "RSA PRIVATE KEY" -> pkcs8(Der.value(SEQUENCE, Der.concat(RSA_HEAD, Der.value(OCTETS, block.der()))));
            case "EC PRIVATE KEY" -> pkcs8(wrapped(block.der()));
            default -> throw new InvalidFile("a key of the kind " + block.label(),
                    "PRIVATE KEY, ENCRYPTED PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
        };
    }

    /** The key of a PrivateKeyInfo, whose kind the JDK has to be told. */
    private static PrivateKey pkcs8(byte[] info) throws InvalidFile {
        for (String kind : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(info));
            } catch (InvalidKeySpecException e) {
                // Of another kind, or broken.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a JDK without " + kind, e);
            }
        }
        throw new InvalidFile("a key that is broken, or of another kind", "RSA, P-256, P-384 or P-521");
    }

    private static byte[] decrypted(byte[] der, @Nullable Secret password) throws InvalidFile {
        if (password == null) {
            throw new InvalidFile("an encrypted key", "key-password beside it");
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            // Of PBES2 only the parameters tell which (RFC 8018 §6.2).
            String algorithm = info.getAlgName().equals("PBES2")
                    || info.getAlgName().startsWith("1.2.840.113549.1.5.13")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm)
                    .generateSecret(new PBEKeySpec(chars(password))), info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (IOException e) {
            throw new InvalidFile("an encrypted key that is broken", "PKCS#8");
        } catch (GeneralSecurityException e) {
            throw new InvalidFile("an encrypted key that key-password does not open", "the password of the key");
        }
    }

    static char[] chars(Secret secret) {
        return new String(secret.bytes(), StandardCharsets.UTF_8).toCharArray();
    }

    /** Whether the key is the certificate's: what it signs, that verifies. */
    static boolean belongTogether(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(
                    key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
            byte[] message = VERSION_0;
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static void refuseWeak(PublicKey key) throws InvalidFile {
        switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() < LEAST_RSA_BITS ->
                throw new InvalidFile("an RSA key of " + rsa.getModulus().bitLength() + " bits",
                        "at least " + LEAST_RSA_BITS);
            case RSAPublicKey _ -> {
            }
            case ECPublicKey ec when List.of(256, 384, 521).contains(ec.getParams().getOrder().bitLength()) -> {
            }
            default -> throw new InvalidFile("a key of the kind " + key.getAlgorithm(), "RSA, P-256, P-384 or P-521");
        }
    }

    // ---- DER (X.690)

    /** The PrivateKeyInfo around an ECPrivateKey, which names its curve (RFC 5915 §3). */
    private static byte[] wrapped(byte[] ecKey) throws InvalidFile {
        try {
            int at = contentAt(ecKey, 0);
            while (at < ecKey.length && (ecKey[at] & 0xFF) != PARAMETERS) {
                at = contentAt(ecKey, at) + lengthAt(ecKey, at);
            }
            int oid = contentAt(ecKey, at);
            int end = contentAt(ecKey, oid) + lengthAt(ecKey, oid);
            if (ecKey[oid] != OID) {
                throw new InvalidFile("an EC key whose curve has no name", "P-256, P-384 or P-521");
            }
            byte[] algorithm = Der.value(SEQUENCE, Der.concat(EC_ALGORITHM, Arrays.copyOfRange(ecKey, oid, end)));
            return Der.value(SEQUENCE, Der.concat(VERSION_0, Der.concat(algorithm, Der.value(OCTETS, ecKey))));
        } catch (IndexOutOfBoundsException e) {
            throw new InvalidFile("an EC key that is broken, or does not name its curve", "P-256, P-384 or P-521");
        }
    }

    private static int contentAt(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int lengthAt(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xFF);
        }
        if (length < 0 || length > der.length) {
            throw new IndexOutOfBoundsException(length);
        }
        return length;
    }
}
