package dev.ponticello.identity;

import static dev.ponticello.identity.Tokens.CLAIMS;
import static dev.ponticello.identity.Tokens.EXP;
import static dev.ponticello.identity.Tokens.HEADER;
import static dev.ponticello.identity.Tokens.KEY;
import static dev.ponticello.identity.Tokens.NOW;
import static dev.ponticello.identity.Tokens.SECRET;
import static dev.ponticello.identity.Tokens.base64;
import static dev.ponticello.identity.Tokens.token;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private final TokenVerifier verifier = verifier().build();

    private static TokenVerifier.Builder verifier() {
        return Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256));
    }

    private Verification verification(String token) {
        return verify(verifier, token);
    }

    private static Claims claims(Verification verification) {
        assertThat(verification).isInstanceOf(VerifiedToken.class);
        return ((VerifiedToken) verification).claims();
    }

    // ---- what is good

    @Test
    void takesTheExampleOfRfc7515A1() {
        byte[] secret = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        TokenVerifier ofTheRfc = Tokens.verifier(new HmacSecret(secret), List.of(JwsAlgorithm.HS256))
                .issuer("joe")
                .build();
        String token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
                + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        assertThat(claims(verify(ofTheRfc, token, 1_300_819_379_999L)).bool("http://example.com/is_root"))
                .isTrue();
        assertThat(verify(ofTheRfc, token, 1_300_819_380_000L)).isEqualTo(TokenFault.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource(names = "HS.*", mode = EnumSource.Mode.MATCH_ANY)
    void takesTokensOfAnotherImplementation(JwsAlgorithm algorithm) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(com.nimbusds.jose.JWSAlgorithm.parse(algorithm.name())).keyID("k1").build(),
                new JWTClaimsSet.Builder()
                        .subject("Zoë")
                        .audience(List.of("api", "web"))
                        .claim("level", 3)
                        .claim("beta", true)
                        .claim("address", Map.of("city", "Venezia"))
                        .claim("exp", EXP)
                        .claim("nbf", NOW / 1000)
                        .build());
        jwt.sign(new MACSigner(SECRET));
        TokenVerifier all = Tokens.verifier(KEY, Tokens.HMAC)
                .audience("api")
                .build();

        Claims claims = claims(verify(all, jwt.serialize()));

        assertThat(claims.string("sub")).isEqualTo("Zoë");
        assertThat(claims.strings("aud")).containsExactly("api", "web");
        assertThat(claims.number("level")).isEqualTo("3");
        assertThat(claims.bool("beta")).isTrue();
        assertThat(claims.get("address")).isEqualTo(Claim.Plain.OTHER);
        assertThat(claims.names()).containsExactlyInAnyOrder("sub", "aud", "level", "beta", "address", "exp", "nbf");
    }

    @Test
    void keepsNumbersAsWritten() {
        Claims claims = claims(verification(
                token("{\"a\":1.50,\"b\":-0,\"c\":1E+2,\"d\":123456789012345678901234567890,\"exp\":" + EXP + "}")));

        assertThat(claims.number("a")).isEqualTo("1.50");
        assertThat(claims.number("b")).isEqualTo("-0");
        assertThat(claims.number("c")).isEqualTo("1E+2");
        assertThat(claims.number("d")).isEqualTo("123456789012345678901234567890");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"alg\":\"HS256\"}",
        " {\t\"typ\" : \"at+jwt\",\r\n\"alg\":\"HS256\" } ",
        "{\"alg\":\"HS256\",\"typ\":7}",
        "{\"\\u0061lg\":\"HS\\u003256\"}",
        "{\"alg\":\"HS256\",\"b64\":false,\"zip\":\"DEF\",\"cty\":\"JWT\"}"
    })
    void takesAnyHeaderThatNamesAnAllowedAlgorithm(String header) {
        assertThat(claims(verification(token(header, CLAIMS))).string("role")).isEqualTo("admin");
    }

    @Test
    void toleratesWhiteSpaceAroundTheClaims() {
        assertThat(claims(verification(token("\n\t " + CLAIMS + " \r\n"))).string("sub")).isEqualTo("1");
    }

    // ---- time

    @Test
    void refusesATokenWithoutExp() {
        assertThat(verification(token("{\"sub\":\"1\",\"iat\":1700000000}"))).isEqualTo(TokenFault.NO_EXPIRY);
        assertThat(verification(token("{}"))).isEqualTo(TokenFault.NO_EXPIRY);
        assertThat(verification(token("{\"x\":{\"exp\":" + EXP + "}}"))).isEqualTo(TokenFault.NO_EXPIRY);
    }

    @Test
    void refusesATokenAtExpAndAfter() {
        String token = token(CLAIMS);

        assertThat(verify(verifier, token, EXP * 1000 - 1)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token, EXP * 1000)).isEqualTo(TokenFault.EXPIRED);
        assertThat(verify(verifier, token, EXP * 1000 + 1)).isEqualTo(TokenFault.EXPIRED);
        assertThat(verify(verifier().build(), token, EXP * 1000 - 1)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier().build(), token, EXP * 1000)).isEqualTo(TokenFault.EXPIRED);
    }

    @Test
    void refusesATokenBeforeNbf() {
        String token = token("{\"exp\":" + EXP + ",\"nbf\":1700000000}");

        assertThat(verify(verifier, token, 1_699_999_999_999L)).isEqualTo(TokenFault.NOT_YET_VALID);
        assertThat(verify(verifier, token, 1_700_000_000_000L)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token, 1_699_999_999_999L)).isEqualTo(TokenFault.NOT_YET_VALID);
    }

    @Test
    void givesBothEndsTheLeeway() {
        TokenVerifier lenient = verifier().leeway(Duration.ofSeconds(30)).build();
        String token = token("{\"exp\":" + EXP + ",\"nbf\":1700000000}");

        assertThat(verify(lenient, token, 1_699_999_969_999L)).isEqualTo(TokenFault.NOT_YET_VALID);
        assertThat(verify(lenient, token, 1_699_999_970_000L)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(lenient, token, (EXP + 30) * 1000 - 1)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(lenient, token, (EXP + 30) * 1000)).isEqualTo(TokenFault.EXPIRED);
        assertThat(((VerifiedToken) verify(lenient, token)).validUntilMillis()).isEqualTo((EXP + 30) * 1000);
    }

    @Test
    void takesDatesWithFractionsAndExponents() {
        String token = token("{\"exp\":1700003600.5,\"nbf\":1.7e9,\"iat\":-1}");

        assertThat(verify(verifier, token, 1_699_999_999_999L)).isEqualTo(TokenFault.NOT_YET_VALID);
        assertThat(verify(verifier, token, 1_700_003_600_499L)).isInstanceOf(VerifiedToken.class);
        assertThat(verify(verifier, token, 1_700_003_600_500L)).isEqualTo(TokenFault.EXPIRED);
    }

    @Test
    void takesDatesFarAway() {
        TokenVerifier lenient = verifier().leeway(Duration.ofDays(1)).build();
        for (String far : List.of("999999999999999", "9999999999999999", "1e300", "1" + "0".repeat(99))) {
            assertThat(verify(lenient, token("{\"exp\":" + far + ",\"nbf\":-" + far + "}")))
                    .isInstanceOf(VerifiedToken.class);
            assertThat(verify(lenient, token("{\"exp\":" + far + ",\"nbf\":" + far + "}")))
                    .isEqualTo(TokenFault.NOT_YET_VALID);
            assertThat(verify(lenient, token("{\"exp\":-" + far + "}"))).isEqualTo(TokenFault.EXPIRED);
        }
        assertThat(verify(lenient, token("{\"exp\":0}"))).isEqualTo(TokenFault.EXPIRED);
    }

    // ---- claims

    @Test
    void asksForTheIssuer() {
        TokenVerifier asking = verifier().issuer("https://idp.example").build();

        assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"iss\":\"https://idp.example\"}")))
                .isInstanceOf(VerifiedToken.class);
        for (String other : List.of(
                "\"https://idp.example/\"", "\"HTTPS://idp.example\"", "\"\"", "null", "1",
                "[\"https://idp.example\"]")) {
            assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"iss\":" + other + "}")))
                    .isEqualTo(TokenFault.ISSUER);
        }
        assertThat(verify(asking, token(CLAIMS))).isEqualTo(TokenFault.ISSUER);
    }

    @Test
    void asksForTheAudience() {
        TokenVerifier asking = verifier().audience("api").build();

        for (String good : List.of("\"api\"", "[\"api\"]", "[\"web\",\"api\"]")) {
            assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"aud\":" + good + "}")))
                    .isInstanceOf(VerifiedToken.class);
        }
        for (String other : List.of("\"API\"", "\"api \"", "[]", "[\"web\"]", "null", "{\"api\":1}", "[\"api\",1]",
                "1")) {
            assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"aud\":" + other + "}")))
                    .isEqualTo(TokenFault.AUDIENCE);
        }
        assertThat(verify(asking, token(CLAIMS))).isEqualTo(TokenFault.AUDIENCE);
    }

    @Test
    void asksForRequiredClaims() {
        TokenVerifier asking = verifier().requiredClaims(List.of("sub", "tenant")).build();

        assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"sub\":\"\",\"tenant\":{}}")))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"sub\":\"1\"}"))).isEqualTo(TokenFault.MISSING_CLAIM);
        assertThat(verify(asking, token("{\"exp\":" + EXP + ",\"sub\":\"1\",\"tenant\":null}")))
                .isEqualTo(TokenFault.MISSING_CLAIM);
    }

    // ---- the cache

    @Test
    void findsAGoodTokenAgainWhereverItStands() {
        String token = token(CLAIMS);
        Verification first = verification(token);
        byte[] elsewhere = ("xx" + token).getBytes(StandardCharsets.US_ASCII);

        assertThat(verification(token)).isSameAs(first);
        assertThat(verifier.verify(new TokenProbe(), elsewhere, 2, elsewhere.length, NOW)).isSameAs(first);
        assertThat(verifier.cachedTokens()).isEqualTo(1);
    }

    @Test
    void aCachedTokenExpiresToTheMillisecond() {
        String token = token(CLAIMS);
        Verification first = verification(token);

        assertThat(verify(verifier, token, EXP * 1000 - 1)).isSameAs(first);
        assertThat(verify(verifier, token, EXP * 1000)).isEqualTo(TokenFault.EXPIRED);
        assertThat(verify(verifier, token, EXP * 1000 - 1)).isSameAs(first);
    }

    @Test
    void cachesGoodTokensOnly() {
        TokenVerifier asking = verifier().issuer("joe").build();
        verify(asking, token("{\"exp\":" + EXP + ",\"iss\":\"eve\"}"));
        verify(asking, token("{\"exp\":1,\"iss\":\"joe\"}"));
        verify(asking, token("{\"exp\":" + EXP + ",\"nbf\":" + EXP + ",\"iss\":\"joe\"}"));
        verify(asking, token(CLAIMS) + "A");
        assertThat(asking.cachedTokens()).isZero();

        verify(asking, token("{\"exp\":" + EXP + ",\"iss\":\"joe\"}"));
        assertThat(asking.cachedTokens()).isEqualTo(1);
    }

    @Test
    void neverTakesATokenForACachedOneWithTheSameEnd() {
        String token = token(CLAIMS);
        assertThat(verification(token)).isInstanceOf(VerifiedToken.class);
        String forged = base64(HEADER) + "." + base64(CLAIMS.replace("\"1\"", "\"2\""))
                + token.substring(token.lastIndexOf('.'));
        assertThat(forged).hasSameSizeAs(token);

        assertThat(verification(forged)).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verification(" " + token)).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token.substring(1))).isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void keepsNothingOfTheBytesThatItWasGiven() {
        byte[] bytes = token(CLAIMS).getBytes(StandardCharsets.US_ASCII);
        TokenProbe probe = new TokenProbe();
        Verification first = verifier.verify(probe, bytes, 0, bytes.length, NOW);
        byte[] copy = bytes.clone();
        Arrays.fill(bytes, (byte) 'A');

        assertThat(verifier.verify(probe, bytes, 0, bytes.length, NOW)).isEqualTo(TokenFault.MALFORMED);
        assertThat(verifier.verify(probe, copy, 0, copy.length, NOW)).isSameAs(first);
        assertThat(probe.length()).isZero();
    }

    @Test
    void boundsTheCacheByTheMemoryThatTokensTake() {
        TokenVerifier small = verifier().cacheBytes(20_000).build();
        for (int i = 0; i < 1000; i++) {
            assertThat(verify(small, token("{\"exp\":" + EXP + ",\"sub\":\"" + i + "\"}")))
                    .isInstanceOf(VerifiedToken.class);
        }
        assertThat(small.cachedTokens()).isBetween(20L, 50L);

        String claims = "{\"exp\":" + EXP + ",\"x\":\"" + "x".repeat(4000) + "\",\"sub\":\"";
        for (int i = 0; i < 1000; i++) {
            assertThat(verify(small, token(claims + i + "\"}"))).isInstanceOf(VerifiedToken.class);
        }
        assertThat(small.cachedTokens()).isLessThan(20);
    }

    @Test
    void countsManySmallClaimsAsWhatTheyTake() {
        TokenVerifier small = verifier().cacheBytes(20_000).build();
        StringBuilder claims = new StringBuilder("{\"exp\":" + EXP);
        for (int i = 0; i < 300; i++) {
            claims.append(",\"").append(i).append("\":\"\"");
        }
        String token = token(claims + "}");
        assertThat(token.length()).isLessThan(5_000);

        assertThat(verify(small, token)).isInstanceOf(VerifiedToken.class);
        assertThat(small.cachedTokens()).isZero();
    }

    @Test
    void remembersTwentyThousandTokens() {
        byte[][] tokens = new byte[20_000][];
        Verification[] first = new Verification[tokens.length];
        TokenProbe probe = new TokenProbe();
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = token("{\"exp\":" + EXP + ",\"iss\":\"https://idp.example\",\"sub\":\"user-" + i + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);
            first[i] = verifier.verify(probe, tokens[i], 0, tokens[i].length, NOW);
        }
        int found = 0;
        for (int i = 0; i < tokens.length; i++) {
            found += verifier.verify(probe, tokens[i], 0, tokens[i].length, NOW) == first[i] ? 1 : 0;
        }

        assertThat(found).isEqualTo(tokens.length);
        assertThat(first).hasOnlyElementsOfType(VerifiedToken.class);
    }

    @Test
    void aFloodOfBadTokensLeavesTheCacheAsItIs() {
        TokenVerifier small = verifier().cacheBytes(20_000).build();
        String good = token(CLAIMS);
        Verification first = verify(small, good);
        for (int i = 0; i < 20_000; i++) {
            String bad = good.substring(0, good.length() - 12) + (100_000 + i) + good.substring(good.length() - 6);
            assertThat(verify(small, bad))
                    .isEqualTo(TokenFault.SIGNATURE);
        }

        assertThat(verify(small, good)).isSameAs(first);
        assertThat(small.cachedTokens()).isEqualTo(1);
    }

    @Test
    void findsACachedTokenWithoutAllocating() {
        byte[] token = token(CLAIMS).getBytes(StandardCharsets.US_ASCII);
        TokenProbe probe = new TokenProbe();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                verifier.verify(probe, token, 0, token.length, NOW);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        // The cache's own upkeep now and then, and this test's measuring.
        assertThat(allocated / 1_000).isLessThan(8);
    }

    @Test
    void worksWithoutACache() {
        TokenVerifier without = verifier().cacheBytes(0).build();

        assertThat(verify(without, token(CLAIMS))).isInstanceOf(VerifiedToken.class);
        assertThat(without.cachedTokens()).isZero();
    }

    @Test
    void verifiersShareNothing() {
        String token = token(CLAIMS);
        assertThat(verification(token)).isInstanceOf(VerifiedToken.class);

        assertThat(verify(verifier().issuer("joe").build(), token)).isEqualTo(TokenFault.ISSUER);
        assertThat(verify(
                Tokens.verifier(new HmacSecret(new byte[32]), List.of(JwsAlgorithm.HS256))
                        .build(),
                token))
                .isEqualTo(TokenFault.SIGNATURE);
    }

    @Test
    void servesManyThreadsAtOnce() throws InterruptedException {
        TokenVerifier small = verifier().cacheBytes(50_000).build();
        byte[][] tokens = new byte[200][];
        for (int i = 0; i < tokens.length; i++) {
            String token = token("{\"exp\":" + EXP + ",\"sub\":\"" + i + "\"}");
            tokens[i] = token.getBytes(StandardCharsets.US_ASCII);
        }
        int[] wrong = new int[4];
        Thread[] threads = new Thread[wrong.length];
        for (int t = 0; t < threads.length; t++) {
            int thread = t;
            threads[t] = new Thread(() -> {
                TokenProbe probe = new TokenProbe();
                Random random = new Random(thread);
                for (int n = 0; n < 5_000; n++) {
                    int i = random.nextInt(tokens.length);
                    Verification verification = small.verify(probe, tokens[i], 0, tokens[i].length, NOW);
                    if (!(verification instanceof VerifiedToken token)
                            || !String.valueOf(i).equals(token.claims().string("sub"))) {
                        wrong[thread]++;
                    }
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong).containsOnly(0);
    }

    // ---- settings

    @Test
    void refusesSettingsThatCannotBe() {
        HmacSecret short32 = new HmacSecret(new byte[32]);
        assertThatThrownBy(() -> Tokens.verifier(short32, List.of(JwsAlgorithm.HS256, JwsAlgorithm.HS384)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("keys: none for HS384 (expected: a secret of at least 48 bytes)");
        assertThatThrownBy(() -> Tokens.verifier(KEY, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("algorithms: none (expected: at least one)");
        assertThatThrownBy(() -> verifier().leeway(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leeway: PT-0.001S (expected: 0s to 1d)");
        assertThatThrownBy(() -> verifier().leeway(Duration.ofDays(1).plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leeway: PT24H0.001S (expected: 0s to 1d)");
        assertThatThrownBy(() -> verifier().cacheBytes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cache bytes: -1 (expected: >= 0)");
    }

    @Test
    void tellsNothingAboutPeopleOrSecretsAsText() {
        assertThat(verification(token(CLAIMS))).hasToString("VerifiedToken[Claims[exp, role, sub]]");
        assertThat(KEY).hasToString("a secret of 64 bytes");
    }
}
