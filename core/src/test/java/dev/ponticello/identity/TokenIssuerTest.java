package dev.ponticello.identity;

import static dev.ponticello.identity.Tokens.KEY;
import static dev.ponticello.identity.Tokens.NOW;
import static dev.ponticello.identity.Tokens.SECRET;
import static dev.ponticello.identity.Tokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIssuerTest {

    @ParameterizedTest
    @EnumSource(names = "HS.*", mode = EnumSource.Mode.MATCH_ANY)
    void makesTokensThatAnotherImplementationTakes(JwsAlgorithm algorithm) throws JOSEException, ParseException {
        String token = new TokenIssuer(KEY, algorithm, Duration.ofHours(1)).issue("1", "admin", NOW + 999);

        SignedJWT jwt = SignedJWT.parse(token);
        assertThat(jwt.verify(new MACVerifier(SECRET))).isTrue();
        assertThat(jwt.getHeader().toString()).isEqualTo("{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\"}");
        assertThat(jwt.getPayload().toString())
                .isEqualTo("{\"sub\":\"1\",\"role\":\"admin\",\"iat\":1700000000,\"exp\":1700003600}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "", "Zoë", "a\"b\\c\r\n\u0000", "\uD83D\uDE00", "\uD83D", "\uDE00x"})
    void makesTokensThatTheVerifierTakesForAnySubject(String subject) {
        TokenVerifier verifier = Tokens.verifier(KEY, List.of(JwsAlgorithm.HS256)).build();
        String token = new TokenIssuer(KEY, JwsAlgorithm.HS256, Duration.ofSeconds(1)).issue(subject, "user", NOW);

        assertThat(verify(verifier, token, NOW + 999)).isInstanceOfSatisfying(VerifiedToken.class, verified -> {
            assertThat(verified.claims().string("sub")).isEqualTo(subject);
            assertThat(verified.claims().string("role")).isEqualTo("user");
        });
        assertThat(verify(verifier, token, NOW + 1000)).isEqualTo(TokenFault.EXPIRED);
    }

    @Test
    void tellsTheLifeInSeconds() {
        assertThat(new TokenIssuer(KEY, JwsAlgorithm.HS256, Duration.ofMinutes(60)).expiresInSeconds())
                .isEqualTo(3600);
    }

    @Test
    void refusesSettingsThatCannotBe() {
        HmacSecret secret = new HmacSecret(new byte[32]);
        assertThatThrownBy(() -> new TokenIssuer(secret, JwsAlgorithm.HS512, Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: 32 bytes (expected: >= 64 for HS512)");
        assertThatThrownBy(() -> new TokenIssuer(secret, JwsAlgorithm.HS256, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expires-in: PT0.999S (expected: >= 1s)");
    }
}
