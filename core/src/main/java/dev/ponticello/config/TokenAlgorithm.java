package dev.ponticello.config;

import java.util.Arrays;
import java.util.List;

/** How a token is signed (RFC 7518 §3.1, RFC 8037 §3.1). */
public enum TokenAlgorithm {
    HS256(32),
    HS384(48),
    HS512(64),
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    /** With Ed25519. */
    EdDSA;

    private static final List<TokenAlgorithm> HMAC = Arrays.stream(values()).filter(TokenAlgorithm::isHmac).toList();

    private final int minSecretBytes;

    TokenAlgorithm(int minSecretBytes) {
        this.minSecretBytes = minSecretBytes;
    }

    TokenAlgorithm() {
        this(0);
    }

    /** Those that sign with a secret which the verifier has, too; all others sign with a private key. */
    public static List<TokenAlgorithm> hmac() {
        return HMAC;
    }

    /** Whether it signs with a secret that the verifier has, too. */
    public boolean isHmac() {
        return minSecretBytes > 0;
    }

    /** The shortest secret: as long as the hash (RFC 7518 §3.2); 0 if it takes no secret. */
    public int minSecretBytes() {
        return minSecretBytes;
    }
}
