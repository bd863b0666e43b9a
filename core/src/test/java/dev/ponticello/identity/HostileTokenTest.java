package dev.ponticello.identity;

import static dev.ponticello.identity.Tokens.CLAIMS;
import static dev.ponticello.identity.Tokens.EXP;
import static dev.ponticello.identity.Tokens.HEADER;
import static dev.ponticello.identity.Tokens.KEY;
import static dev.ponticello.identity.Tokens.NOW;
import static dev.ponticello.identity.Tokens.SECRET;
import static dev.ponticello.identity.Tokens.base64;
import static dev.ponticello.identity.Tokens.hmac;
import static dev.ponticello.identity.Tokens.signed;
import static dev.ponticello.identity.Tokens.token;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ponticello.http.HeaderName;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 47, 48 and 48b of the hostile tests, as far as HMAC goes, and seeded mutations. */
class HostileTokenTest {
    private final TokenVerifier verifier = verifier().build();

    private static TokenVerifier.Builder verifier() {
        return Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256));
    }

    private Verification verification(String token) {
        return verify(verifier, token);
    }

    // ---- row 47

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "NonE", ""})
    void row47_refusesAlgNoneInAnyCase(String alg) {
        String unsigned = base64("{\"alg\":\"" + alg + "\"}") + "." + base64(CLAIMS);

        assertThat(verification(unsigned + ".")).isEqualTo(TokenFault.ALGORITHM);
        assertThat(verification(signed(unsigned))).isEqualTo(TokenFault.ALGORITHM);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}",
        "{\"alg\":null}",
        "{\"alg\":1}",
        "{\"alg\":true}",
        "{\"alg\":[\"HS256\"]}",
        "{\"alg\":{\"HS256\":1}}",
        "{\"alg\":\"hs256\"}",
        "{\"alg\":\"HS256 \"}",
        "{\"alg\":\"HS256\\u0000\"}",
        "{\"ALG\":\"HS256\"}",
        "{\"alg\":\"HS384\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":\"RS256\"}",
        "{\"alg\":\"PS256\"}",
        "{\"alg\":\"ES256\"}",
        "{\"alg\":\"EdDSA\"}",
        "{\"alg\":\"dir\",\"enc\":\"A256GCM\"}"
    })
    void row47_refusesAlgorithmsThatAreNotAllowed(String header) {
        assertThat(verification(token(header, CLAIMS))).isEqualTo(TokenFault.ALGORITHM);
    }

    @Test
    void row47_refusesAnAlgorithmOutsideTheListEvenIfTheSecretMadeItsSignature() {
        String text = base64("{\"alg\":\"HS512\"}") + "." + base64(CLAIMS);
        String token = text + "." + base64(hmac("HmacSHA512", SECRET, text));

        assertThat(verification(token)).isEqualTo(TokenFault.ALGORITHM);
        assertThat(verify(Tokens.verifier(KEY, List.of(JwsAlgorithm.HS512)).build(), token))
                .isInstanceOf(VerifiedToken.class);
    }

    @Test
    void row47_refusesASignatureOfAnotherHashThanTheHeaderSays() {
        TokenVerifier all = Tokens.verifier(KEY, Tokens.HMAC).build();
        String text = base64("{\"alg\":\"HS384\"}") + "." + base64(CLAIMS);

        assertThat(verify(all, text + "." + base64(hmac("HmacSHA256", SECRET, text)))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(all, text + "." + base64(hmac("HmacSHA512", SECRET, text)))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verify(all, text + "." + base64(hmac("HmacSHA384", SECRET, text))))
                .isInstanceOf(VerifiedToken.class);
    }

    @Test
    void row47_refusesEcdsaWithZerosAsSignature() {
        String text = base64("{\"alg\":\"ES256\"}") + "." + base64(CLAIMS);

        assertThat(verification(text + "." + base64(new byte[64]))).isEqualTo(TokenFault.ALGORITHM);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "../../../../dev/null",
        "/etc/passwd",
        "' UNION SELECT 'secret' -- ",
        "a\\u0000b",
        "|/bin/id",
        "http://127.0.0.1/key"
    })
    void row47_triesTheSecretWhateverKidTheTokenHas(String kid) {
        String text = base64("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}") + "." + base64(CLAIMS);

        assertThat(verification(signed(text))).isInstanceOf(VerifiedToken.class);
        for (byte[] guess : List.of(new byte[1], new byte[32], "secret".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(verification(text + "." + base64(hmac("HmacSHA256", guess, text))))
                    .isEqualTo(TokenFault.SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "[\"a\"]", "{}", "true"})
    void row47_refusesAKidThatIsNoString(String kid) {
        assertThat(verification(token("{\"alg\":\"HS256\",\"kid\":" + kid + "}", CLAIMS)))
                .isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row47_neverLooksAtKeysThatATokenBrings() {
        byte[] attackers = new byte[32];
        for (String member : List.of(
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"" + base64(attackers) + "\"}",
                "\"jku\":\"http://127.0.0.1:1/keys\"",
                "\"x5u\":\"http://127.0.0.1:1/chain\"",
                "\"x5c\":[\"MII=\"]",
                "\"x5t\":\"AAAA\"")) {
            String text = base64("{\"alg\":\"HS256\"," + member + "}") + "." + base64(CLAIMS);

            assertThat(verification(text + "." + base64(hmac("HmacSHA256", attackers, text))))
                    .isEqualTo(TokenFault.SIGNATURE);
            assertThat(verification(signed(text))).isInstanceOf(VerifiedToken.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"exp\"]", "[\"b64\"]", "null", "\"b64\"", "{}", "1", "[\"\"]", "[null]"})
    void row47_refusesAnyCrit(String crit) {
        assertThat(verification(token("{\"alg\":\"HS256\",\"crit\":" + crit + ",\"b64\":true}", CLAIMS)))
                .isEqualTo(TokenFault.CRITICAL_HEADER);
    }

    @Test
    void row47_refusesEverySignatureButTheWholeRightOne() {
        String text = base64(HEADER) + "." + base64(CLAIMS);
        byte[] right = hmac("HmacSHA256", SECRET, text);

        for (int length : new int[]{0, 1, 8, 16, 31, 33, 64}) {
            assertThat(verification(text + "." + base64(Arrays.copyOf(right, length))))
                    .as("%d bytes", length)
                    .isEqualTo(TokenFault.SIGNATURE);
        }
        for (int bit = 0; bit < 256; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(verification(text + "." + base64(wrong))).as("bit %d", bit).isEqualTo(TokenFault.SIGNATURE);
        }
        assertThat(verification(text + "." + base64(new byte[32]))).isEqualTo(TokenFault.SIGNATURE);
        assertThat(verification(text + "." + base64(right))).isInstanceOf(VerifiedToken.class);
    }

    // ---- row 48

    @Test
    void row48_refusesATokenOver16KiBBeforeAnyWork() {
        int rest = token("{\"exp\":" + EXP + ",\"x\":\"\"}").length();
        String fill = "x".repeat((TokenVerifier.MAX_TOKEN_BYTES - rest) / 4 * 3);
        String longest = token("{\"exp\":" + EXP + ",\"x\":\"" + fill + "\"}");

        assertThat(longest.length()).isBetween(TokenVerifier.MAX_TOKEN_BYTES - 4, TokenVerifier.MAX_TOKEN_BYTES);
        assertThat(verification(longest)).isInstanceOf(VerifiedToken.class);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":\"" + fill + "xxxx\"}")))
                .isEqualTo(TokenFault.TOO_LONG);
        assertThat(verification("a".repeat(TokenVerifier.MAX_TOKEN_BYTES))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification("a".repeat(TokenVerifier.MAX_TOKEN_BYTES + 1))).isEqualTo(TokenFault.TOO_LONG);
        assertThat(verification("a".repeat(64 * 1024))).isEqualTo(TokenFault.TOO_LONG);
    }

    @Test
    void row48_refusesJsonTenThousandDeep() {
        String deep = "[".repeat(5000) + "]".repeat(5000);

        assertThat(verification(token("{\"alg\":\"HS256\",\"x\":" + deep + "}", CLAIMS)))
                .isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":" + "[".repeat(10_000) + "}")))
                .isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":" + "{\"a\":".repeat(2_000) + "}")))
                .isEqualTo(TokenFault.MALFORMED);
    }

    // ---- row 48b

    @Test
    void row48b_takesNestingOf64AndNoMore() {
        for (String around : List.of("[ ]", "{\"a\": }")) {
            String open = around.substring(0, around.indexOf(' '));
            String close = around.substring(around.indexOf(' ') + 1);
            String deepest = open.repeat(63) + 1 + close.repeat(63);
            String tooDeep = open.repeat(64) + 1 + close.repeat(64);
            if (around.startsWith("[")) {
                deepest = deepest.replace("1", "");
                tooDeep = tooDeep.replace("1", "");
            }

            assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":" + deepest + "}")))
                    .isInstanceOf(VerifiedToken.class);
            assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":" + tooDeep + "}")))
                    .isEqualTo(TokenFault.MALFORMED);
            assertThat(verification(token("{\"alg\":\"HS256\",\"x\":" + deepest + "}", CLAIMS)))
                    .isInstanceOf(VerifiedToken.class);
            assertThat(verification(token("{\"alg\":\"HS256\",\"x\":" + tooDeep + "}", CLAIMS)))
                    .isEqualTo(TokenFault.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
        "{\"alg\":\"none\",\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}",
        "{\"alg\":\"HS256\",\"x\":1,\"x\":1}",
        "{\"alg\":\"HS256\",\"jwk\":{\"k\":1,\"k\":2}}",
        "{\"alg\":\"HS256\",\"x\":[[{\"k\":1,\"k\":2}]]}"
    })
    void row48b_refusesDuplicateMembersInTheHeader(String header) {
        assertThat(verification(token(header, CLAIMS))).isEqualTo(TokenFault.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"sub\":\"1\",\"sub\":\"2\"",
        "\"sub\":\"1\",\"sub\":\"1\"",
        "\"sub\":\"1\",\"role\":\"a\",\"x\":1,\"sub\":\"2\"",
        "\"sub\":\"1\",\"\\u0073ub\":\"2\"",
        "\"exp\":1",
        "\"\":1,\"\":2",
        "\"x\":{\"a\":1,\"b\":2,\"a\":3}",
        "\"x\":[1,{\"a\":1,\"a\":1}]",
        "\"x\":{\"y\":{\"z\":[{\"a\":1},{\"a\":1,\"\\u0061\":1}]}}"
    })
    void row48b_refusesDuplicateMembersInTheClaimsAtAnyDepth(String members) {
        assertThat(verification(token("{\"exp\":" + EXP + "," + members + "}"))).isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row48b_takesOneNameInDifferentObjects() {
        assertThat(verification(
                token("{\"exp\":" + EXP + ",\"x\":{\"exp\":{\"exp\":1}},\"y\":[{\"exp\":1},{\"exp\":1}]}")))
                .isInstanceOf(VerifiedToken.class);
    }

    @Test
    void row48b_refusesPaddedBase64url() {
        String header = base64("{\"alg\":\"HS256\" }");
        String claims = base64(CLAIMS + (CLAIMS.length() % 3 == 1 ? "" : " ".repeat((4 - CLAIMS.length() % 3) % 3)));
        assertThat(header.length() % 4).isNotZero();
        assertThat(claims.length() % 4).isNotZero();
        String good = signed(header + "." + claims);
        assertThat(verification(good)).isInstanceOf(VerifiedToken.class);

        for (String padding : List.of("=", "==", "===", "====", "%3D")) {
            assertThat(verification(signed(header + padding + "." + claims))).isEqualTo(TokenFault.MALFORMED);
            assertThat(verification(signed(header + "." + claims + padding))).isEqualTo(TokenFault.MALFORMED);
            assertThat(verification(good + padding)).isEqualTo(TokenFault.MALFORMED);
        }
    }

    @Test
    void row48b_refusesTheAlphabetOfPlainBase64() {
        // "?~?~" and such make both characters that differ.
        String claims = base64("{\"exp\":" + EXP + ",\"x\":\"?>?>~?>?>~~?\"}");
        assertThat(claims).contains("-").contains("_");
        String header = base64("{\"alg\":\"HS256\",\"x\":\"?>?>~?>?>~~?\"}");
        assertThat(header).contains("-").contains("_");
        assertThat(verification(signed(header + "." + claims))).isInstanceOf(VerifiedToken.class);

        for (String[] change : new String[][]{{"-", "+"}, {"_", "/"}}) {
            assertThat(verification(signed(header + "." + claims.replace(change[0], change[1]))))
                    .isEqualTo(TokenFault.MALFORMED);
            assertThat(verification(signed(header.replace(change[0], change[1]) + "." + claims)))
                    .isEqualTo(TokenFault.MALFORMED);
        }
        for (int i = 0;; i++) {
            String token = token("{\"exp\":" + EXP + ",\"x\":" + i + "}");
            String signature = token.substring(token.lastIndexOf('.'));
            if (signature.contains("-") && signature.contains("_")) {
                assertThat(verification(token.replace(signature, signature.replace('-', '+'))))
                        .isEqualTo(TokenFault.MALFORMED);
                assertThat(verification(token.replace(signature, signature.replace('_', '/'))))
                        .isEqualTo(TokenFault.MALFORMED);
                return;
            }
        }
    }

    @Test
    void row48b_refusesEveryOtherByteAnywhere() {
        String good = token(CLAIMS);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
        int headerEnd = good.indexOf('.');
        int claimsEnd = good.lastIndexOf('.');
        for (int at : new int[]{0, 1, 5, headerEnd, headerEnd + 3, claimsEnd, claimsEnd + 1, good.length()}) {
            for (int c = 0; c < 256; c++) {
                if (alphabet.indexOf(c) < 0) {
                    String wrong = good.substring(0, at) + (char) c + good.substring(at);
                    String resigned = at > claimsEnd ? wrong : signed(wrong.substring(0, claimsEnd + 1));
                    assertThat(verification(resigned)).as("byte %d at %d", c, at).isEqualTo(TokenFault.MALFORMED);
                }
            }
        }
    }

    @Test
    void row48b_refusesUnusedBitsThatAreSet() {
        for (String spaces : List.of("", " ", "  ")) {
            String header = base64(HEADER + spaces);
            String claims = base64(CLAIMS + spaces);
            for (String other : othersWithTheSameBytes(header)) {
                assertThat(verification(signed(other + "." + claims))).isEqualTo(TokenFault.MALFORMED);
            }
            for (String other : othersWithTheSameBytes(claims)) {
                assertThat(verification(signed(header + "." + other))).isEqualTo(TokenFault.MALFORMED);
            }
        }
        String text = base64(HEADER) + "." + base64(CLAIMS);
        List<String> others = othersWithTheSameBytes(base64(hmac("HmacSHA256", SECRET, text)));
        assertThat(others).hasSize(3);
        for (String other : others) {
            assertThat(verification(text + "." + other)).isEqualTo(TokenFault.MALFORMED);
        }
    }

    /** The lenient spellings of a segment: those that the JDK's decoder takes for the same bytes. */
    private static List<String> othersWithTheSameBytes(String segment) {
        byte[] bytes = Base64.getUrlDecoder().decode(segment);
        String start = segment.substring(0, segment.length() - 1);
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars()
                .mapToObj(last -> start + (char) last)
                .filter(other -> !other.equals(segment))
                .filter(other -> Arrays.equals(Base64.getUrlDecoder().decode(other), bytes))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"1700003600\"",
        "\"\"",
        "null",
        "true",
        "false",
        "[]",
        "[1700003600]",
        "[\"1700003600\"]",
        "{}",
        "{\"a\":1700003600}",
        "1e400",
        "-1e400",
        "1E+309",
        "17000036001700003600e400"
    })
    void row48b_refusesDatesThatAreNoFiniteNumbers(String date) {
        assertThat(verification(token("{\"exp\":" + date + "}"))).isEqualTo(TokenFault.DATE);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"nbf\":" + date + "}"))).isEqualTo(TokenFault.DATE);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"iat\":" + date + "}"))).isEqualTo(TokenFault.DATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "+1700003600",
        "01700003600",
        "0x6553F100",
        "1700003600.",
        ".5",
        "1_700_003_600",
        "1700003600L",
        "1e",
        "--1",
        "",
        "'1700003600'",
        "undefined",
        "tru"
    })
    void row48b_refusesDatesThatAreNoJson(String date) {
        assertThat(verification(token("{\"exp\":" + date + "}"))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"nbf\":" + date + "}"))).isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row48b_boundsTheLengthOfNumbers() {
        assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":1" + "0".repeat(127) + "}")))
                .isInstanceOf(VerifiedToken.class);
        assertThat(verification(token("{\"exp\":" + EXP + ",\"x\":1" + "0".repeat(10_000) + "}")))
                .isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("{\"exp\":" + EXP + "." + "0".repeat(10_000) + "}")))
                .isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("{\"exp\":1" + "0".repeat(400) + "}"))).isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row48b_refusesAByteOrderMark() {
        assertThat(verification(token("\uFEFF" + CLAIMS))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token(CLAIMS + "\uFEFF"))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("\uFEFF" + HEADER, CLAIMS))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token("\uFEFF", CLAIMS))).isEqualTo(TokenFault.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE"})
    void row48b_refusesOtherEncodings(String name) {
        Charset charset = Charset.forName(name);

        assertThat(verification(signed(base64(HEADER) + "." + base64(CLAIMS.getBytes(charset)))))
                .isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(signed(base64(HEADER.getBytes(charset)) + "." + base64(CLAIMS))))
                .isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row48b_refusesWrongUtf8() {
        for (byte[] wrong : List.of(
                bytes(0x80),
                bytes(0xFF),
                bytes(0xFE),
                bytes(0xC3),
                bytes(0xC0, 0xAF),
                bytes(0xC1, 0x81),
                bytes(0xE0, 0x80, 0xAF),
                bytes(0xED, 0xA0, 0x80),
                bytes(0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80),
                bytes(0xF0, 0x80, 0x80, 0xAF),
                bytes(0xF4, 0x90, 0x80, 0x80),
                bytes(0xE9))) {
            byte[] start = ("{\"exp\":" + EXP + ",\"x\":\"").getBytes(StandardCharsets.US_ASCII);
            byte[] claims = ByteBuffer.allocate(start.length + wrong.length + 2)
                    .put(start)
                    .put(wrong)
                    .put((byte) '"')
                    .put((byte) '}')
                    .array();

            assertThat(verification(signed(base64(HEADER) + "." + base64(claims))))
                    .as("%s", Arrays.toString(wrong))
                    .isEqualTo(TokenFault.MALFORMED);
        }
        byte[] cut = Arrays.copyOf((CLAIMS + "é").getBytes(StandardCharsets.UTF_8), CLAIMS.length() + 1);
        assertThat(verification(signed(base64(HEADER) + "." + base64(cut)))).isEqualTo(TokenFault.MALFORMED);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"x\"",
        "[{\"exp\":1700003600}]",
        "{\"exp\":1700003600",
        "{\"exp\":1700003600}}",
        "{\"exp\":1700003600}{}",
        "{\"exp\":1700003600} x",
        "{\"exp\":1700003600}\u0000",
        "{\"exp\":1700003600,}",
        "{,\"exp\":1700003600}",
        "{\"exp\" 1700003600}",
        "{\"exp\":1700003600 \"a\":1}",
        "{'exp':1700003600}",
        "{exp:1700003600}",
        "{\"exp\":1700003600}//",
        "/**/{\"exp\":1700003600}",
        "{\"exp\":1700003600}#",
        "{\"exp\":1700003600,\"x\":[1,]}",
        "{\"exp\":1700003600,\"x\":[,]}",
        "{\"exp\":1700003600,\"x\":[}",
        "{\"exp\":1700003600,\"x\":}",
        "{\"exp\":1700003600,\"x\"}",
        "{\"exp\":1700003600,\"x\":\"a\nb\"}",
        "{\"exp\":1700003600,\"x\":\"\t\"}",
        "{\"exp\":1700003600,\"x\":\"\u0000\"}",
        "{\"exp\":1700003600,\"x\":\"\\x\"}",
        "{\"exp\":1700003600,\"x\":\"\\u12G4\"}",
        "{\"exp\":1700003600,\"x\":\"\\u12\"}",
        "{\"exp\":1700003600,\"x\":\"\\",
        "{\"exp\":1700003600,\"x\":\"a",
        "{\"exp\":1700003600,\"x\":{\"y\":\"\\x\"}}",
        "{\"exp\":1700003600,\"x\":TRUE}",
        "{\"exp\":1700003600,\"x\":truefalse}",
        "\f{\"exp\":1700003600}",
        "\u00A0{\"exp\":1700003600}"
    })
    void row48b_refusesWhatIsNotOneJsonObject(String json) {
        assertThat(verification(token(json))).isEqualTo(TokenFault.MALFORMED);
        assertThat(verification(token(json.replace("\"exp\":1700003600", "\"alg\":\"HS256\""), CLAIMS)))
                .isEqualTo(TokenFault.MALFORMED);
    }

    @Test
    void row48b_refusesWhatIsNotThreeParts() {
        String text = base64(HEADER) + "." + base64(CLAIMS);
        for (String wrong : List.of(
                "",
                ".",
                "..",
                "...",
                "a",
                base64(HEADER),
                text,
                text + ".." + base64(new byte[32]),
                "." + signed(text),
                signed(text) + ".",
                signed(text) + ".AAAA",
                signed(text) + ".AAAA.AAAA",
                signed("." + base64(CLAIMS)),
                signed(base64(HEADER) + "."),
                "{\"payload\":\"" + base64(CLAIMS) + "\",\"protected\":\"" + base64(HEADER) + "\"}",
                "Bearer " + signed(text))) {
            assertThat(verification(wrong)).as(wrong).isEqualTo(TokenFault.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"1\\r\\nX-User-Role: admin\"",
        "\"a\\rb\"",
        "\"a\\nb\"",
        "\"a\\u0000b\"",
        "\"a\\tb\"",
        "\"a\\u007fb\"",
        "\"Zoë\"",
        "\"\\u0080\"",
        "\"\\u0100\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\" a\"",
        "\"a \"",
        "\" \"",
        "[\"a\",\"b,c\"]",
        "[\"a\\r\\nb\"]",
        "[\"a\",\" b\"]",
        "[\"ë\"]",
        "[\",\"]"
    })
    void row48b_refusesForwardedClaimsThatCannotStandInAField(String value) {
        TokenVerifier forwarding = verifier()
                .forwardedClaims(new ForwardedClaims(Map.of("sub", HeaderName.of("X-User-Id"))))
                .build();
        String token = token("{\"exp\":" + EXP + ",\"sub\":" + value + "}");

        assertThat(verify(forwarding, token)).isEqualTo(TokenFault.FORWARDED_CLAIM);
        assertThat(verification(token)).isInstanceOf(VerifiedToken.class);
    }

    // ---- never throws

    @Test
    void refusesEveryMutationOfAGoodTokenAndThrowsForNone() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = token(CLAIMS).getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 100_000; round++) {
            byte[] mutated = good;
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                mutated = mutate(random, mutated);
            }
            boolean taken = verify(verifier, mutated, NOW) instanceof VerifiedToken;
            if (taken != Arrays.equals(mutated, good)) {
                fail("seed %d, round %d: taken %s: %s"
                        .formatted(seed, round, taken, new String(mutated, StandardCharsets.ISO_8859_1)));
            }
        }
    }

    @Test
    void throwsForNoSignedClaimsOrHeader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenVerifier strict = verifier()
                .audience("api")
                .requiredClaims(List.of("sub"))
                .forwardedClaims(new ForwardedClaims(Map.of("roles", HeaderName.of("X-Roles"))))
                .build();
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        byte[] claims = ("{\"exp\":" + EXP
                + ",\"nbf\":1.5e9,\"aud\":[\"api\"],\"sub\":\"\\u00eb\",\"roles\":[\"a\",\"b\"],"
                + "\"x\":{\"y\":[true,null,{}]}}")
                .getBytes(StandardCharsets.UTF_8);
        int taken = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] someHeader = random.nextInt(4) == 0 ? mutate(random, header) : header;
            byte[] someClaims = mutate(random, claims);
            String token = signed(base64(someHeader) + "." + base64(someClaims));
            Verification verification = verify(strict, token);
            if (verification instanceof VerifiedToken verified) {
                taken++;
                assertThat(verified.claims().strings("aud")).as("seed %d, round %d", seed, round).contains("api");
                assertThat(verified.claims().number("exp")).as("seed %d, round %d", seed, round).isNotNull();
                assertThat(verified.claims().has("sub")).as("seed %d, round %d", seed, round).isTrue();
            }
        }
        assertThat(taken).as("seed %d", seed).isBetween(100, 19_000);
    }

    private static byte[] mutate(Random random, byte[] in) {
        int at = random.nextInt(in.length + 1);
        int end = Math.min(in.length, at + 1 + random.nextInt(4));
        byte[] between = switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> new byte[]{(byte) random.nextInt(256)};
            case 2 -> new byte[]{(byte) ".=-_+/{}[]\",:eE0".charAt(random.nextInt(16))};
            case 3 -> Arrays.copyOfRange(in, at, Math.min(in.length, at + random.nextInt(20)));
            case 4 -> {
                byte[] some = new byte[random.nextInt(8)];
                random.nextBytes(some);
                yield some;
            }
            default -> new byte[]{(byte) (at < in.length ? in[at] ^ 1 << random.nextInt(8) : '.')};
        };
        int rest = random.nextInt(50) == 0 ? in.length : end;
        ByteBuffer out = ByteBuffer.allocate(at + between.length + in.length - rest);
        return out.put(in, 0, at).put(between).put(in, rest, in.length - rest).array();
    }
}
