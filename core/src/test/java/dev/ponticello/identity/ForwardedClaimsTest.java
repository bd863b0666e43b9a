package dev.ponticello.identity;

import static dev.ponticello.identity.Tokens.EXP;
import static dev.ponticello.identity.Tokens.KEY;
import static dev.ponticello.identity.Tokens.token;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedClaimsTest {
    private static final HeaderName FIELD = HeaderName.of("X-Claim");

    private final TokenVerifier verifier = Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256))
            .forwardedClaims(new ForwardedClaims(Map.of("c", FIELD)))
            .build();

    private Verification verification(String members) {
        return verify(verifier, token("{\"exp\":" + EXP + members + "}"));
    }

    private List<String> fields(String members) {
        Verification verification = verification(members);
        assertThat(verification).isInstanceOf(VerifiedToken.class);
        Headers headers = new Headers();
        ((VerifiedToken) verification).addForwardedTo(headers);
        return headers.all(FIELD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"alice\"            | alice",
        "\"a b  c\"           | a b  c",
        "\"a,b\"              | a,b",
        "\"!~\"               | !~",
        "\"\\u0041\\/\"       | A/",
        "1                    | 1",
        "-1.50E+3             | -1.50E+3",
        "1e400                | 1e400",
        "true                 | true",
        "false                | false",
        "[\"a\"]              | a",
        "[\"a\",\"b c\",\"d\"]| a,b c,d",
        "[\"a\",\"\"]         | a,"
    })
    void writesValuesAsTheyStandInTheToken(String json, String field) {
        assertThat(fields(",\"c\":" + json)).containsExactly(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        ",\"C\":\"a\"",
        ",\"c\":null",
        ",\"c\":\"\"",
        ",\"c\":[]",
        ",\"c\":[\"\"]",
        ",\"c\":{\"a\":\"b\"}",
        ",\"c\":{\"a\":\"\\r\\n\"}",
        ",\"c\":[1,2]",
        ",\"c\":[\"a\",null]"
    })
    void writesNoFieldForWhatHasNoValue(String members) {
        assertThat(fields(members)).isEmpty();
    }

    @Test
    void writesUpTo4KiB() {
        assertThat(fields(",\"c\":\"" + "x".repeat(4096) + "\"")).containsExactly("x".repeat(4096));
        assertThat(verification(",\"c\":\"" + "x".repeat(4097) + "\"")).isEqualTo(TokenFault.FORWARDED_CLAIM);
        assertThat(fields(",\"c\":[\"" + "x".repeat(2000) + "\",\"" + "x".repeat(2095) + "\"]"))
                .containsExactly("x".repeat(2000) + "," + "x".repeat(2095));
        assertThat(verification(",\"c\":[\"" + "x".repeat(2000) + "\",\"" + "x".repeat(2096) + "\"]"))
                .isEqualTo(TokenFault.FORWARDED_CLAIM);
    }

    @Test
    void writesEachClaimInItsField() {
        HeaderName user = HeaderName.of("X-User-Id");
        HeaderName role = HeaderName.of("X-User-Role");
        ForwardedClaims forwarded = new ForwardedClaims(Map.of("sub", user, "role", role));
        TokenVerifier both = Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256))
                .forwardedClaims(forwarded)
                .build();
        Headers headers = new Headers();

        VerifiedToken token = (VerifiedToken) verify(both,
                token("{\"exp\":" + EXP + ",\"sub\":\"1\",\"role\":\"admin\"}"));
        token.addForwardedTo(headers);

        assertThat(headers.all(user)).containsExactly("1");
        assertThat(headers.all(role)).containsExactly("admin");
        assertThat(forwarded.fields()).containsExactlyInAnyOrder(user, role);
        assertThat(ForwardedClaims.NONE.fields()).isEmpty();
    }

    @Test
    void refusesTwoClaimsForOneField() {
        assertThatThrownBy(() -> new ForwardedClaims(
                Map.of("sub", HeaderName.of("X-User"), "email", HeaderName.of("x-user"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("forward-claims: (X-User|x-user) twice \\(expected: one claim for a field\\)");
    }
}
