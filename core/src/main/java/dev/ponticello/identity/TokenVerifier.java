package dev.ponticello.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Says if a bearer token is good, and whose it is: JSON Web Tokens (RFC 7519) in the compact form (RFC 7515 §7.1),
 * checked as strictly as RFC 8725 asks. It answers every input with a {@link Verification} and throws for none.
 *
 * <pre>
 * length ► cached? ──yes─────────────────────────────────────────────────────────────────► time ──► VerifiedToken
 *             └──no──► three parts ► header: alg allowed, no crit ► signature ► claims ──────┘ (cached if good)
 * </pre>
 *
 * <p>Nothing of the claims is read before the signature is found good, and of the header only {@code alg},
 * {@code kid} and {@code crit} count: keys that a token brings itself ({@code jwk}, {@code jku}, {@code x5c},
 * {@code x5u}) are never looked at, nor is {@code typ}. Which keys are tried says {@link KeySet}.
 *
 * <p>A JOSE library's parser and verifier would add nothing here: they are lenient (padding, unused bits, an empty
 * {@code crit}, {@code exp: null}), so every check had to be made around them, and the JSON read twice.
 *
 * <p>Good tokens are kept by their exact bytes, also expired ones until they are evicted; {@code exp} and {@code nbf}
 * are checked at every use. An entry is found without a copy or an allocation, in the same time however many there are.
 * Bad tokens are not kept, so a flood of them evicts nothing; each costs the loop a verification, see
 * {@code docs/config.md} for how much that is.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>what</th><th>bound</th><th>default</th></tr>
 * <tr><td>bytes of a token</td><td>16 KiB; longer ones are refused before any work</td><td></td></tr>
 * <tr><td>leeway</td><td>0 s to 1 d</td><td>0 s</td></tr>
 * <tr><td>memory of cached tokens, as estimated from their contents</td><td>from 0 on</td><td>64 MiB: 20,000 tokens of
 * 1 KiB with twenty claims, more of smaller ones</td></tr>
 * <tr><td>nesting of JSON</td><td>64</td><td></td></tr>
 * <tr><td>bytes of a forwarded claim</td><td>4 KiB</td><td></td></tr>
 * </table>
 *
 * <p>Threads: shared by all loops. All but the cache is immutable; the cache is concurrent, has no thread of its own
 * and loads nothing, its upkeep is done in small steps by the loops that use it.
 */
public final class TokenVerifier {
    /** The longest token that is looked at, in bytes. */
    public static final int MAX_TOKEN_BYTES = 16 * 1024;

    private static final long CACHE_BYTES = 64L << 20;
    private static final Duration MAX_LEEWAY = Duration.ofDays(1);

    private final Rules rules;
    private final TailHash hash;
    private final Cache<TokenProbe, VerifiedToken> cache;

    /** All that a verification hangs on beside the token and the time. */
    private record Rules(KeySet keys, Set<JwsAlgorithm> algorithms, @Nullable String issuer, @Nullable String audience,
            long leewayMillis, Set<String> requiredClaims, ForwardedClaims forwardedClaims) {}

    private TokenVerifier(Builder builder) {
        this.rules = new Rules(builder.keys, builder.algorithms, builder.issuer, builder.audience,
                builder.leeway.toMillis(), builder.requiredClaims, builder.forwardedClaims);
        this.hash = new TailHash(builder.chance);
        this.cache = Caffeine.newBuilder()
                .maximumWeight(builder.cacheBytes)
                .weigher((TokenProbe bytes, VerifiedToken token) -> bytes.length() + token.memoryBytes())
                .executor(Runnable::run)
                .build();
    }

    /**
     * A verifier of tokens that these keys signed, in one of these ways.
     *
     * @param chance where tokens stand in the cache hangs on it; clients must not be able to foretell it
     * @throws IllegalArgumentException if no algorithm is given, or one that no key is fit for
     */
    public static Builder builder(KeySet keys, Collection<JwsAlgorithm> algorithms,
            RandomGenerator chance) {
        return new Builder(keys, algorithms, chance);
    }

    /**
     * Whether the range is a good token now.
     *
     * @param probe     the loop's own
     * @param bytes     holds the token; neither kept nor changed
     * @param nowMillis the time since the epoch
     */
    public Verification verify(TokenProbe probe, byte[] bytes, int from, int to, long nowMillis) {
        if (to - from > MAX_TOKEN_BYTES) {
            return TokenFault.TOO_LONG;
        }
        probe.pointAt(bytes, from, to, hash.of(bytes, from, to));
        try {
            VerifiedToken cached = cache.getIfPresent(probe);
            Verification verification = cached != null ? cached : verifyAnew(bytes, from, to);
            if (verification instanceof VerifiedToken token) {
                TokenFault fault = token.faultAt(nowMillis);
                if (fault != null) {
                    return fault;
                }
                if (cached == null) {
                    cache.put(probe.copy(), token);
                }
            }
            return verification;
        } finally {
            probe.release();
        }
    }

    /** How many tokens are cached, after all that is too much has been evicted. */
    long cachedTokens() {
        cache.cleanUp();
        return cache.estimatedSize();
    }

