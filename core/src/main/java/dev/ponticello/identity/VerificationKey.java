package dev.ponticello.identity;

/**
 * A key that signatures of tokens are checked with. It says itself which algorithms it is for, so that a token cannot
 * have it used for another one (RFC 8725 §3.1).
 *
 * <p>Immutable, shared by all loops. Two keys are equal if they are the same key.
 */
sealed interface VerificationKey permits HmacSecret, IssuerKey {

    /** Whether the key can check signatures of this algorithm. */
    boolean fits(JwsAlgorithm algorithm);

    /**
     * Whether the key made this signature over the range. Answers every signature, and throws for none.
     *
     * @param algorithm one that fits
     */
    boolean verify(JwsAlgorithm algorithm, byte[] bytes, int from, int to, byte[] signature);
}
