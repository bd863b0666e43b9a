package dev.ponticello.identity;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that signatures of tokens are checked with.
 *
 * <p>A key with an id ({@code kid}) is tried for tokens that name it and for tokens that name none; a key without one,
 * such as a secret or a key of a PEM file, for every token. So a token that names an unknown key is refused by a set in
 * which every key has an id. Of these keys only those are tried that are for the token's algorithm.
 *
 * <p>Immutable, shared by all loops. Two sets are equal if they take and refuse the same signatures.
 */
public final class KeySet {
    private final Set<Entry> entries;

    /**
     * A key of the set.
     *
     * @param id   its {@code kid}; null without one
     * @param only the one algorithm that it is for; null if it is for all that fit it
     */
    record Entry(@Nullable String id, VerificationKey key, @Nullable JwsAlgorithm only) {
        Entry {
            if (only != null && !key.fits(only)) {
                throw new IllegalArgumentException("algorithm: " + only + " (expected: one that fits " + key + ")");
            }
        }

        boolean isFor(JwsAlgorithm algorithm) {
            return only == null ? key.fits(algorithm) : only == algorithm;
        }

        boolean mayBeMeant(@Nullable String keyId) {
            return id == null || keyId == null || id.equals(keyId);
        }
    }

    KeySet(Collection<Entry> entries) {
        this.entries = Set.copyOf(entries);
    }

    /** A secret alone. */
    public static KeySet of(HmacSecret secret) {
        return new KeySet(Set.of(new Entry(null, secret, null)));
    }

    /** Whether any key can check this algorithm. */
    public boolean hasKeyFor(JwsAlgorithm algorithm) {
        return entries.stream().anyMatch(entry -> entry.isFor(algorithm));
    }

    /**
     * Whether a key made this signature over the range. For secrets it takes the same time for every wrong signature of
     * one length.
     *
     * @param algorithm what the token's header says, found in the list of the allowed ones
     * @param keyId     the header's {@code kid}, or null
     */
    boolean verify(JwsAlgorithm algorithm, @Nullable String keyId, byte[] bytes, int from, int to, byte[] signature) {
        for (Entry entry : entries) {
            if (entry.isFor(algorithm)
                    && entry.mayBeMeant(keyId)
                    && entry.key.verify(algorithm, bytes, from, to, signature)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySet set && entries.equals(set.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** Tells the number and the kinds of the keys. */
    @Override
    public String toString() {
        return "KeySet" + entries.stream().map(entry -> entry.key.toString()).sorted().toList();
    }
}
