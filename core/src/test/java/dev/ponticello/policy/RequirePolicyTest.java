package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.RequireConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequirePolicyTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final TestExchanges exchanges = new TestExchanges();
    private final RequirePolicy policy = new RequirePolicy(
            new RequireConfig(new LinkedHashMap<>(Map.of("role", List.of("admin", "editor")))));

    @Test
    void letsThroughWhoeverHasOneOfTheValues() {
        assertThat(policy.onRequest(verified("admin"))).isSameAs(Decision.CONTINUE);
        assertThat(policy.onRequest(verified("editor"))).isSameAs(Decision.CONTINUE);
    }

    @Test
    void refusesWhoeverHasAnotherValue() {
        assertForbidden(verified("user"));
        assertForbidden(verified("Admin"));
    }

    @Test
    void refusesARequestWhoseTokenNobodyHasVerified() {
        assertForbidden(exchanges.begin("GET / HTTP/1.1"));
        assertForbidden(exchanges.begin("GET / HTTP/1.1", "Authorization: Bearer " + token("admin")));
    }

    @Test
    void refusesARequestFromAnotherOrigin() {
        RequirePolicy origins = new RequirePolicy(new RequireConfig(new LinkedHashMap<>(),
                List.of("https://app.example.com", "https://b.example:8443")));
        for (String good : List.of("https://app.example.com", "https://b.example:8443")) {
            assertThat(origins.onRequest(exchanges.begin("GET / HTTP/1.1", "Origin: " + good)))
                    .isSameAs(Decision.CONTINUE);
        }
        for (String bad : List.of("null", "https://evil-app.example.com", "https://app.example.com.evil.example",
                "http://app.example.com", "https://app.example.com:443", "https://App.example.com",
                "https://app.example.com https://app.example.com", "https://b.example", "")) {
            assertForbidden(origins, exchanges.begin("GET / HTTP/1.1", "Origin: " + bad));
        }
        assertForbidden(origins, exchanges.begin("GET / HTTP/1.1"));
        assertForbidden(origins, exchanges.begin("GET / HTTP/1.1", "Origin: https://app.example.com",
                "Origin: https://app.example.com"));
    }

    @Test
    void asksForBothWhereBothAreWritten() {
        RequirePolicy both = new RequirePolicy(new RequireConfig(
                new LinkedHashMap<>(Map.of("role", List.of("admin"))), List.of("https://a.example")));
        assertForbidden(both, verified("admin"));
        assertForbidden(both, exchanges.begin("GET / HTTP/1.1", "Origin: https://a.example"));
        assertThat(both.onRequest(verified("admin", "Origin: https://a.example"))).isSameAs(Decision.CONTINUE);
        assertForbidden(both, verified("user", "Origin: https://a.example"));
    }

    private void assertForbidden(Exchange exchange) {
        assertForbidden(policy, exchange);
    }

    private static void assertForbidden(RequirePolicy policy, Exchange exchange) {
        Response response = TestExchanges.refused(policy.onRequest(exchange), exchange);
        assertThat(response.status()).isEqualTo(403);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("{\"error\":\"Forbidden\"}");
    }

    private Exchange verified(String role, String... fields) {
        String[] head = Arrays.copyOf(new String[]{"GET / HTTP/1.1", "Authorization: Bearer " + token(role)},
                2 + fields.length);
        System.arraycopy(fields, 0, head, 2, fields.length);
        Exchange exchange = exchanges.begin(head);
        BearerTokenConfig config = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(SECRET));
        KeySet keys = KeySet.of(new HmacSecret(SECRET.getBytes(StandardCharsets.US_ASCII)));
        assertThat(new BearerTokenPolicy(config, keys, new Random(1)::nextLong).onRequest(exchange))
                .isSameAs(Decision.CONTINUE);
        return exchange;
    }

    private String token(String role) {
        return new TokenIssuer(new HmacSecret(SECRET.getBytes(StandardCharsets.US_ASCII)), JwsAlgorithm.HS256,
                Duration.ofHours(1)).issue("7", role, exchanges.wallMillis());
    }
}
