package dev.ponticello.identity;

import dev.ponticello.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A token whose signature and claims are good, with all that requests need of it already made. Only the time can still
 * speak against it. Immutable, shared by all loops.
 */
public final class VerifiedToken implements Verification {
    /** What the cache, its key and this object take beside their contents. */
    private static final int BYTES_OF_AN_ENTRY = 256;

    private final Claims claims;
    private final ForwardedClaims.Values forwarded;
    private final long validFromMillis;
    private final long validUntilMillis;

    VerifiedToken(Claims claims, ForwardedClaims.Values forwarded, long validFromMillis, long validUntilMillis) {
        this.claims = claims;
        this.forwarded = forwarded;
        this.validFromMillis = validFromMillis;
        this.validUntilMillis = validUntilMillis;
    }

    /** What the token says. */
    public Claims claims() {
        return claims;
    }

    /** The first moment at which the token is refused, in milliseconds since the epoch: {@code exp} and the leeway. */
    public long validUntilMillis() {
        return validUntilMillis;
    }

    /**
     * Adds the fields that carry forwarded claims. The client's fields of these names must have been removed before,
     * those of claims that the token does not have among them.
     */
    public void addForwardedTo(Headers headers) {
        forwarded.addTo(headers);
    }

    /** About how many bytes of memory it takes as a value of the cache. */
    int memoryBytes() {
        return BYTES_OF_AN_ENTRY + claims.memoryBytes() + forwarded.memoryBytes();
    }

    /** What the time says against the token, or null. */
    @Nullable
    TokenFault faultAt(long nowMillis) {
        if (nowMillis >= validUntilMillis) {
            return TokenFault.EXPIRED;
        }
        return nowMillis < validFromMillis ? TokenFault.NOT_YET_VALID : null;
    }

    @Override
    public String toString() {
        return "VerifiedToken[" + claims + "]";
    }
}
