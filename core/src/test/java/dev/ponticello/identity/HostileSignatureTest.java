package dev.ponticello.identity;

import static dev.ponticello.identity.Keys.header;
import static dev.ponticello.identity.Keys.pair;
import static dev.ponticello.identity.Keys.pem;
import static dev.ponticello.identity.Keys.read;
import static dev.ponticello.identity.Tokens.CLAIMS;
import static dev.ponticello.identity.Tokens.EXP;
import static dev.ponticello.identity.Tokens.base64;
import static dev.ponticello.identity.Tokens.hmac;
import static dev.ponticello.identity.Tokens.verifier;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import dev.ponticello.identity.JwsAlgorithm.Family;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 47 and 48b of the hostile tests for RSA, ECDSA and Ed25519. */
class HostileSignatureTest {

    private static TokenVerifier of(JwsAlgorithm... algorithms) {
        return verifier(Keys.setFor(List.of(algorithms)), List.of(algorithms)).build();
    }

    private static String textOf(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }

    private static byte[] signatureOf(String token) {
        return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    }

    private static String with(String token, byte[] signature) {
        return textOf(token) + "." + base64(signature);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    // ---- row 47

    @ParameterizedTest
    @EnumSource(names = "HS.*", mode = EnumSource.Mode.MATCH_ANY)
    void row47_refusesAnHmacWithThePublicKeyAsItsSecret(JwsAlgorithm hmac) {
        RSAPublicKey key = (RSAPublicKey) pair(Family.RSA).getPublic();
        String pem = pem(pair(Family.RSA));
        String jwk = Keys.jwk(pair(Family.RSA), Map.of());
        TokenVerifier rsaAlone = of(JwsAlgorithm.RS256);
        TokenVerifier both = verifier(
                read(Keys.set(jwk, "{\"kty\":\"oct\",\"k\":\"" + base64(Tokens.SECRET) + "\"}"), JwsAlgorithm.RS256,
                        hmac),
                List.of(JwsAlgorithm.RS256, hmac)).build();
        String text = base64(header(hmac)) + "." + base64(CLAIMS);
        for (byte[] secret : List.of(pem.getBytes(StandardCharsets.US_ASCII),
                pem.strip().getBytes(StandardCharsets.US_ASCII), key.getEncoded(), key.getModulus().toByteArray(),
                jwk.getBytes(StandardCharsets.US_ASCII))) {
            String token = text + "." + base64(hmac(hmac.jdkName(), secret, text));

            assertThat(verify(rsaAlone, token)).isEqualTo(TokenFault.ALGORITHM);
            assertThat(verify(both, token)).isEqualTo(TokenFault.SIGNATURE);
        }
        assertThat(verify(both, text + "." + base64(hmac(hmac.jdkName(), Tokens.SECRET, text))))
                .isInstanceOf(VerifiedToken.class);
    }

    @Test
    void row47_refusesASignatureUnderTheNameOfAnotherAlgorithm() {
        TokenVerifier all = verifier(Keys.setFor(Keys.ASYMMETRIC), Keys.ASYMMETRIC).build();
        for (JwsAlgorithm signed : Keys.ASYMMETRIC) {
            byte[] signature = signatureOf(Keys.token(signed, header(signed), CLAIMS));
            for (JwsAlgorithm named : JwsAlgorithm.values()) {
                String token = base64(header(named)) + "." + base64(CLAIMS) + "." + base64(signature);

                assertThat(verify(all, token) instanceof VerifiedToken).as("%s as %s", signed, named)
                        .isEqualTo(signed == named);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "", "rs256", "RS256 ", "es256", "EdDsa", "Ed25519", "Ed448", "ES256K",
        "RS1"})
    void row47_refusesOtherNamesOfAlgorithms(String name) {
        TokenVerifier all = verifier(Keys.setFor(Keys.ASYMMETRIC), Keys.ASYMMETRIC).build();
        String good = Keys.token(JwsAlgorithm.EdDSA, header(JwsAlgorithm.EdDSA), CLAIMS);
        String text = base64("{\"alg\":\"" + name + "\"}") + "." + base64(CLAIMS);

        assertThat(verify(all, text + ".")).isEqualTo(TokenFault.ALGORITHM);
        assertThat(verify(all, text + "." + base64(signatureOf(good)))).isEqualTo(TokenFault.ALGORITHM);
    }

    @Test
    void row47_neverTakesAKeyThatATokenBrings() {
        for (JwsAlgorithm algorithm : List.of(JwsAlgorithm.RS256, JwsAlgorithm.ES256, JwsAlgorithm.EdDSA)) {
            var attacker = Keys.fresh(algorithm.family());
            String jwk = "\"jwk\":" + Keys.jwk(attacker, Map.of());
            for (String member : List.of(jwk, jwk + ",\"kid\":\"x\"", "\"jku\":\"http://127.0.0.1:1/keys\"",
                    "\"x5u\":\"http://127.0.0.1:1/chain\"")) {
                String header = "{\"alg\":\"" + algorithm + "\"," + member + "}";

                assertThat(verify(of(algorithm), Keys.token(algorithm, attacker, header, CLAIMS)))
                        .isEqualTo(TokenFault.SIGNATURE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../dev/null", "/etc/passwd", "' UNION SELECT 'x' -- ", "|/bin/id"})
    void row47_looksForNothingByAKid(String id) {
        TokenVerifier named = verifier(
                read(Keys.set(Keys.jwk(pair(Family.P_256), Map.of("kid", "k1"))), JwsAlgorithm.ES256),
                List.of(JwsAlgorithm.ES256)).build();

        assertThat(verify(named, Keys.token(JwsAlgorithm.ES256, header(JwsAlgorithm.ES256, id), CLAIMS)))
                .isEqualTo(TokenFault.SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource(names = "ES.*", mode = EnumSource.Mode.MATCH_ANY)
    void row47_refusesEcdsaOutOfRange(JwsAlgorithm algorithm) {
        TokenVerifier verifier = of(algorithm);
        String good = Keys.token(algorithm, header(algorithm), CLAIMS);
        assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);
        byte[] signature = signatureOf(good);
        int half = signature.length / 2;
        byte[] r = Arrays.copyOf(signature, half);
        byte[] s = Arrays.copyOfRange(signature, half, signature.length);
        BigInteger order = ((ECPublicKey) pair(algorithm.family()).getPublic()).getParams().getOrder();
        byte[] highest = new byte[half];
        Arrays.fill(highest, (byte) 0xFF);
        for (byte[] wrong : List.of(new byte[half], fixed(order, half), fixed(order.add(BigInteger.ONE), half),
                highest)) {
            assertThat(verify(verifier, with(good, concat(wrong, wrong)))).isEqualTo(TokenFault.SIGNATURE);
            assertThat(verify(verifier, with(good, concat(r, wrong)))).isEqualTo(TokenFault.SIGNATURE);
            assertThat(verify(verifier, with(good, concat(wrong, s)))).isEqualTo(TokenFault.SIGNATURE);
        }
        byte[] one = fixed(BigInteger.ONE, half);
        assertThat(verify(verifier, with(good, concat(one, one)))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(verifier, with(good, concat(s, r)))).isEqualTo(TokenFault.SIGNATURE);
    }

    private static byte[] fixed(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[length - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    // ---- row 48b

    @ParameterizedTest
    @EnumSource(names = "ES.*", mode = EnumSource.Mode.MATCH_ANY)
    void row48b_refusesEcdsaOfAnotherLengthOrForm(JwsAlgorithm algorithm) throws JOSEException {
        TokenVerifier verifier = of(algorithm);
        String good = Keys.token(algorithm, header(algorithm), CLAIMS);
        byte[] signature = signatureOf(good);
        int half = signature.length / 2;
        byte[] r = Arrays.copyOf(signature, half);
        byte[] s = Arrays.copyOfRange(signature, half, signature.length);
        byte[] zero = new byte[1];

        for (byte[] wrong : List.of(new byte[0], r, Arrays.copyOf(signature, signature.length - 1),
                Arrays.copyOf(signature, signature.length + 1), concat(zero, signature),
                concat(concat(zero, r), concat(zero, s)), ECDSA.transcodeSignatureToDER(signature))) {
            assertThat(verify(verifier, with(good, wrong))).isEqualTo(TokenFault.SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void row48b_refusesRsaWithAZeroByteStrippedOrAdded(String name) {
        JwsAlgorithm algorithm = JwsAlgorithm.valueOf(name);
        TokenVerifier verifier = of(algorithm);
        String good = "";
        byte[] signature = {1};
        for (int i = 0; signature[0] != 0; i++) {
            good = Keys.token(algorithm, header(algorithm), "{\"exp\":" + EXP + ",\"i\":" + i + "}");
            signature = signatureOf(good);
        }
        assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);
        byte[] zero = new byte[1];

        for (byte[] wrong : List.of(Arrays.copyOfRange(signature, 1, signature.length), concat(zero, signature),
                concat(signature, zero), Arrays.copyOf(signature, signature.length - 1), new byte[0], zero,
                new byte[signature.length])) {
            assertThat(verify(verifier, with(good, wrong))).isEqualTo(TokenFault.SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void row48b_refusesRsaThatIsNotBelowTheModulus(String name) {
        JwsAlgorithm algorithm = JwsAlgorithm.valueOf(name);
        TokenVerifier verifier = of(algorithm);
        BigInteger modulus = ((RSAPublicKey) pair(Family.RSA).getPublic()).getModulus();
        String good = "";
        BigInteger more = BigInteger.ONE.shiftLeft(2048);
        for (int i = 0; more.bitLength() > 2048; i++) {
            good = Keys.token(algorithm, header(algorithm), "{\"exp\":" + EXP + ",\"i\":" + i + "}");
            more = new BigInteger(1, signatureOf(good)).add(modulus);
        }
        assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);

        assertThat(verify(verifier, with(good, fixed(more, 256)))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(verifier, with(good, fixed(modulus, 256)))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(verifier, with(good, fixed(modulus.subtract(BigInteger.ONE), 256))))
                .isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(verifier, with(good, fixed(BigInteger.ONE, 256)))).isEqualTo(TokenFault.SIGNATURE);
    }

    @Test
    void row48b_refusesEd25519OfAnotherLengthOrRange() {
        TokenVerifier verifier = of(JwsAlgorithm.EdDSA);
        String good = Keys.token(JwsAlgorithm.EdDSA, header(JwsAlgorithm.EdDSA), CLAIMS);
        byte[] signature = signatureOf(good);
        byte[] r = Arrays.copyOf(signature, 32);
        byte[] highest = new byte[32];
        Arrays.fill(highest, (byte) 0xFF);

        for (byte[] wrong : List.of(new byte[0], r, Arrays.copyOf(signature, 63), Arrays.copyOf(signature, 65),
                new byte[64], concat(r, new byte[32]), concat(r, highest), concat(highest, highest),
                concat(r, plusOrder(Arrays.copyOfRange(signature, 32, 64))))) {
            assertThat(verify(verifier, with(good, wrong))).isEqualTo(TokenFault.SIGNATURE);
        }
        assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);
    }

    /** Another S for the same point, which RFC 8032 §5.1.7 refuses. */
    private static byte[] plusOrder(byte[] littleEndian) {
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = littleEndian[31 - i];
        }
        byte[] sum = fixed(new BigInteger(1, bigEndian).add(order), 32);
        byte[] out = new byte[32];
        for (int i = 0; i < 32; i++) {
            out[i] = sum[31 - i];
        }
        return out;
    }

    @Test
    void row48b_checksTheFormOfTokensWithEverySignature() {
        for (JwsAlgorithm algorithm : List.of(JwsAlgorithm.RS256, JwsAlgorithm.PS256, JwsAlgorithm.ES256,
                JwsAlgorithm.EdDSA)) {
            TokenVerifier verifier = of(algorithm);
            String exp = "{\"exp\":" + EXP;
            for (String claims : List.of(exp + ",\"exp\":" + EXP + "}", exp + ",\"a\":1,\"a\":2}", "\uFEFF" + exp + "}",
                    exp + "}x", "[" + exp + "}]", exp + ",\"x\":" + "[".repeat(64) + "]".repeat(64) + "}")) {
                assertThat(verify(verifier, Keys.token(algorithm, header(algorithm), claims)))
                        .as("%s %s", algorithm, claims)
                        .isEqualTo(TokenFault.MALFORMED);
            }
            for (String claims : List.of("{\"exp\":\"" + EXP + "\"}", "{\"exp\":null}", "{\"exp\":1e400}",
                    exp + ",\"nbf\":true}")) {
                assertThat(verify(verifier, Keys.token(algorithm, header(algorithm), claims)))
                        .as("%s %s", algorithm, claims)
                        .isEqualTo(TokenFault.DATE);
            }
            assertThat(verify(verifier, Keys.token(algorithm, header(algorithm), "{}")))
                    .isEqualTo(TokenFault.NO_EXPIRY);
            String good = Keys.token(algorithm, header(algorithm), CLAIMS);
            assertThat(verify(verifier, good + "=")).isEqualTo(TokenFault.MALFORMED);
            assertThat(verify(verifier, good + ".")).isEqualTo(TokenFault.MALFORMED);
            assertThat(verify(verifier, good)).isInstanceOf(VerifiedToken.class);
        }
    }

    @Test
    void row48b_refusesCritWithEverySignature() {
        String header = "{\"alg\":\"EdDSA\",\"crit\":[\"exp\"],\"exp\":1}";
        String text = base64(header) + "." + base64(CLAIMS);
        String token = Keys.token(JwsAlgorithm.EdDSA, header, CLAIMS);

        assertThat(textOf(token)).isEqualTo(text);
        assertThat(verify(of(JwsAlgorithm.EdDSA), token)).isEqualTo(TokenFault.CRITICAL_HEADER);
    }
}
