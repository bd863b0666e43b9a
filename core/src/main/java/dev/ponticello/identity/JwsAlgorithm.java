package dev.ponticello.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A way to sign a token that the gateway knows (RFC 7518 §3.1, RFC 8037 §3.1). {@code none} is no constant of it, so
 * that no config can allow it.
 */
public enum JwsAlgorithm {
    HS256("HmacSHA256", 32),
    HS384("HmacSHA384", 48),
    HS512("HmacSHA512", 64),
    RS256(Family.RSA, "SHA256withRSA"),
    RS384(Family.RSA, "SHA384withRSA"),
    RS512(Family.RSA, "SHA512withRSA"),
    PS256(Family.RSA, pss("SHA-256", MGF1ParameterSpec.SHA256, 32)),
    PS384(Family.RSA, pss("SHA-384", MGF1ParameterSpec.SHA384, 48)),
    PS512(Family.RSA, pss("SHA-512", MGF1ParameterSpec.SHA512, 64)),
    ES256(Family.P_256, "SHA256withECDSAinP1363Format"),
    ES384(Family.P_384, "SHA384withECDSAinP1363Format"),
    ES512(Family.P_521, "SHA512withECDSAinP1363Format"),
    EdDSA(Family.ED25519, "Ed25519");

    /** What algorithms have in common that can share a key. */
    enum Family {
        HMAC("a secret"),
        RSA("an RSA key"),
        P_256("a P-256 key"),
        P_384("a P-384 key"),
        P_521("a P-521 key"),
        ED25519("an Ed25519 key");

        private final String key;

        Family(String key) {
            this.key = key;
        }

        /** The kind of key, in words. */
        String key() {
            return key;
        }
    }

    private static final Map<String, JwsAlgorithm> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(JwsAlgorithm::name, Function.identity()));

    private final Family family;
    private final String jdkName;
    @SuppressWarnings("ImmutableEnumChecker") // the JDK's class is immutable
    private final @Nullable PSSParameterSpec pss;
    private final int hashBytes;

    JwsAlgorithm(String jdkName, int hashBytes) {
        this(Family.HMAC, jdkName, null, hashBytes);
    }

    JwsAlgorithm(Family family, String jdkName) {
        this(family, jdkName, null, 0);
    }

    JwsAlgorithm(Family family, PSSParameterSpec pss) {
        this(family, "RSASSA-PSS", pss, 0);
    }

    JwsAlgorithm(Family family, String jdkName, @Nullable PSSParameterSpec pss, int hashBytes) {
        this.family = family;
        this.jdkName = jdkName;
        this.pss = pss;
        this.hashBytes = hashBytes;
    }

    /** The algorithm with exactly this name (names are case-sensitive, RFC 7515 §4.1.1), or null. */
    public static @Nullable JwsAlgorithm named(String name) {
        return BY_NAME.get(name);
    }

    /** The kind of key that it is for. */
    Family family() {
        return family;
    }

    /** What verifies it, in words. */
    String key() {
        return hashBytes > 0 ? family.key() + " of at least " + hashBytes + " bytes" : family.key();
    }

    /** The name of the JDK's algorithm that computes it. */
    String jdkName() {
        return jdkName;
    }

    /** The length of an HMAC's hash in bytes, which is also the least length of a secret; 0 if it takes none. */
    int hashBytes() {
        return hashBytes;
    }

    /** A fresh verifier of the JDK; for all but HMAC. */
    Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(jdkName);
        if (pss != null) {
            signature.setParameter(pss);
        }
        return signature;
    }

    /** As RFC 7518 §3.5 has it: one hash for the message and for the mask, and a salt as long as the hash. */
    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int saltBytes) {
        return new PSSParameterSpec(hash, "MGF1", mask, saltBytes, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
