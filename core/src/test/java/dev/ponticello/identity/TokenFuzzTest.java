package dev.ponticello.identity;

import static dev.ponticello.identity.Tokens.KEY;
import static dev.ponticello.identity.Tokens.NOW;
import static dev.ponticello.identity.Tokens.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.testing.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes as a token; and any text for the header and the claims of a token that is signed as it should be: what stands
 * before and behind the first line feed.
 */
class TokenFuzzTest extends FuzzTest {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final TokenVerifier verifier = Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256, JwsAlgorithm.HS512))
            .forwardedClaims(
                    new ForwardedClaims(Map.of("sub", HeaderName.of("X-User"), "role", HeaderName.of("X-Role"))))
            .cacheBytes(1 << 20).build();

    @Override
    protected void test(byte[] input) throws Exception {
        check(new String(input, StandardCharsets.ISO_8859_1));
        int feed = 0;
        while (feed < input.length && input[feed] != '\n') {
            feed++;
        }
        if (feed < input.length) {
            check(Tokens.signed(Tokens.base64(Arrays.copyOf(input, feed)) + "."
                    + Tokens.base64(Arrays.copyOfRange(input, feed + 1, input.length))));
        }
    }

    private void check(String token) throws ParseException, JOSEException {
        Verification first = Tokens.verify(verifier, token);
        assertThat(Tokens.verify(verifier, token)).isEqualTo(first);
        if (first instanceof VerifiedToken verified) {
            assertAnotherAccepts(token, verified);
        }
    }

    /** By the JDK's base64, nimbus' MAC, and Gson, which nimbus brings. */
    private static void assertAnotherAccepts(String token, VerifiedToken verified)
            throws ParseException, JOSEException {
        String[] parts = token.split("\\.", -1);
        assertThat(parts).hasSize(3);
        JWSAlgorithm algorithm = JWSAlgorithm.parse((String) object(parts[0]).get("alg"));
        assertThat(algorithm).isIn(JWSAlgorithm.HS256, JWSAlgorithm.HS512);
        assertThat(new MACVerifier(SECRET).verify(new JWSHeader(algorithm),
                (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII), new Base64URL(parts[2]))).isTrue();
        if (hasNumberBeyondGson(decoded(parts[1]))) {
            return;
        }
        Map<String, Object> claims = object(parts[1]);
        assertThat(verified.claims().names()).isEqualTo(claims.keySet());
        assertThat(((Number) Objects.requireNonNull(claims.get("exp"))).doubleValue()).isFinite()
                .isGreaterThan(NOW / 1000.0);
        claims.forEach((name, value) -> assertMeansTheSame(Objects.requireNonNull(verified.claims().get(name)), value));
        Headers forwarded = new Headers();
        verified.addForwardedTo(forwarded);
        assertThat(forwarded.toString()).matches("(X-(User|Role): ([!-~]([ -~]*[!-~])?)?\n)*");
    }

    private static Map<String, Object> object(String part) throws ParseException {
        return JSONObjectUtils.parse(decoded(part));
    }

    private static String decoded(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    /** Gson refuses some numbers that are longer than a long or no finite double; JSON has no bounds. */
    private static boolean hasNumberBeyondGson(String json) {
        return NUMBER.matcher(json).results().map(MatchResult::group)
                .anyMatch(number -> number.length() > 18 || Double.isInfinite(Double.parseDouble(number)));
    }

    private static void assertMeansTheSame(Claim claim, @Nullable Object value) {
        switch (claim) {
            case Claim.Text text -> assertThat(text.value()).isEqualTo(value);
            case Claim.Numeral numeral -> assertThat(Double.parseDouble(numeral.written()))
                    .isEqualTo(((Number) Objects.requireNonNull(value)).doubleValue());
            case Claim.Texts texts -> assertThat(value).isEqualTo(texts.values());
            case Claim.Plain.TRUE -> assertThat(value).isEqualTo(true);
            case Claim.Plain.FALSE -> assertThat(value).isEqualTo(false);
            case Claim.Plain.NULL -> assertThat(value).isNull();
            case Claim.Plain.OTHER -> assertThat(value).isInstanceOfAny(Map.class, List.class);
        }
    }
}
