package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.HeadersConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.ResponseHead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderEditPolicyTest {
    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void editsTheRequest() {
        HeaderEditPolicy policy = new HeaderEditPolicy(new HeadersConfig(
                edits(Map.of("X-Env", "prod"), Map.of("X-Tag", "b"), List.of("X-Debug")), HeadersConfig.Edits.NONE));
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "X-Debug: 1", "x_debug: 2", "x-env: test", "X-Env: dev",
                "X-Tag: a", "X-Other: kept");
        assertThat(policy.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(exchange.request().headers())
                .hasToString("X-Tag: a\nX-Other: kept\nHost: gateway.example\nX-Env: prod\nX-Tag: b\n");
        ResponseHead head = TestExchanges.response(200, 0, "X-Debug: 1");
        policy.onResponse(exchange, head);
        assertThat(head.headers()).hasToString("X-Debug: 1\n");
    }

    @Test
    void editsTheAnswer() {
        HeaderEditPolicy policy = new HeaderEditPolicy(new HeadersConfig(HeadersConfig.Edits.NONE,
                edits(Map.of("X-Version", "1"), Map.of("Link", "</next>"), List.of("Server"))));
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "Server: kept");
        policy.onRequest(exchange);
        assertThat(exchange.request().headers()).hasToString("Server: kept\nHost: gateway.example\n");
        ResponseHead head = TestExchanges.response(200, 0, "server: x", "X-Version: 0", "Link: </prev>");
        policy.onResponse(exchange, head);
        assertThat(head.headers()).hasToString("Link: </prev>\nX-Version: 1\nLink: </next>\n");
    }

    @Test
    void setsWhatItRemoves() {
        HeaderEditPolicy policy = new HeaderEditPolicy(new HeadersConfig(
                edits(Map.of("X-A", "new"), Map.of(), List.of("X-A")), HeadersConfig.Edits.NONE));
        Exchange exchange = exchanges.begin("GET / HTTP/1.1", "X-A: old");
        policy.onRequest(exchange);
        assertThat(exchange.request().headers()).hasToString("Host: gateway.example\nX-A: new\n");
    }

    @Test
    void neverWritesASecondField() {
        for (String value : List.of("a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u0000", "\u00e9")) {
            assertThatThrownBy(() -> new HeaderEditPolicy(
                    new HeadersConfig(edits(Map.of("X-A", value), Map.of(), List.of()), HeadersConfig.Edits.NONE)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static HeadersConfig.Edits edits(Map<String, String> set, Map<String, String> add, List<String> remove) {
        return new HeadersConfig.Edits(new LinkedHashMap<>(set), new LinkedHashMap<>(add), remove);
    }
}
