package dev.ponticello.identity;

import static dev.ponticello.identity.Keys.ASYMMETRIC;
import static dev.ponticello.identity.Keys.header;
import static dev.ponticello.identity.Keys.pair;
import static dev.ponticello.identity.Keys.pem;
import static dev.ponticello.identity.Keys.read;
import static dev.ponticello.identity.Keys.set;
import static dev.ponticello.identity.Tokens.CLAIMS;
import static dev.ponticello.identity.Tokens.EXP;
import static dev.ponticello.identity.Tokens.base64;
import static dev.ponticello.identity.Tokens.verifier;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.identity.JwsAlgorithm.Family;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeySetTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";

    private static Stream<JwsAlgorithm> asymmetric() {
        return ASYMMETRIC.stream();
    }

    private static TokenVerifier of(KeySet keys, JwsAlgorithm... algorithms) {
        return verifier(keys, List.of(algorithms)).build();
    }

    // ---- signatures of another implementation

    @ParameterizedTest
    @MethodSource("asymmetric")
    void takesTokensOfAnotherImplementation(JwsAlgorithm algorithm) {
        TokenVerifier verifier = verifier(Keys.setFor(ASYMMETRIC), ASYMMETRIC).build();
        String token = Keys.token(algorithm, header(algorithm), "{\"sub\":\"Zoë\",\"exp\":" + EXP + "}");

        assertThat(verify(verifier, token)).isInstanceOfSatisfying(VerifiedToken.class,
                good -> assertThat(good.claims().string("sub")).isEqualTo("Zoë"));
        assertThat(verify(verifier, token)).isSameAs(verify(verifier, token));
        assertThat(verify(verifier, token, EXP * 1000)).isEqualTo(TokenFault.EXPIRED);
    }

    @ParameterizedTest
    @MethodSource("asymmetric")
    void refusesTokensOfAnotherKeyOfTheSameKind(JwsAlgorithm algorithm) {
        TokenVerifier verifier = of(Keys.setFor(List.of(algorithm)), algorithm);
        KeyPair other = Keys.fresh(algorithm.family());

        assertThat(verify(verifier, Keys.token(algorithm, other, header(algorithm), CLAIMS)))
                .isEqualTo(TokenFault.SIGNATURE);
    }

    @ParameterizedTest
    @MethodSource("asymmetric")
    void refusesEveryChangeOfOneCharacter(JwsAlgorithm algorithm) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenVerifier verifier = of(Keys.setFor(List.of(algorithm)), algorithm);
        String good = Keys.token(algorithm, header(algorithm, "k1"), CLAIMS);
        assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);
        for (int round = 0; round < 200; round++) {
            int at = random.nextInt(good.length());
            String before = good.substring(0, at);
            char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            String changed = switch (random.nextInt(4)) {
                case 0 -> before + good.substring(at + 1);
                case 1 -> before + c + good.substring(at);
                default -> before + c + good.substring(at + 1);
            };
            if (!changed.equals(good) && verify(verifier, changed) instanceof VerifiedToken) {
                fail("seed %d, round %d: taken: %s".formatted(seed, round, changed));
            }
        }
    }

    @Test
    void takesTheSameAlgorithmsAsTheConfig() {
        assertThat(JwsAlgorithm.values()).extracting(Enum::name)
                .containsExactly(Arrays.stream(TokenAlgorithm.values()).map(Enum::name).toArray(String[]::new));
        assertThat(Arrays.stream(TokenAlgorithm.values()).map(TokenAlgorithm::minSecretBytes))
                .containsExactlyElementsOf(
                        Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::hashBytes).toList());
    }

    // ---- which key is tried

    private static final KeyPair FIRST = pair(Family.P_256);
    private static final KeyPair SECOND = Keys.fresh(Family.P_256);

    /** Two keys of one kind with ids. */
    private static KeySet twoKeys() {
        return read(set(jwk(FIRST, "first"), jwk(SECOND, "second")), JwsAlgorithm.ES256);
    }

    private static String jwk(KeyPair pair, String id) {
        return Keys.jwk(pair, Map.of("kid", id));
    }

    private static String token(KeyPair pair, String header) {
        return Keys.token(JwsAlgorithm.ES256, pair, header, CLAIMS);
    }

    @Test
    void triesTheKeyThatTheTokenNames() {
        TokenVerifier verifier = of(twoKeys(), JwsAlgorithm.ES256);

        assertThat(verify(verifier, token(FIRST, header(JwsAlgorithm.ES256, "first"))))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token(SECOND, header(JwsAlgorithm.ES256, "second"))))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token(FIRST, header(JwsAlgorithm.ES256, "second"))))
                .isEqualTo(TokenFault.SIGNATURE);
    }

    @Test
    void refusesATokenThatNamesNoKeyOfTheSet() {
        TokenVerifier verifier = of(twoKeys(), JwsAlgorithm.ES256);

        for (String id : List.of("third", "", "First", "first ", "../first", "' OR 1=1 --")) {
            assertThat(verify(verifier, token(FIRST, header(JwsAlgorithm.ES256, id))))
                    .as(id)
                    .isEqualTo(TokenFault.SIGNATURE);
        }
        for (String id : List.of("null", "1", "[\"first\"]", "{}")) {
            String text = base64("{\"alg\":\"ES256\",\"kid\":" + id + "}") + "." + base64(CLAIMS);
            assertThat(verify(verifier, text + "." + base64(new byte[64]))).isEqualTo(TokenFault.MALFORMED);
        }
    }

    @Test
    void triesEveryKeyOfTheAlgorithmForATokenThatNamesNone() {
        TokenVerifier verifier = of(twoKeys(), JwsAlgorithm.ES256);

        assertThat(verify(verifier, token(FIRST, header(JwsAlgorithm.ES256)))).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token(SECOND, header(JwsAlgorithm.ES256)))).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token(Keys.fresh(Family.P_256), header(JwsAlgorithm.ES256))))
                .isEqualTo(TokenFault.SIGNATURE);
    }

    @Test
    void triesAKeyWithoutAnIdWhateverTheTokenNames() {
        TokenVerifier verifier = of(read(pem(FIRST) + pem(SECOND), JwsAlgorithm.ES256), JwsAlgorithm.ES256);
        TokenVerifier mixed = of(read(set(jwk(FIRST, "first"), Keys.jwk(SECOND, Map.of())),
                JwsAlgorithm.ES256), JwsAlgorithm.ES256);

        assertThat(verify(verifier, token(FIRST, header(JwsAlgorithm.ES256, "any")))).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token(SECOND, header(JwsAlgorithm.ES256, "any"))))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verify(mixed, token(SECOND, header(JwsAlgorithm.ES256, "any")))).isInstanceOf(VerifiedToken.class);
        assertThat(verify(mixed, token(FIRST, header(JwsAlgorithm.ES256, "any")))).isEqualTo(TokenFault.SIGNATURE);
    }

    @Test
    void usesAKeyForTheOneAlgorithmThatItSays() {
        KeyPair pair = pair(Family.RSA);
        String bound = set(Keys.jwk(pair, Map.of("alg", "RS256")),
                Keys.jwk(Keys.fresh(Family.RSA), Map.of("alg", "PS256")));
        TokenVerifier verifier = of(read(bound, JwsAlgorithm.RS256, JwsAlgorithm.PS256), JwsAlgorithm.RS256,
                JwsAlgorithm.PS256);

        assertThat(verify(verifier, Keys.token(JwsAlgorithm.RS256, header(JwsAlgorithm.RS256), CLAIMS)))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, Keys.token(JwsAlgorithm.PS256, header(JwsAlgorithm.PS256), CLAIMS)))
                .isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(of(read(pem(pair), JwsAlgorithm.RS256, JwsAlgorithm.PS256), JwsAlgorithm.PS256),
                Keys.token(JwsAlgorithm.PS256, header(JwsAlgorithm.PS256), CLAIMS)))
                .isInstanceOf(VerifiedToken.class);
    }

    // ---- the same keys

    @Test
    void isEqualToASetThatTakesTheSame() {
        KeySet keys = twoKeys();

        assertThat(keys).isEqualTo(twoKeys()).hasSameHashCodeAs(twoKeys());
        assertThat(read(set(jwk(SECOND, "second"), jwk(FIRST, "first")), JwsAlgorithm.ES256))
                .isEqualTo(keys);
        assertThat(read(pem(FIRST) + pem(FIRST), JwsAlgorithm.ES256))
                .isEqualTo(read(set(Keys.jwk(FIRST, Map.of())), JwsAlgorithm.ES256));
        assertThat(KeySet.of(new HmacSecret(new byte[32]))).isEqualTo(KeySet.of(new HmacSecret(new byte[32])));

        assertThat(read(set(jwk(FIRST, "first")), JwsAlgorithm.ES256)).isNotEqualTo(keys);
        assertThat(read(set(jwk(FIRST, "second"), jwk(SECOND, "first")), JwsAlgorithm.ES256))
                .isNotEqualTo(keys);
        assertThat(read(pem(FIRST) + pem(SECOND), JwsAlgorithm.ES256)).isNotEqualTo(keys);
        assertThat(KeySet.of(new HmacSecret(new byte[32]))).isNotEqualTo(KeySet.of(new HmacSecret(new byte[33])));
    }

    @Test
    void tellsNoKeyAsText() {
        assertThat(twoKeys()).hasToString("KeySet[a P-256 key, a P-256 key]");
    }
}
