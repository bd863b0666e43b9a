package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.CorsConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.FailureKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPolicyTest {
    private static final String EXPOSED = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, RateLimit-Policy, Retry-After";
    private static final CorsConfig OPEN = CorsConfig.DEFAULTS.withOrigins(List.of("*"))
            .withMethods(List.of("GET", "POST"))
            .withHeaders(List.of("*"));
    private static final CorsConfig LISTED = CorsConfig.DEFAULTS
            .withOrigins(List.of("https://app.example.com", "http://localhost:3000"))
            .withMethods(List.of("GET", "PUT"))
            .withHeaders(List.of("Authorization", "Content-Type"));

    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void opensEveryAnswerToEveryOrigin() {
        String open = "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: " + EXPOSED + "\n";
        assertThat(answered(OPEN, "GET / HTTP/1.1", "Origin: https://anyone.example")).isEqualTo(open);
        assertThat(answered(OPEN, "GET / HTTP/1.1", "Origin: null")).isEqualTo(open);
        assertThat(answered(OPEN, "GET / HTTP/1.1")).isEqualTo(open);
    }

    @Test
    void namesAnOriginOfTheList() {
        assertThat(answered(LISTED, "GET / HTTP/1.1", "Origin: http://localhost:3000")).isEqualTo("Vary: Origin\n"
                + "Access-Control-Allow-Origin: http://localhost:3000\n"
                + "Access-Control-Expose-Headers: " + EXPOSED + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil-app.example.com", "https://app.example.com.evil",
        "https://app.example.com:443",
        "https://appxexample.com", "http://app.example.com", "https://APP.example.com", "https://app.example.com/",
        "null", "", "*", "https://app.example.com\r\nOrigin: https://app.example.com", "https://\u00e9.example"})
    void saysNothingToAnyOtherOrigin(String origin) {
        assertThat(answered(LISTED, "GET / HTTP/1.1", "Origin: " + origin)).isEqualTo("Vary: Origin\n");
        Response preflight = preflight(LISTED, "Origin: " + origin, "Access-Control-Request-Method: GET");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers()).hasToString(
                "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\n");
    }

    @Test
    void saysThatItVariesEvenWithoutAnOrigin() {
        assertThat(answered(LISTED, "GET / HTTP/1.1")).isEqualTo("Vary: Origin\n");
    }

    @Test
    void takesTheOriginNullOnlyIfItIsListed() {
        assertThat(answered(LISTED.withOrigins(List.of("null")), "GET / HTTP/1.1", "Origin: null"))
                .contains("Access-Control-Allow-Origin: null\n");
    }

    @Test
    void allowsCredentialsToTheOriginsOfTheListAlone() {
        CorsConfig config = LISTED.withCredentials(true);
        assertThat(answered(config, "GET / HTTP/1.1", "Origin: http://localhost:3000")).isEqualTo("Vary: Origin\n"
                + "Access-Control-Allow-Origin: http://localhost:3000\n"
                + "Access-Control-Allow-Credentials: true\n"
                + "Access-Control-Expose-Headers: " + EXPOSED + "\n");
        assertThat(answered(config, "GET / HTTP/1.1", "Origin: http://localhost:3001")).isEqualTo("Vary: Origin\n");
        assertThat(preflight(config, "Origin: http://localhost:3000", "Access-Control-Request-Method: GET").headers()
                .toString()).contains("Access-Control-Allow-Credentials: true\n");
    }

    @Test
    void exposesWhatTheConfigNamesBesides() {
        CorsConfig config = OPEN.withExpose(List.of("ETag", "retry-after", "X-Page"));
        assertThat(answered(config, "GET / HTTP/1.1"))
                .endsWith("Access-Control-Expose-Headers: " + EXPOSED + ", ETag, X-Page\n");
    }

    @Test
    void replacesWhatTheEndpointSays() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "Origin: https://evil.example");
        ResponseHead head = TestExchanges.response(200, 0, "Access-Control-Allow-Origin: https://evil.example",
                "access-control-allow-credentials: true", "Access-Control-Expose-Headers: X-Secret",
                "Access-Control-Allow-Private-Network: true", "Vary: Accept", "X-Other: kept");
        new CorsPolicy(LISTED).onResponse(exchange, head);
        assertThat(head.headers()).hasToString("X-Other: kept\nVary: Accept, Origin\n");
    }

    @Test
    void leavesAVaryThatSaysItAlready() {
        assertThat(vary("Vary: accept, origin")).isEqualTo("Vary: accept, origin\n");
        assertThat(vary("Vary: Accept", "Vary: *")).isEqualTo("Vary: Accept\nVary: *\n");
        assertThat(vary("Vary: Accept", "Vary: Cookie")).isEqualTo("Vary: Cookie\nVary: Accept, Origin\n");
        assertThat(vary("Vary:")).isEqualTo("Vary: Origin\n");
        assertThat(vary("Vary: \u00e9")).isEqualTo("Vary: \u00e9, Origin\n");
    }

    @Test
    void answersAPreflightWithAllThatIsAllowed() {
        Response response = preflight(LISTED, "Origin: https://app.example.com", "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: authorization");
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers()).hasToString("""
                Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                Access-Control-Allow-Origin: https://app.example.com
                Access-Control-Allow-Methods: GET, PUT
                Access-Control-Allow-Headers: Authorization, Content-Type
                Access-Control-Max-Age: 600
                """);
    }

    @Test
    void listsTheMethodsToAPreflightForAnotherOne() {
        Response response = preflight(LISTED, "Origin: https://app.example.com",
                "Access-Control-Request-Method: DELETE");
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers().toString()).contains("Access-Control-Allow-Methods: GET, PUT\n");
    }

    @Test
    void echoesTheRequestedNamesWhereEveryHeaderIsAllowed() {
        assertThat(preflight(OPEN, "Origin: https://a.example", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,x-a", "Access-Control-Request-Headers: X-B").headers())
                .hasToString("""
                        Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                        Access-Control-Allow-Origin: *
                        Access-Control-Allow-Methods: GET, POST
                        Access-Control-Allow-Headers: authorization,x-a, X-B
                        Access-Control-Max-Age: 600
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-a, \u00e9", "x a", "x-a; b", "\"x\"", "", ","})
    void echoesNothingThatIsNoName(String requested) {
        Response response = preflight(OPEN, "Origin: https://a.example", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: " + requested);
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers().toString()).doesNotContain("Access-Control-Allow-Headers");
    }

    @Test
    void saysNothingOfMethodsAndHeadersThatNobodyAllowed() {
        CorsConfig config = CorsConfig.DEFAULTS.withOrigins(List.of("*")).withMaxAge(Duration.ZERO);
        assertThat(preflight(config, "Origin: https://a.example", "Access-Control-Request-Method: PUT").headers())
                .hasToString("""
                        Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
                        Access-Control-Allow-Origin: *
                        Access-Control-Max-Age: 0
                        """);
    }

    @Test
    void answersPreflightsBeforeTheChain() {
        List<Policy> chain = List.of(new CorsPolicy(OPEN), new Refusing(), new CorsPolicy(LISTED));
        TestExchanges.Answer answer = exchanges.play(chain, (_, _) -> Decision.reject(FailureKind.NOT_FOUND),
                "OPTIONS /x HTTP/1.1", "Origin: https://app.example.com", "Access-Control-Request-Method: GET");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
        assertThat(answer.field("Access-Control-Allow-Methods")).isEqualTo("GET, PUT");
        assertThat(answer.field("Access-Control-Expose-Headers")).isNull();
    }

    @Test
    void speaksOnRefusalsAndTheInnermostAlone() {
        List<Policy> chain = List.of(new CorsPolicy(OPEN), new Refusing(), new CorsPolicy(LISTED));
        TestExchanges.Answer answer = exchanges.play(chain, (_, _) -> Decision.reject(FailureKind.NOT_FOUND),
                "GET /x HTTP/1.1", "Origin: https://app.example.com");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
        assertThat(answer.field("Access-Control-Expose-Headers")).isEqualTo(EXPOSED);
        assertThat(answer.field("Vary")).isEqualTo("Accept, Origin");
    }

    @Test
    void refusesAnOriginThatNoBrowserSends() {
        assertThatThrownBy(() -> LISTED.withOrigins(List.of("https://\u00e9.example")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("origins[0]: 'https://\u00e9.example' (expected: an origin like ");
    }

    private String answered(CorsConfig config, String... lines) {
        ResponseHead head = TestExchanges.response(200, 0);
        new CorsPolicy(config).onResponse(exchanges.begin(lines), head);
        return head.headers().toString();
    }

    private String vary(String... fields) {
        ResponseHead head = TestExchanges.response(200, 0, fields);
        new CorsPolicy(LISTED).onResponse(exchanges.begin("GET / HTTP/1.1"), head);
        return head.headers().toString();
    }

    private Response preflight(CorsConfig config, String... fields) {
        return new CorsPolicy(config)
                .onPreflight(exchanges.beginPreflight("OPTIONS / HTTP/1.1\r\n" + String.join("\r\n", fields)));
    }

    private static final class Refusing implements Policy {
        @Override
        public Decision onRequest(Exchange exchange) {
            return Decision.reject(FailureKind.FORBIDDEN);
        }
    }
}
