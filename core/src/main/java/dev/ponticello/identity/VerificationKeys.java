package dev.ponticello.identity;

import org.jspecify.annotations.Nullable;

/**
 * The keys that signatures of tokens are checked with. Each key says itself which algorithms it is for, so that a token
 * cannot have it used for another one (RFC 8725 §3.1).
 *
 * <p>Immutable, shared by all loops.
 */
public sealed interface VerificationKeys permits HmacSecret {

    /** Why no key here can check the algorithm, as {@code what: value (expected: …)}; null if one can. */
    @Nullable
    String problem(JwsAlgorithm algorithm);

    /**
     * Whether a key made this signature over the range. Takes the same time for every wrong signature of one length.
     *
     * @param algorithm what the token's header says, found in the list of the allowed ones
     * @param keyId     the header's {@code kid}, or null
     */
    boolean verify(JwsAlgorithm algorithm, @Nullable String keyId, byte[] bytes, int from, int to, byte[] signature);
}
