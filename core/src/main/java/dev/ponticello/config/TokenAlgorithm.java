package dev.ponticello.config;

/** How a token is signed (RFC 7518 §3.1). */
public enum TokenAlgorithm {
    HS256(32),
    HS384(48),
    HS512(64);

    private final int minSecretBytes;

    TokenAlgorithm(int minSecretBytes) {
        this.minSecretBytes = minSecretBytes;
    }

    /** The shortest secret: as long as the hash (RFC 7518 §3.2). */
    public int minSecretBytes() {
        return minSecretBytes;
    }
}
