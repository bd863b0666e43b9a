package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.HeaderName;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.TokenIssuer;
import dev.ponticello.loop.Chance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenPolicyTest {
    private static final Chance CHANCE = new Random(1)::nextLong;
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final HeaderName USER_ID = HeaderName.of("X-User-Id");
    private static final HeaderName USER_ROLE = HeaderName.of("X-User-Role");

    private final TestExchanges exchanges = new TestExchanges();
    private final BearerTokenPolicy policy = policy(config());

    @Test
    void letsAGoodTokenThroughAndTellsTheEndpointWhoseItIs() {
        Exchange exchange = begin("Authorization: Bearer " + token("7", "admin"));
        assertThat(policy.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(exchange.request().headers().all(USER_ID)).containsExactly("7");
        assertThat(exchange.request().headers().all(USER_ROLE)).containsExactly("admin");
        assertThat(exchange.request().headers().contains(HeaderName.AUTHORIZATION)).isTrue();
        assertThat(Objects.requireNonNull(exchange.get(BearerTokenPolicy.TOKEN)).claims().string("sub"))
                .isEqualTo("7");
    }

    @Test
    void refusesATokenThatExpiresWhileTheRequestWaits() {
        Exchange exchange = begin("Authorization: Bearer " + token("7", "admin"));
        exchanges.passMillis(Duration.ofHours(1).toMillis());
        assertInvalid(exchange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "bEaReR ", "Bearer   "})
    void takesTheSchemeInAnyCase(String scheme) {
        assertThat(policy.onRequest(begin("authorization: " + scheme + token("7", "admin"))))
                .isSameAs(Decision.CONTINUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Other: 1", "Authorization: Basic dTpw", "Authorization: Bearer", "Authorization:",
        "Authorization: Bearer\tx", "Authorization: Bearerx y", "Authorization: Token Bearer x"})
    void asksForATokenWhereThereIsNone(String field) {
        Exchange exchange = begin(field);
        assertMissing(policy.onRequest(exchange), exchange);
    }

    @Test
    void neverReadsATokenFromTheQuery() {
        Exchange exchange = exchanges.begin("GET /?access_token=" + token("7", "admin") + " HTTP/1.1");
        assertMissing(policy.onRequest(exchange), exchange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "a, Bearer b", "\u00e9.\u00e9.\u00e9"})
    void refusesWhatIsNoToken(String token) {
        assertInvalid(begin("Authorization: Bearer " + token));
    }

    @Test
    void refusesATokenOfAnotherSecret() {
        String foreign = new TokenIssuer(new HmacSecret(new byte[32]), JwsAlgorithm.HS256, Duration.ofHours(1))
                .issue("7", "admin", exchanges.wallMillis());
        assertInvalid(begin("Authorization: Bearer " + foreign));
    }

    @Test
    void refusesATokenFromItsExpiryOn() {
        String token = token("7", "admin");
        exchanges.passMillis(3_599_999);
        assertThat(policy.onRequest(begin("Authorization: Bearer " + token))).isSameAs(Decision.CONTINUE);
        exchanges.passMillis(1);
        assertInvalid(begin("Authorization: Bearer " + token));
    }

    @Test
    void refusesAuthorizationOnTwoLines() {
        String good = "Authorization: Bearer " + token("7", "admin");
        assertInvalid(begin(good, good));
        assertInvalid(begin("Authorization: Basic dTpw", good));
    }

    @Test
    void removesWhatClaimsToBeAForwardedClaim() {
        Exchange exchange = begin("X-User-Id: 1", "x-user-role: root", "X_User_Role: root",
                "Authorization: Bearer " + token("7", ""));
        assertThat(policy.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(exchange.request().headers().all(USER_ID)).containsExactly("7");
        assertThat(exchange.request().headers().toString()).doesNotContainIgnoringCase("role");
    }

    @Test
    void writesEachFieldOnceWhenTwoPoliciesForwardIt() {
        Exchange exchange = begin("Authorization: Bearer " + token("7", "admin"));
        policy.onRequest(exchange);
        policy(config()).onRequest(exchange);
        assertThat(exchange.request().headers().all(USER_ID)).containsExactly("7");
    }

    @Test
    void asksForWhatTheConfigAsksFor() {
        assertThat(passes(config().withIssuer("https://idp.example"))).isFalse();
        assertThat(passes(config().withAudience("api"))).isFalse();
        assertThat(passes(config().withRequiredClaims(List.of("email")))).isFalse();
        assertThat(passes(config().withAlgorithms(List.of(TokenAlgorithm.HS384))
                .withSecret(Secret.of(SECRET + SECRET)))).isFalse();
        assertThat(passes(config().withRequiredClaims(List.of("role")))).isTrue();
    }

    @Test
    void takesAnExpiredTokenWithinTheLeeway() {
        String token = token("7", "admin");
        BearerTokenPolicy lenient = policy(config().withLeeway(Duration.ofSeconds(10)));
        exchanges.passMillis(3_609_999);
        assertThat(lenient.onRequest(begin("Authorization: Bearer " + token))).isSameAs(Decision.CONTINUE);
        exchanges.passMillis(1);
        assertThat(lenient.onRequest(begin("Authorization: Bearer " + token))).isInstanceOf(Decision.Reject.class);
    }

    @Test
    void refusesASecretThatIsShorterThanTheHash() {
        BearerTokenConfig config = config().withAlgorithms(List.of(TokenAlgorithm.HS512));
        assertThatThrownBy(() -> policy(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("keys: none for HS512 (expected: a secret of at least 64 bytes)");
    }

    private boolean passes(BearerTokenConfig config) {
        return policy(config)
                .onRequest(begin("Authorization: Bearer " + token("7", "admin"))) instanceof Decision.Continue;
    }

    private static void assertMissing(Decision decision, Exchange exchange) {
        Response response = TestExchanges.refused(decision, exchange);
        assertThat(response.status()).isEqualTo(401);
        assertThat(body(response)).isEqualTo("{\"error\":\"Missing Bearer token\"}");
        assertThat(response.headers().all(HeaderName.WWW_AUTHENTICATE))
                .containsExactly("Bearer realm=\"ponticello\"");
    }

    private void assertInvalid(Exchange exchange) {
        Response response = TestExchanges.refused(policy.onRequest(exchange), exchange);
        assertThat(response.status()).isEqualTo(401);
        assertThat(body(response)).isEqualTo("{\"error\":\"Invalid or expired token\"}");
        assertThat(response.headers().all(HeaderName.WWW_AUTHENTICATE))
                .containsExactly("Bearer realm=\"ponticello\", error=\"invalid_token\"");
        assertThat(exchange.get(BearerTokenPolicy.TOKEN)).isNull();
        assertThat(exchange.request().headers().contains(USER_ID)).isFalse();
    }

    private static String body(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private Exchange begin(String... fields) {
        return exchanges.begin("GET /api HTTP/1.1\r\n" + String.join("\r\n", fields));
    }

    private String token(String subject, String role) {
        return new TokenIssuer(new HmacSecret(SECRET.getBytes(StandardCharsets.US_ASCII)), JwsAlgorithm.HS256,
                Duration.ofHours(1)).issue(subject, role, exchanges.wallMillis());
    }

    private static BearerTokenPolicy policy(BearerTokenConfig config) {
        return new BearerTokenPolicy(config, Objects.requireNonNull(BearerTokenPolicy.keys(config, "", new Problems())),
                CHANCE);
    }

    private static BearerTokenConfig config() {
        return BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(SECRET))
                .withForwardClaims(new LinkedHashMap<>(Map.of("sub", "X-User-Id", "role", "X-User-Role")));
    }
}
