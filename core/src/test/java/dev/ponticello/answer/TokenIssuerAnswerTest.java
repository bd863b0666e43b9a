package dev.ponticello.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.identity.Claims;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.TokenProbe;
import dev.ponticello.identity.TokenVerifier;
import dev.ponticello.identity.VerifiedToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIssuerAnswerTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Pattern TOKEN = Pattern.compile("\\{\"token\":\"([^\"]+)\",\"expires_in\":3600}");

    private final TestExchanges exchanges = new TestExchanges();
    private final TokenIssuerAnswer issuer = new TokenIssuerAnswer(AnswerConfig.TokenIssuer.of(Secret.of(SECRET)));

    @Test
    void givesATokenForTheUserAndRoleThatAreAskedFor() {
        TestExchanges.Answer answer = ask("{\"user_id\":\"1\",\"role\":\"admin\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
        Claims claims = claims(answer);
        assertThat(claims.string("sub")).isEqualTo("1");
        assertThat(claims.string("role")).isEqualTo("admin");
        assertThat(claims.number("iat")).isEqualTo("1700000000");
        assertThat(claims.number("exp")).isEqualTo("1700003600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", " { } ", "{\"other\":\"x\"}"})
    void takesWhoNamesNobodyForAnonymous(String body) {
        Claims claims = claims(ask(body));
        assertThat(claims.string("sub")).isEqualTo("anonymous");
        assertThat(claims.string("role")).isEqualTo("user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"user_id\":\"1\",}", "{'user_id':'1'}", "{\"user_id\":\"1\"} x", "{}{}", " ",
        "[]", "\"x\"", "null", "1", "\uFEFF{}", "{\"role\":\"a\",\"role\":\"b\"}", "{\"a\":\"\u0001\"}", "/**/{}",
        "user_id=1"})
    void refusesWhatIsNoJsonObject(String body) {
        TestExchanges.Answer answer = ask(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"error\":\"The request body is not a JSON object\"}");
        assertThat(answer.field("Proxy-Status"))
                .isEqualTo("ponticello; error=http_request_error; details=\"answer-refused\"");
    }

    @Test
    void refusesWhatIsNoUtf8() {
        assertThat(ask("{\"role\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)).status()).isEqualTo(400);
        assertThat(ask("{}".getBytes(StandardCharsets.UTF_16LE)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"user_id\":1}", "{\"role\":null}", "{\"role\":[\"admin\"]}", "{\"role\":{}}",
        "{\"role\":true}", "{\"other\":1}", "{\"user_id\":\"1\",\"role\":1.5}"})
    void refusesAMemberThatIsNoString(String body) {
        TestExchanges.Answer answer = ask(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"error\":\"A member of the request body is not a string\"}");
    }

    @Test
    void refusesABodyOver16KiB() {
        String body = "{\"user_id\":\"1\"}";
        assertThat(ask(body + " ".repeat(16 * 1024 - body.length())).status()).isEqualTo(200);
        TestExchanges.Answer answer = ask(body + " ".repeat(16 * 1024 - body.length() + 1));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).isEqualTo("{\"error\":\"The request body is too large\"}");
    }

    @Test
    void refusesWhatWouldMakeATokenThatNoPolicyTakes() {
        int fits = 1;
        while (ask("{\"user_id\":\"" + "x".repeat(fits + 1) + "\"}").status() == 200) {
            fits += fits < 12_000 ? 100 : 1;
        }
        assertThat(fits).isBetween(12_000, 12_288);
        claims(ask("{\"user_id\":\"" + "x".repeat(fits) + "\"}"));
        // An escape of 6 bytes for each of 2.
        for (String user : new String[]{"x".repeat(fits + 1), "\u00e9".repeat(8000)}) {
            TestExchanges.Answer answer = ask("{\"user_id\":\"" + user + "\"}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text())
                    .isEqualTo(
                            "{\"error\":\"The token would have more than 16 KiB, which bearer-token does not take\"}");
            assertThat(answer.field("Proxy-Status"))
                    .isEqualTo("ponticello; error=http_request_error; details=\"answer-refused\"");
        }
    }

    @Test
    void takesEveryStringThatJsonCanWrite() {
        Claims claims = claims(ask("{\"user_id\":\"\\\"\\r\\n\u00e9\uD83D\uDE00\"}"));
        assertThat(claims.string("sub")).isEqualTo("\"\r\n\u00e9\uD83D\uDE00");
    }

    @Test
    void refusesASecretThatIsTooShort() {
        assertThatThrownBy(() -> new TokenIssuerAnswer(AnswerConfig.TokenIssuer.of(Secret.of("short"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: 5 bytes (expected: >= 32 for HS256)");
    }

    private TestExchanges.Answer ask(String body) {
        return ask(body.getBytes(StandardCharsets.UTF_8));
    }

    private TestExchanges.Answer ask(byte[] body) {
        return exchanges.play(List.of(), issuer, body, "POST /api/token HTTP/1.1", "Content-Length: " + body.length);
    }

    private Claims claims(TestExchanges.Answer answer) {
        Matcher matcher = TOKEN.matcher(answer.text());
        assertThat(matcher.matches()).as(answer.text()).isTrue();
        byte[] token = matcher.group(1).getBytes(StandardCharsets.US_ASCII);
        KeySet keys = KeySet.of(new HmacSecret(SECRET.getBytes(StandardCharsets.US_ASCII)));
        TokenVerifier verifier = TokenVerifier.builder(keys, List.of(JwsAlgorithm.HS256), new Random(1)).build();
        return ((VerifiedToken) verifier.verify(new TokenProbe(), token, 0, token.length, exchanges.wallMillis()))
                .claims();
    }
}
