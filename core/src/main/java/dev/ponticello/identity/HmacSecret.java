package dev.ponticello.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A secret shared with the issuer of tokens, for HS256, HS384 and HS512. It has no {@code kid} and is tried whatever
 * {@code kid} a token has.
 *
 * <p>It is used with an algorithm only if it is at least as long as the algorithm's hash (RFC 7518 §3.2): 32 bytes for
 * HS256, 48 for HS384, 64 for HS512.
 *
 * <p>Immutable, shared by all loops: each use works on a clone of a prepared {@link Mac} that nothing ever updates.
 * Cloning costs half of {@code Mac.getInstance}, which searches the providers and prepares the key each time.
 */
public final class HmacSecret implements VerificationKey {
    private final SecretKeySpec secret;
    private final int length;
    /** Without the algorithms that the secret is too short for. */
    private final Map<JwsAlgorithm, Mac> prepared = new EnumMap<>(JwsAlgorithm.class);

    /**
     * The secret with these bytes, which are copied.
     *
     * @throws IllegalArgumentException if it is too short for every algorithm
     */
    public HmacSecret(byte[] secret) {
        String tooShort = problem(JwsAlgorithm.HS256, secret);
        if (tooShort != null) {
            throw new IllegalArgumentException(tooShort);
        }
        this.secret = new SecretKeySpec(secret, "HMAC");
        this.length = secret.length;
        for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
            if (problem(algorithm, secret) == null) {
                prepared.put(algorithm, prepare(algorithm, this.secret));
            }
        }
    }

    /** Why the secret cannot be used with the algorithm, as {@code secret: value (expected: …)}; null if it can. */
    public static @Nullable String problem(JwsAlgorithm algorithm, byte[] secret) {
        return problem(algorithm, secret.length);
    }

    private static @Nullable String problem(JwsAlgorithm algorithm, int length) {
        if (algorithm.family() != JwsAlgorithm.Family.HMAC) {
            return "secret: not for " + algorithm + " (expected: " + algorithm.key() + ")";
        }
        return length >= algorithm.hashBytes()
                ? null
                : "secret: " + length + " bytes (expected: >= " + algorithm.hashBytes() + " for " + algorithm + ")";
    }

    private static Mac prepare(JwsAlgorithm algorithm, SecretKeySpec secret) {
        try {
            Mac mac = Mac.getInstance(algorithm.jdkName());
            mac.init(secret);
            return mac;
        } catch (GeneralSecurityException e) {
            // Every Java runtime has HMAC with SHA-2, and an HMAC key may be any bytes.
            throw new IllegalStateException(e);
        }
    }

    /** Why this secret cannot be used with the algorithm; null if it can. */
    @Nullable
    String problem(JwsAlgorithm algorithm) {
        return problem(algorithm, length);
    }

    @Override
    public boolean fits(JwsAlgorithm algorithm) {
        return prepared.containsKey(algorithm);
    }

    /** Takes the same time for every wrong signature of one length. */
    @Override
    public boolean verify(JwsAlgorithm algorithm, byte[] bytes, int from, int to, byte[] signature) {
        return MessageDigest.isEqual(sign(algorithm, bytes, from, to), signature);
    }

    /**
     * The signature of the range.
     *
     * @throws IllegalArgumentException if the secret is too short for the algorithm
     */
    byte[] sign(JwsAlgorithm algorithm, byte[] bytes, int from, int to) {
        Mac mac = prepared.get(algorithm);
        if (mac == null) {
            throw new IllegalArgumentException(problem(algorithm));
        }
        try {
            Mac own = (Mac) mac.clone();
            own.update(bytes, from, to - from);
            return own.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("a provider whose " + algorithm.jdkName() + " cannot be cloned", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HmacSecret hmac && secret.equals(hmac.secret);
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    /** Tells the length alone: secrets stay out of logs. */
    @Override
    public String toString() {
        return "a secret of " + length + " bytes";
    }
}
