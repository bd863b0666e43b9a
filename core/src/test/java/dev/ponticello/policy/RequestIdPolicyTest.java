package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.ResponseHead;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdPolicyTest {
    private static final HeaderName FIELD = HeaderName.of("X-Request-Id");
    private static final RequestIdPolicy FRESH = new RequestIdPolicy(RequestIdConfig.DEFAULTS);
    private static final RequestIdPolicy TRUSTING = new RequestIdPolicy(new RequestIdConfig("X-Request-Id", true));

    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void tellsOneIdToEndpointClientAndObservers() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        FRESH.onRequest(exchange);
        String id = Objects.requireNonNull(exchange.get(Exchange.REQUEST_ID));
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(exchange.request().headers().all(FIELD)).containsExactly(id);
        ResponseHead head = TestExchanges.response(200, 0, "x-request-id: endpoint's");
        FRESH.onResponse(exchange, head);
        assertThat(head.headers().all(FIELD)).containsExactly(id);
    }

    @Test
    void neverGivesAnIdTwice() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(fresh(exchanges));
        }
        assertThat(ids).hasSize(10_000);
    }

    @Test
    void givesOtherIdsOnALoopOfAnotherChance() {
        assertThat(fresh(new TestExchanges(1))).isEqualTo(fresh(new TestExchanges(1)));
        assertThat(fresh(new TestExchanges(1))).isNotEqualTo(fresh(new TestExchanges(2)));
    }

    @Test
    void replacesTheClientsIdWhereItIsNotTrusted() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "x-request-id: mine");
        FRESH.onRequest(exchange);
        assertThat(exchange.request().headers().all(FIELD)).hasSize(1).doesNotContain("mine");
    }

    @Test
    void keepsTheIdOfATrustedClient() {
        String longest = "~" + "!".repeat(127);
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "x-request-id: " + longest);
        TRUSTING.onRequest(exchange);
        assertThat(exchange.get(Exchange.REQUEST_ID)).isEqualTo(longest);
        assertThat(exchange.request().headers().all(FIELD)).containsExactly(longest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "\u00e9",
        "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
                + "!!!!!!!!!!!!!!!!",
        "a\r\nX-Request-Id: a"})
    void replacesAnIdThatCannotStandInALog(String id) {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "X-Request-Id: " + id);
        TRUSTING.onRequest(exchange);
        assertThat(exchange.request().headers().all(FIELD)).singleElement().asString().matches("[0-9a-f]{32}");
    }

    @Test
    void givesAnIdToAnAnswerWhoseRequestItNeverSaw() {
        Exchange exchange = exchanges.beginPreflight("OPTIONS / HTTP/1.1");
        ResponseHead head = TestExchanges.response(204, 0);
        FRESH.onResponse(exchange, head);
        assertThat(head.headers().get(FIELD)).isEqualTo(exchange.get(Exchange.REQUEST_ID)).matches("[0-9a-f]{32}");
    }

    @Test
    void tellsOneIdInTheFieldsOfTwoPolicies() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        FRESH.onRequest(exchange);
        new RequestIdPolicy(new RequestIdConfig("X-Trace", false)).onRequest(exchange);
        assertThat(exchange.request().headers().get(HeaderName.of("X-Trace")))
                .isEqualTo(exchange.request().headers().get(FIELD));
    }

    private static String fresh(TestExchanges exchanges) {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        FRESH.onRequest(exchange);
        return Objects.requireNonNull(exchange.get(Exchange.REQUEST_ID));
    }
}
