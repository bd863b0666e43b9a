package dev.ponticello.identity;

import dev.ponticello.identity.JwsAlgorithm.Family;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The public half of a key that an issuer signs tokens with: RSA, EC or Ed25519. The JDK verifies; what is checked here
 * before it are lengths and ranges, so that no token has a second spelling and none reaches the arithmetic with a value
 * that it is not made for (CVE-2022-21449).
 *
 * <table>
 * <caption>Which keys are taken</caption>
 * <tr><td>RSA</td><td>modulus of 2048 to 8192 bits, exponent odd and of 2 to 32 bits: what costs more would stop a
 * loop</td></tr>
 * <tr><td>EC</td><td>a point of P-256, P-384 or P-521</td></tr>
 * <tr><td>Edwards</td><td>a point of Ed25519</td></tr>
 * </table>
 *
 * <p>Immutable, shared by all loops.
 */
final class IssuerKey implements VerificationKey {
    private static final int MIN_MODULUS_BITS = 2048;
    private static final int MAX_MODULUS_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 32;
    private static final int ED25519_SIGNATURE_BYTES = 64;

    private final PublicKey key;
    private final Family family;
    private final int signatureBytes;
    /** What both halves of an ECDSA signature must be below; null for other keys. */
    private final @Nullable BigInteger order;

    private IssuerKey(PublicKey key, Family family, int signatureBytes, @Nullable BigInteger order)
            throws InvalidKey {
        this.key = key;
        this.family = family;
        this.signatureBytes = signatureBytes;
        this.order = order;
        for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
            if (fits(algorithm)) {
                try {
                    algorithm.signature().initVerify(key);
                } catch (GeneralSecurityException e) {
                    throw new InvalidKey("no key for " + algorithm + ": " + e.getMessage(), family.key());
                }
            }
        }
    }

    /** The key, made by the JDK, for tokens. */
    static IssuerKey of(PublicKey key) throws InvalidKey {
        return switch (key) {
            // What is bound to PSS with its own parameters is called RSASSA-PSS.
            case RSAPublicKey rsa when rsa.getAlgorithm().equals("RSA") -> rsa(rsa);
            case ECPublicKey ec -> ec(ec);
            case EdECPublicKey ed when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
                new IssuerKey(ed, Family.ED25519, ED25519_SIGNATURE_BYTES, null);
            default -> throw new InvalidKey("a key for " + key.getAlgorithm(), "RSA, P-256, P-384, P-521 or Ed25519");
        };
    }

    private static IssuerKey rsa(RSAPublicKey key) throws InvalidKey {
        int bits = key.getModulus().bitLength();
        if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
            throw new InvalidKey("RSA with " + bits + " bits", MIN_MODULUS_BITS + " to " + MAX_MODULUS_BITS + " bits");
        }
        BigInteger exponent = key.getPublicExponent();
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > MAX_EXPONENT_BITS) {
            throw new InvalidKey("RSA with an exponent that is even, 1 or longer than " + MAX_EXPONENT_BITS + " bits",
                    "65537");
        }
        if (!key.getModulus().testBit(0)) {
            throw new InvalidKey("RSA with an even modulus", "a product of two primes");
        }
        return new IssuerKey(key, Family.RSA, (bits + 7) / 8, null);
    }

    private static IssuerKey ec(ECPublicKey key) throws InvalidKey {
        for (EcCurve curve : EcCurve.values()) {
            if (curve.isOf(key)) {
                if (!curve.has(key.getW())) {
                    throw new InvalidKey("a point that is not on " + curve, "a public key");
                }
                return new IssuerKey(key, curve.family(), 2 * curve.fieldBytes(), key.getParams().getOrder());
            }
        }
        throw new InvalidKey("an EC key of another curve", "P-256, P-384 or P-521");
    }

    @Override
    public boolean fits(JwsAlgorithm algorithm) {
        return algorithm.family() == family;
    }

    @Override
    public boolean verify(JwsAlgorithm algorithm, byte[] bytes, int from, int to, byte[] signature) {
        if (signature.length != signatureBytes || (order != null && !isInRange(signature, order))) {
            return false;
        }
        try {
            Signature verifier = algorithm.signature();
            verifier.initVerify(key);
            verifier.update(bytes, from, to - from);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was good when it was read", e);
        }
    }

    /** Whether both halves, r and s, are between 1 and the order less 1. */
    private static boolean isInRange(byte[] signature, BigInteger order) {
        int half = signature.length / 2;
        BigInteger r = new BigInteger(1, signature, 0, half);
        BigInteger s = new BigInteger(1, signature, half, half);
        return r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IssuerKey issuer && Arrays.equals(key.getEncoded(), issuer.key.getEncoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key.getEncoded());
    }

    /** Tells the kind. */
    @Override
    public String toString() {
        return family.key();
    }
}
