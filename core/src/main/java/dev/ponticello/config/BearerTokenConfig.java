package dev.ponticello.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Only requests with a good token pass (RFC 6750, RFC 7519, RFC 8725).
 *
 * @param algorithms what a token may be signed with; at least one
 * @param secret the key of the HMAC algorithms, which are then the only ones; null with keys
 * @param keys the keys, at least one for each algorithm; null with a secret
 * @param issuer what {@code iss} must be; null asks nothing
 * @param audience what {@code aud} must hold; null asks nothing
 * @param leeway how far clocks may differ, 0s to 24h; default 0s
 * @param requiredClaims must be there, besides {@code exp}
 * @param forwardClaims claim to the field that tells it to the endpoint; what a client sends in such a field is removed
 */
public record BearerTokenConfig(List<TokenAlgorithm> algorithms, @Nullable Secret secret, @Nullable TokenKeys keys,
        @Nullable String issuer, @Nullable String audience, Duration leeway, List<String> requiredClaims,
        SequencedMap<String, String> forwardClaims) implements PolicyConfig {

    public BearerTokenConfig {
        algorithms = Checks.distinct("algorithms", Checks.notEmpty("algorithms", algorithms));
        if ((secret == null) == (keys == null)) {
            throw new InvalidValue("keys", secret == null ? "neither secret nor keys" : "beside a secret",
                    "one of secret and keys");
        }
        for (int i = 0; secret != null && i < algorithms.size(); i++) {
            if (!algorithms.get(i).isHmac()) {
                throw new InvalidValue("algorithms[" + i + "]", algorithms.get(i) + " with a secret",
                        Words.anyOf(TokenAlgorithm.hmac()) + ", or keys in place of the secret");
            }
        }
        if (issuer != null) {
            Checks.notBlank("issuer", issuer);
        }
        if (audience != null) {
            Checks.notBlank("audience", audience);
        }
        Checks.between("leeway", leeway, Duration.ZERO, Duration.ofHours(24));
        requiredClaims = Checks.distinct("required-claims",
                Checks.each("required-claims", requiredClaims, Checks::notBlank));
        forwardClaims = Checks.copy(forwardClaims);
        Set<String> fields = new HashSet<>();
        forwardClaims.forEach((claim, field) -> {
            String at = Texts.child("forward-claims", claim);
            claimFieldName(at, field);
            if (!fields.add(Checks.normalFieldName(field))) {
                throw new InvalidValue(at, Texts.quoted(field) + " is the field of two claims",
                        "a field for each claim");
            }
        });
    }

    static String claimFieldName(String key, String name) {
        return Checks.ownFieldName(key, name, "X-User-Id");
    }

    /** A policy for tokens signed with a secret, with every default. */
    public static BearerTokenConfig of(List<TokenAlgorithm> algorithms, Secret secret) {
        return new BearerTokenConfig(algorithms, secret, null, null, null, Duration.ZERO, List.of(),
                Checks.copy(Map.of()));
    }

    /** A policy for tokens signed with private keys, or with secrets of a JWK set, with every default. */
    public static BearerTokenConfig of(List<TokenAlgorithm> algorithms, TokenKeys keys) {
        return new BearerTokenConfig(algorithms, null, keys, null, null, Duration.ZERO, List.of(),
                Checks.copy(Map.of()));
    }

    @Override
    public String type() {
        return "bearer-token";
    }

    /** A copy with another {@code algorithms}. */
    public BearerTokenConfig withAlgorithms(List<TokenAlgorithm> algorithms) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code secret}, and without {@code keys}. */
    public BearerTokenConfig withSecret(Secret secret) {
        return new BearerTokenConfig(algorithms, secret, null, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with other {@code keys}, and without a {@code secret}. */
    public BearerTokenConfig withKeys(TokenKeys keys) {
        return new BearerTokenConfig(algorithms, null, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code issuer}. */
    public BearerTokenConfig withIssuer(@Nullable String issuer) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code audience}. */
    public BearerTokenConfig withAudience(@Nullable String audience) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code leeway}. */
    public BearerTokenConfig withLeeway(Duration leeway) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code required-claims}. */
    public BearerTokenConfig withRequiredClaims(List<String> requiredClaims) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }

    /** A copy with another {@code forward-claims}. */
    public BearerTokenConfig withForwardClaims(SequencedMap<String, String> forwardClaims) {
        return new BearerTokenConfig(algorithms, secret, keys, issuer, audience, leeway, requiredClaims, forwardClaims);
    }
}
