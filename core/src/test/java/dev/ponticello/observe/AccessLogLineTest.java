package dev.ponticello.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.ExchangeFixtures;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.outcome.Stage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessLogLineTest {
    private final TestExchanges exchanges = new TestExchanges();
    private final AccessLogLine line = new AccessLogLine();

    private String line(Exchange exchange, Outcome outcome) {
        return new String(line.of(exchange, outcome), StandardCharsets.ISO_8859_1);
    }

    private void spend(Exchange exchange, Stage stage, long millis) {
        ExchangeFixtures.enter(exchange, stage);
        exchanges.passMillis(millis);
    }

    @Test
    void tellsAServedExchange() {
        exchanges.passMillis(45);
        Exchange exchange = exchanges.begin("POST /users/7?token=secret HTTP/1.1", "Content-Length: 12");
        spend(exchange, Stage.MATCH, 0);
        ExchangeFixtures.route(exchange, "/users/{id}");
        spend(exchange, Stage.ADMIT, 1);
        exchange.set(Exchange.REQUEST_ID, "0198f3c2");
        ExchangeFixtures.attempt(exchange, "users", "http://10.0.0.1:8080");
        spend(exchange, Stage.CONNECT, 2);
        spend(exchange, Stage.SEND, 0);
        spend(exchange, Stage.AWAIT, 30);
        ExchangeFixtures.answer(exchange, 200);
        spend(exchange, Stage.RELAY, 4);
        ExchangeFixtures.bodies(exchange, 12, 3456);
        spend(exchange, Stage.CONCLUDE, 9);

        assertThat(line(exchange, Outcome.served())).isEqualTo("{\"time\":\"2023-11-14T22:13:20.045Z\""
                + ",\"client\":\"203.0.113.7\",\"method\":\"POST\",\"path\":\"/users/7\",\"protocol\":\"HTTP/1.1\""
                + ",\"route\":\"/users/{id}\",\"upstream\":\"users\",\"endpoint\":\"10.0.0.1:8080\",\"status\":200"
                + ",\"grpc_status\":null,\"outcome\":\"served\",\"reason\":null,\"side\":null,\"stage\":null,\"attempts\":1"
                + ",\"request_bytes\":12,\"response_bytes\":3456,\"request_id\":\"0198f3c2\",\"duration_us\":37000"
                + ",\"stages_us\":{\"admit\":1000,\"connect\":2000,\"await\":30000,\"relay\":4000}}\n");
    }

    @Test
    void tellsAFailureAndWhereItHappened() {
        Exchange exchange = exchanges.begin("GET /slow HTTP/1.0");
        ExchangeFixtures.route(exchange, "/slow");
        ExchangeFixtures.attempt(exchange, "slow", "http://10.0.0.2:80");
        ExchangeFixtures.enter(exchange, Stage.CONNECT);
        ExchangeFixtures.fail(exchange, FailureKind.TOTAL_TIMEOUT);
        ExchangeFixtures.enter(exchange, Stage.RELAY);
        ExchangeFixtures.answer(exchange, 504);
        ExchangeFixtures.enter(exchange, Stage.CONCLUDE);

        assertThat(Json.object(line(exchange, Outcome.failed(FailureKind.TOTAL_TIMEOUT))))
                .containsEntry("outcome", "failed").containsEntry("reason", "total-timeout")
                .containsEntry("side", "upstream").containsEntry("stage", "connect").containsEntry("status", 504L)
                .containsEntry("protocol", "HTTP/1.0").containsEntry("duration_us", 0L)
                .containsEntry("stages_us", Map.of()).containsEntry("request_id", null);
    }

    @Test
    void hasNoStatusWhereTheClientLeftBefore() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        ExchangeFixtures.enter(exchange, Stage.AWAIT);
        ExchangeFixtures.fail(exchange, FailureKind.CLIENT_GONE);
        ExchangeFixtures.enter(exchange, Stage.CONCLUDE);

        assertThat(Json.object(line(exchange, Outcome.failed(FailureKind.CLIENT_GONE))))
                .containsEntry("outcome", "abandoned")
                .containsEntry("reason", "client-gone").containsEntry("side", "client").containsEntry("stage", "await")
                .containsEntry("status", null).containsEntry("route", null).containsEntry("upstream", null)
                .containsEntry("endpoint", null).containsEntry("attempts", 0L);
    }

    @Test
    void tellsNothingOfAHeadThatWasNotRead() {
        RequestHead cleared = new RequestHead();
        Exchange exchange = ExchangeFixtures.begin(exchanges.loop(), cleared, "2001:db8::1");
        ExchangeFixtures.route(exchange, "");
        ExchangeFixtures.fail(exchange, FailureKind.REQUEST_MALFORMED);
        ExchangeFixtures.answer(exchange, 400);
        ExchangeFixtures.enter(exchange, Stage.CONCLUDE);

        assertThat(Json.object(line(exchange, Outcome.failed(FailureKind.REQUEST_MALFORMED))))
                .containsEntry("client", "2001:db8::1").containsEntry("method", null).containsEntry("path", null)
                .containsEntry("protocol", null).containsEntry("route", null).containsEntry("stage", "receive")
                .containsEntry("status", 400L);
    }

    @Test
    void tellsTheMethodWhereThePathWasRefused() {
        RequestHead head = TestExchanges.request("DELETE /%zz HTTP/1.1");
        head.setPath(new byte[0], 0, 0);
        Exchange exchange = ExchangeFixtures.begin(exchanges.loop(), head, "203.0.113.7");

        assertThat(Json.object(line(exchange, Outcome.failed(FailureKind.PATH_REFUSED))))
                .containsEntry("method", "DELETE").containsEntry("path", null).containsEntry("protocol", "HTTP/1.1");
    }

    @Test
    void tellsTheCanonicalPath() {
        RequestHead head = TestExchanges.request("GET /a/%2e%2e/b?q=1 HTTP/1.1");
        head.setPath("xx/bxx".getBytes(StandardCharsets.US_ASCII), 2, 4);
        Exchange exchange = ExchangeFixtures.begin(exchanges.loop(), head, "203.0.113.7");

        assertThat(Json.object(line(exchange, Outcome.answered()))).containsEntry("path", "/b");
    }

    @Test
    void tellsTheTimeOfEachExchangeAnew() {
        String first = line(exchanges.begin("GET / HTTP/1.1"), Outcome.answered());
        exchanges.passMillis(999);
        String second = line(exchanges.begin("GET / HTTP/1.1"), Outcome.answered());
        exchanges.passMillis(1);
        String third = line(exchanges.begin("GET / HTTP/1.1"), Outcome.answered());

        assertThat(first).startsWith("{\"time\":\"2023-11-14T22:13:20.000Z\",");
        assertThat(second).startsWith("{\"time\":\"2023-11-14T22:13:20.999Z\",");
        assertThat(third).startsWith("{\"time\":\"2023-11-14T22:13:21.000Z\",");
    }

    @Test
    void isOneObjectOnOneLineWhateverTheClientSends() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] path = bytes(random, 5000);
            byte[] method = bytes(random, 100);
            String requestId = chars(random, 3000);
            RequestHead head = TestExchanges.request("GET /x HTTP/1.1");
            head.setRequestLine(Method.of(method, 0, method.length), 1, 0, 2, -1);
            head.setPath(path, 0, path.length);
            Exchange exchange = ExchangeFixtures.begin(exchanges.loop(), head, "203.0.113.7");
            exchange.set(Exchange.REQUEST_ID, requestId);
            String route = chars(random, 20);
            ExchangeFixtures.route(exchange, route);
            ExchangeFixtures.bodies(exchange, random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE));

            String text = line(exchange, Outcome.answered());

            String name = "seed " + seed;
            assertThat(text).as(name).matches("[ -~]*\n");
            Map<String, @Nullable Object> members = Json.object(text);
            assertThat(members.keySet()).as(name).containsExactly("time", "client", "method", "path", "protocol",
                    "route", "upstream", "endpoint", "status", "grpc_status", "outcome", "reason", "side", "stage",
                    "attempts",
                    "request_bytes", "response_bytes", "request_id", "duration_us", "stages_us");
            assertThat(members).as(name)
                    .containsEntry("method", new String(method, StandardCharsets.ISO_8859_1))
                    .containsEntry("path", cut(new String(path, StandardCharsets.ISO_8859_1)))
                    .containsEntry("request_id", cut(requestId))
                    .containsEntry("route", route.isEmpty() ? null : route)
                    .containsEntry("request_bytes", exchange.requestBytes())
                    .containsEntry("response_bytes", exchange.responseBytes());
        }
    }

    private static byte[] bytes(Random random, int below) {
        byte[] bytes = new byte[1 + random.nextInt(below)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Any characters, halves of pairs too. */
    private static String chars(Random random, int below) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(below); left > 0; left--) {
            text.append((char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    private static String cut(String text) {
        return text.length() <= 2048 ? text : text.substring(0, 2048) + "…";
    }
}
