package dev.ponticello.policy;

import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.TokenKeys;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import dev.ponticello.identity.ForwardedClaims;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.KeyReader;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.TokenProbe;
import dev.ponticello.identity.TokenVerifier;
import dev.ponticello.identity.VerifiedToken;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.LoopSlot;
import dev.ponticello.outcome.FailureKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code bearer-token}: lets through only requests with a good token in {@code Authorization} (RFC 6750
 * §2.1), and tells the endpoint whose it is.
 *
 * <table>
 * <caption>What a request gets</caption>
 * <tr><th>{@code Authorization}</th><th>answer</th></tr>
 * <tr><td>none, another scheme, {@code Bearer} alone</td><td>401, no token</td></tr>
 * <tr><td>on two lines</td><td>401, invalid: an endpoint might read the other one</td></tr>
 * <tr><td>{@code Bearer}, in any case, with a bad token</td><td>401, invalid, whatever is wrong with it</td></tr>
 * <tr><td>{@code Bearer} with a good token</td><td>goes on, with the forwarded claims</td></tr>
 * </table>
 *
 * <p>A token is read from nowhere else: in a query it would end in logs (RFC 6750 §5.3).
 *
 * <p>Threads: shared by all loops; all but the cache of the {@link TokenVerifier} is immutable.
 */
public final class BearerTokenPolicy implements Policy {
    /** The token of a request that a policy of this kind let through. */
    public static final Key<VerifiedToken> TOKEN = Key.of("verified token");

    private static final LoopSlot<TokenProbe> PROBE = LoopSlot.of(_ -> new TokenProbe());
    private static final HeaderName BEARER = HeaderName.of("Bearer");
    private static final int SCHEME_LENGTH = BEARER.toString().length();
    private static final String CHALLENGE = "Bearer realm=\"ponticello\"";
    private static final Decision MISSING = Decision.reject(Rejection.of(FailureKind.TOKEN_MISSING)
            .with(HeaderName.WWW_AUTHENTICATE, CHALLENGE));
    private static final Decision INVALID = Decision.reject(Rejection.of(FailureKind.TOKEN_INVALID)
            .with(HeaderName.WWW_AUTHENTICATE, CHALLENGE + ", error=\"invalid_token\""));

    private final TokenVerifier verifier;
    private final HeaderNameSet forwardedNames;

    /**
     * The policy with a verifier of its own.
     *
     * @param keys   those of the config, see {@link #keys}
     * @param chance clients must not be able to foretell it; see {@link TokenVerifier#builder}
     * @throws IllegalArgumentException if an algorithm has no key, or a number is out of range
     */
    public BearerTokenPolicy(BearerTokenConfig config, KeySet keys, Chance chance) {
        this(config, verifier(config, keys, chance));
    }

    /** The policy with a verifier that was made for the same config. */
    public BearerTokenPolicy(BearerTokenConfig config, TokenVerifier verifier) {
        this.verifier = verifier;
        this.forwardedNames = HeaderNameSet.of(fields(config).values());
    }

    /**
     * A verifier for this config. Policies whose configs and keys are equal may share it, and what it has verified.
     *
     * @param keys those of the config, see {@link #keys}
     * @param chance clients must not be able to foretell it; see {@link TokenVerifier#builder}
     * @throws IllegalArgumentException if an algorithm has no key, or a number is out of range
     */
    public static TokenVerifier verifier(BearerTokenConfig config, KeySet keys, Chance chance) {
        TokenVerifier.Builder builder = TokenVerifier.builder(keys, algorithms(config), chance::nextLong)
                .leeway(config.leeway())
                .requiredClaims(config.requiredClaims())
                .forwardedClaims(new ForwardedClaims(fields(config)));
        String issuer = config.issuer();
        if (issuer != null) {
            builder.issuer(issuer);
        }
        String audience = config.audience();
        if (audience != null) {
            builder.audience(audience);
        }
        return builder.build();
    }

    private static Map<String, HeaderName> fields(BearerTokenConfig config) {
        Map<String, HeaderName> fields = new LinkedHashMap<>();
        config.forwardClaims().forEach((claim, field) -> fields.put(claim, HeaderName.of(field)));
        return fields;
    }

    /**
     * The keys that a config asks for; null if there is something wrong with them, which is then told.
     *
     * @param path where the config is written
     * @throws IllegalArgumentException if its secret is too short for every algorithm
     */
    public static @Nullable KeySet keys(BearerTokenConfig config, String path, Problems problems) {
        TokenKeys keys = config.keys();
        return keys != null ? KeyReader.read(keys, algorithms(config), path + ".keys", problems)
                : KeySet.of(new HmacSecret(Objects.requireNonNull(config.secret()).bytes()));
    }

    private static List<JwsAlgorithm> algorithms(BearerTokenConfig config) {
        return config.algorithms().stream().map(TokenAlgorithm::name).map(JwsAlgorithm::valueOf).toList();
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        Headers fields = exchange.request().headers();
        int slot = fields.find(HeaderName.AUTHORIZATION, 0);
        if (slot < 0) {
            return MISSING;
        }
        if (fields.find(HeaderName.AUTHORIZATION, slot + 1) >= 0) {
            return INVALID;
        }
        byte[] bytes = fields.bytes();
        int end = fields.valueEnd(slot);
        int from = tokenStart(bytes, fields.valueStart(slot), end);
        if (from == end) {
            return MISSING;
        }
        if (!(verifier.verify(exchange.loop().get(PROBE), bytes, from, end,
                exchange.loop().clock().wallMillis()) instanceof VerifiedToken token)) {
            return INVALID;
        }
        // The client's were removed when its head came; a token policy further out may have set some.
        fields.removeResembling(forwardedNames);
        token.addForwardedTo(fields);
        exchange.set(TOKEN, token);
        exchange.admitUntil(token.validUntilMillis());
        return Decision.CONTINUE;
    }

    /** Where the token begins behind its scheme (RFC 9110 §11.6.2); the end if there is none. */
    private static int tokenStart(byte[] bytes, int start, int end) {
        int at = start + SCHEME_LENGTH;
        if (at >= end || bytes[at] != ' ' || !BEARER.matches(bytes, start, at)) {
            return end;
        }
        while (at < end && bytes[at] == ' ') {
            at++;
        }
        return at;
    }
}