    private Verification verifyAnew(byte[] bytes, int from, int to) {
        int headerEnd = dot(bytes, from, to);
        int claimsEnd = dot(bytes, headerEnd + 1, to);
        if (claimsEnd >= to) {
            return TokenFault.MALFORMED;
        }
        byte[] headerJson = Base64Url.decode(bytes, from, headerEnd);
        Claims header = headerJson == null ? null : StrictJson.read(headerJson);
        byte[] signature = Base64Url.decode(bytes, claimsEnd + 1, to);
        if (header == null || signature == null) {
            return TokenFault.MALFORMED;
        }
        String name = header.string("alg");
        JwsAlgorithm algorithm = name == null ? null : JwsAlgorithm.named(name);
        if (algorithm == null || !rules.algorithms.contains(algorithm)) {
            return TokenFault.ALGORITHM;
        }
        if (header.get("crit") != null) {
            return TokenFault.CRITICAL_HEADER;
        }
        String keyId = header.string("kid");
        if (keyId == null && header.get("kid") != null) {
            return TokenFault.MALFORMED;
        }
        if (!rules.keys.verify(algorithm, keyId, bytes, from, claimsEnd, signature)) {
            return TokenFault.SIGNATURE;
        }
        byte[] json = Base64Url.decode(bytes, headerEnd + 1, claimsEnd);
        Claims claims = json == null ? null : StrictJson.readSigned(json);
        return claims == null ? TokenFault.MALFORMED : check(claims);
    }

    private Verification check(Claims claims) {
        Claim exp = claims.get("exp");
        Claim nbf = claims.get("nbf");
        Claim iat = claims.get("iat");
        if (exp == null) {
            return TokenFault.NO_EXPIRY;
        }
        long expMillis = NumericDate.millis(exp);
        long nbfMillis = nbf == null ? -NumericDate.FAR_MILLIS : NumericDate.millis(nbf);
        if (expMillis == NumericDate.NOT_A_DATE
                || nbfMillis == NumericDate.NOT_A_DATE
                || (iat != null && NumericDate.millis(iat) == NumericDate.NOT_A_DATE)) {
            return TokenFault.DATE;
        }
        if (rules.issuer != null && !rules.issuer.equals(claims.string("iss"))) {
            return TokenFault.ISSUER;
        }
        if (rules.audience != null && !isFor(rules.audience, claims.get("aud"))) {
            return TokenFault.AUDIENCE;
        }
        for (String required : rules.requiredClaims) {
            if (!claims.has(required)) {
                return TokenFault.MISSING_CLAIM;
            }
        }
        ForwardedClaims.Values forwarded = rules.forwardedClaims.valuesFor(claims);
        return forwarded == null
                ? TokenFault.FORWARDED_CLAIM
                : new VerifiedToken(claims, forwarded, nbfMillis - rules.leewayMillis, expMillis + rules.leewayMillis);
    }

    private static boolean isFor(String audience, @Nullable Claim aud) {
        return switch (aud) {
            case Claim.Text text -> audience.equals(text.value());
            case Claim.Texts list -> list.values().contains(audience);
            case null, default -> false;
        };
    }

    /** Where the next dot stands, or the end or beyond. */
    private static int dot(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '.') {
            at++;
        }
        return at;
    }

    /** What a verifier checks beside the signature. Every setting is optional. */
    public static final class Builder {
        private final KeySet keys;
        private final Set<JwsAlgorithm> algorithms;
        private final RandomGenerator chance;
        private @Nullable String issuer;
        private @Nullable String audience;
        private Duration leeway = Duration.ZERO;
        private Set<String> requiredClaims = Set.of();
        private ForwardedClaims forwardedClaims = ForwardedClaims.NONE;
        private long cacheBytes = CACHE_BYTES;

        private Builder(KeySet keys, Collection<JwsAlgorithm> algorithms, RandomGenerator chance) {
            if (algorithms.isEmpty()) {
                throw new IllegalArgumentException("algorithms: none (expected: at least one)");
            }
            for (JwsAlgorithm algorithm : algorithms) {
                if (!keys.hasKeyFor(algorithm)) {
                    throw new IllegalArgumentException(
                            "keys: none for " + algorithm + " (expected: " + algorithm.key() + ")");
                }
            }
            this.keys = keys;
            this.algorithms = EnumSet.copyOf(algorithms);
            this.chance = chance;
        }

        /** {@code iss} must be exactly this. */
        public Builder issuer(String issuer) {
            this.issuer = Objects.requireNonNull(issuer);
            return this;
        }

        /** {@code aud} must be exactly this, or a list of strings that holds it. */
        public Builder audience(String audience) {
            this.audience = Objects.requireNonNull(audience);
            return this;
        }

        /**
         * How long a token is taken after its {@code exp} and before its {@code nbf}, because clocks differ.
         *
         * @throws IllegalArgumentException unless it is between 0 s and 1 d
         */
        public Builder leeway(Duration leeway) {
            if (leeway.isNegative() || leeway.compareTo(MAX_LEEWAY) > 0) {
                throw new IllegalArgumentException("leeway: " + leeway + " (expected: 0s to 1d)");
            }
            this.leeway = leeway;
            return this;
        }

        /** These claims must be there and not null. */
        public Builder requiredClaims(Collection<String> names) {
            this.requiredClaims = Set.copyOf(names);
            return this;
        }

        /** These claims go to the endpoint. */
        public Builder forwardedClaims(ForwardedClaims forwardedClaims) {
            this.forwardedClaims = Objects.requireNonNull(forwardedClaims);
            return this;
        }

        /**
         * How much memory the cached tokens may take; 0 caches none.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder cacheBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("cache bytes: " + bytes + " (expected: >= 0)");
            }
            this.cacheBytes = bytes;
            return this;
        }

        public TokenVerifier build() {
            return new TokenVerifier(this);
        }
    }
}
