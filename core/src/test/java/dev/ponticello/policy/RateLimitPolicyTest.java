package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RateLimitConfig.Algorithm;
import dev.ponticello.config.RateLimitConfig.By;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.loop.Chance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RateLimitPolicyTest {
    private static final Chance CHANCE = new Random(1)::nextLong;

    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void tellsWhatIsLeft() {
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        RateLimitPolicy limit = limit("api", "100/min");
        assertThat(limit.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(fieldsAfter(exchange, limit)).isEqualTo("""
                X-RateLimit-Limit: 100
                X-RateLimit-Remaining: 99
                X-RateLimit-Reset: 1700000040
                RateLimit-Policy: "api";q=100;w=60
                RateLimit: "api";r=99;t=40
                """);
    }

    @Test
    void refusesWhatIsOverTheLimitAndSaysWhenToComeAgain() {
        RateLimitPolicy limit = limit("api", "100/min");
        for (int i = 0; i < 100; i++) {
            assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1"))).isSameAs(Decision.CONTINUE);
        }
        exchanges.passMillis(2500);
        Exchange refused = exchanges.begin("GET / HTTP/1.1");
        Response response = TestExchanges.refused(limit.onRequest(refused), refused);
        assertThat(response.status()).isEqualTo(429);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"Rate limit exceeded\",\"retry_after\":38}");
        assertThat(response.headers().get(HeaderName.RETRY_AFTER)).isEqualTo("38");
        assertThat(response.headers().get(HeaderName.PROXY_STATUS))
                .isEqualTo("ponticello; error=http_request_denied; details=\"rate-limited\"");
        exchanges.passMillis(600);
        assertThat(fieldsAfter(refused, limit)).isEqualTo("""
                X-RateLimit-Limit: 100
                X-RateLimit-Remaining: 0
                X-RateLimit-Reset: 1700000040
                RateLimit-Policy: "api";q=100;w=60
                RateLimit: "api";r=0;t=38
                """);
    }

    @Test
    void givesTheWholeQuotaInTheNextWindow() {
        RateLimitPolicy limit = limit("api", "1/min");
        assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1"))).isSameAs(Decision.CONTINUE);
        exchanges.passMillis(39_999);
        assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1"))).isInstanceOf(Decision.Reject.class);
        exchanges.passMillis(1);
        assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1"))).isSameAs(Decision.CONTINUE);
    }

    @Test
    void tellsASlowAnswerWhatIsLeftOfTheWindow() {
        RateLimitPolicy limit = limit("api", "100/min");
        Exchange slow = exchanges.begin("GET / HTTP/1.1");
        Exchange slower = exchanges.begin("GET / HTTP/1.1");
        limit.onRequest(slow);
        limit.onRequest(slower);
        exchanges.passMillis(10_000);
        assertThat(fieldsAfter(slow, limit)).endsWith("RateLimit: \"api\";r=99;t=30\n");
        exchanges.passMillis(50_000);
        assertThat(fieldsAfter(slower, limit)).endsWith("RateLimit: \"api\";r=98;t=0\n");
    }

    @Test
    void replacesWhatTheEndpointSaysUnderTheseNames() {
        RateLimitPolicy limit = limit("api", "10/s");
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        limit.onRequest(exchange);
        ResponseHead head = TestExchanges.response(200, 0, "x-ratelimit-limit: 5", "X-RateLimit-Remaining: 4",
                "X-RateLimit-Remaining: 3", "X-RATELIMIT-RESET: 2", "ratelimit-policy: x", "RateLimit: y",
                "X-Other: kept");
        limit.onResponse(exchange, head);
        assertThat(head.headers()).hasToString("""
                X-Other: kept
                X-RateLimit-Limit: 10
                X-RateLimit-Remaining: 9
                X-RateLimit-Reset: 1700000001
                RateLimit-Policy: "api";q=10;w=1
                RateLimit: "api";r=9;t=1
                """);
    }

    @Test
    void saysNothingWhereItTookNoPart() {
        RateLimitPolicy limit = limit("api", "10/s");
        assertThat(fieldsAfter(exchanges.beginPreflight("OPTIONS / HTTP/1.1"), limit)).isEmpty();
        assertThat(fieldsAfter(exchanges.begin("GET / HTTP/1.1"), limit)).isEmpty();
    }

    @Test
    void countsEachIpv4AddressApart() {
        RateLimitPolicy limit = limit("api", "1/h");
        assertThat(passes(limit, "203.0.113.7")).isTrue();
        assertThat(passes(limit, "203.0.113.8")).isTrue();
        assertThat(passes(limit, "203.0.113.7")).isFalse();
        assertThat(passes(limit, "::ffff:203.0.113.7")).isFalse();
    }

    @Test
    void countsANetworkOfIpv6AsOneClient() {
        RateLimitPolicy limit = limit("api", "1/h");
        assertThat(passes(limit, "2001:db8:0:1::1")).isTrue();
        assertThat(passes(limit, "2001:db8:0:1:ffff:ffff:ffff:ffff")).isFalse();
        assertThat(passes(limit, "2001:db8:0:2::1")).isTrue();
    }

    @Test
    void countsByThePrefixesOfTheConfig() {
        RateLimitConfig config = RateLimitConfig.of(Rate.parse("1/h"));
        RateLimitPolicy wide = new RateLimitPolicy(config.withIpv4Prefix(24).withIpv6Prefix(48), "wide", CHANCE);
        assertThat(passes(wide, "203.0.113.7")).isTrue();
        assertThat(passes(wide, "203.0.113.255")).isFalse();
        assertThat(passes(wide, "203.0.112.255")).isTrue();
        assertThat(passes(wide, "2001:db8:0:1::1")).isTrue();
        assertThat(passes(wide, "2001:db8:0:ffff::1")).isFalse();
        assertThat(passes(wide, "2001:db8:1::1")).isTrue();
        RateLimitPolicy narrow = new RateLimitPolicy(config.withIpv6Prefix(127), "narrow", CHANCE);
        assertThat(passes(narrow, "2001:db8::2")).isTrue();
        assertThat(passes(narrow, "2001:db8::3")).isFalse();
        assertThat(passes(narrow, "2001:db8::4")).isTrue();
        RateLimitPolicy all = new RateLimitPolicy(config.withIpv4Prefix(0).withIpv6Prefix(0), "all", CHANCE);
        assertThat(passes(all, "203.0.113.7")).isTrue();
        assertThat(passes(all, "8.8.8.8")).isFalse();
        assertThat(passes(all, "2001:db8::1")).isTrue();
        assertThat(passes(all, "::1")).isFalse();
    }

    @Test
    void tellsOfTheScarcestOfSeveralLimitsAndListsAll() {
        RateLimitPolicy outer = limit("default", "100/min");
        RateLimitPolicy middle = limit("default-2", "5/s");
        RateLimitPolicy inner = limit("api", "1000/h");
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        outer.onRequest(exchange);
        middle.onRequest(exchange);
        inner.onRequest(exchange);
        assertThat(fieldsAfter(exchange, inner, middle, outer)).isEqualTo("""
                X-RateLimit-Limit: 5
                X-RateLimit-Remaining: 4
                X-RateLimit-Reset: 1700000001
                RateLimit-Policy: "default";q=100;w=60, "default-2";q=5;w=1, "api";q=1000;w=3600
                RateLimit: "default-2";r=4;t=1
                """);
    }

    @Test
    void tellsOfTheLimitThatRefusedAmongEquals() {
        RateLimitPolicy outer = limit("outer", "2/s");
        RateLimitPolicy inner = limit("inner", "1/min");
        Exchange first = exchanges.begin("GET / HTTP/1.1");
        outer.onRequest(first);
        inner.onRequest(first);
        Exchange second = exchanges.begin("GET / HTTP/1.1");
        outer.onRequest(second);
        assertThat(inner.onRequest(second)).isInstanceOf(Decision.Reject.class);
        assertThat(fieldsAfter(second, inner, outer)).isEqualTo("""
                X-RateLimit-Limit: 1
                X-RateLimit-Remaining: 0
                X-RateLimit-Reset: 1700000040
                RateLimit-Policy: "outer";q=2;w=1, "inner";q=1;w=60
                RateLimit: "inner";r=0;t=40
                """);
    }

    @Test
    void listsNoLimitThatARefusalKeptFromTakingPart() {
        RateLimitPolicy outer = limit("outer", "1/s");
        RateLimitPolicy inner = limit("inner", "1/min");
        outer.onRequest(exchanges.begin("GET / HTTP/1.1"));
        Exchange refused = exchanges.begin("GET / HTTP/1.1");
        assertThat(outer.onRequest(refused)).isInstanceOf(Decision.Reject.class);
        assertThat(fieldsAfter(refused, inner, outer)).isEqualTo("""
                X-RateLimit-Limit: 1
                X-RateLimit-Remaining: 0
                X-RateLimit-Reset: 1700000001
                RateLimit-Policy: "outer";q=1;w=1
                RateLimit: "outer";r=0;t=1
                """);
    }

    @Test
    void refusesMoreKeysThanTheLimiterTakes() {
        RateLimitConfig config = RateLimitConfig.of(Rate.parse("1/s"));
        assertThat(new RateLimitPolicy(config.withMaxKeys(10_000_000), "api", CHANCE)).isNotNull();
        assertThatThrownBy(() -> config.withMaxKeys(10_000_001)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max-keys: 10000001 (expected: 1 to 10000000)");
    }

    @Test
    void tellsOfASlidingWindow() {
        RateLimitPolicy limit = limit("api", "2/min", Algorithm.SLIDING_WINDOW);
        assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1"))).isSameAs(Decision.CONTINUE);
        exchanges.passMillis(15_000);
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        assertThat(limit.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(fieldsAfter(exchange, limit)).isEqualTo("""
                X-RateLimit-Limit: 2
                X-RateLimit-Remaining: 0
                X-RateLimit-Reset: 1700000091
                RateLimit-Policy: "api";q=2;w=60
                RateLimit: "api";r=0;t=46
                """);
    }

    @Test
    void tellsOfATokenBucketByItsBurst() {
        RateLimitPolicy limit = new RateLimitPolicy(RateLimitConfig.of(Rate.parse("100/min"))
                .withAlgorithm(Algorithm.TOKEN_BUCKET).withBurst(20), "api", CHANCE);
        limit.onRequest(exchanges.begin("GET / HTTP/1.1"));
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        limit.onRequest(exchange);
        assertThat(fieldsAfter(exchange, limit)).isEqualTo("""
                X-RateLimit-Limit: 20
                X-RateLimit-Remaining: 18
                X-RateLimit-Reset: 1700000002
                RateLimit-Policy: "api";q=20;w=12
                RateLimit: "api";r=18;t=1
                """);
    }

    @Test
    void fillsATokenBucketWithTheLimitWhereNoBurstIsWritten() {
        RateLimitPolicy limit = limit("api", "100/min", Algorithm.TOKEN_BUCKET);
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        limit.onRequest(exchange);
        assertThat(fieldsAfter(exchange, limit)).isEqualTo("""
                X-RateLimit-Limit: 100
                X-RateLimit-Remaining: 99
                X-RateLimit-Reset: 1700000001
                RateLimit-Policy: "api";q=100;w=60
                RateLimit: "api";r=99;t=1
                """);
    }

    @ParameterizedTest
    @EnumSource
    void letsThroughWhoWaitsAsLongAsItWasTold(Algorithm algorithm) {
        Random random = new Random(3);
        for (String rate : new String[]{"1/s", "7/s", "3/min", "100/min", "11/h"}) {
            RateLimitPolicy limit = limit("api", rate, algorithm);
            exchanges.passMillis(random.nextInt(3_600_000));
            for (int refusals = 0; refusals < 20;) {
                Exchange exchange = exchanges.begin("GET / HTTP/1.1");
                if (limit.onRequest(exchange) instanceof Decision.Reject refusal) {
                    refusals++;
                    String seconds = TestExchanges.refused(refusal, exchange).headers().get(HeaderName.RETRY_AFTER);
                    assertThat(fieldsAfter(exchange, limit)).endsWith(";r=0;t=" + seconds + "\n");
                    exchanges.passMillis(1000L * Integer.parseInt(String.valueOf(seconds)));
                    assertThat(limit.onRequest(exchanges.begin("GET / HTTP/1.1")))
                            .as("%s after %s s", rate, seconds).isSameAs(Decision.CONTINUE);
                }
                exchanges.passMillis(random.nextInt(200));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithTheCountsUnderOtherNumbersAndAnotherName(Algorithm algorithm) {
        RateLimitPolicy before = limit("api", "2/h", algorithm);
        assertThat(passes(before, "203.0.113.7")).isTrue();
        RateLimitConfig next = before.config().withLimit(Rate.parse("3/h"));
        RateLimitPolicy after = before.with(next, "new", CHANCE);
        Exchange exchange = exchanges.begin("GET / HTTP/1.1");
        assertThat(after.onRequest(exchange)).isSameAs(Decision.CONTINUE);
        assertThat(fieldsAfter(exchange, after)).contains("X-RateLimit-Limit: 3\n", "\"new\";q=3;w=3600\n",
                algorithm == Algorithm.TOKEN_BUCKET ? "" : "X-RateLimit-Remaining: 1\n");
        assertThat(passes(before, "203.0.113.7")).as("the one before counts the same").isFalse();
        RateLimitPolicy lower = after.with(next.withLimit(Rate.parse("1/h")), "new", CHANCE);
        assertThat(passes(lower, "203.0.113.7")).isFalse();
        assertThat(passes(lower, "203.0.113.8")).isTrue();
    }

    @Test
    void goesOnWithTheBucketsUnderAnotherBurst() {
        RateLimitPolicy before = limit("api", "10/h", Algorithm.TOKEN_BUCKET);
        assertThat(passes(before, "203.0.113.7")).isTrue();
        RateLimitPolicy after = before.with(before.config().withBurst(2), "api", CHANCE);
        assertThat(passes(after, "203.0.113.7")).isTrue();
        assertThat(passes(after, "203.0.113.7")).isFalse();
    }

    @Test
    void startsAnewWhereItCountsInAnotherWay() {
        RateLimitPolicy before = limit("api", "1/h");
        assertThat(passes(before, "203.0.113.7")).isTrue();
        RateLimitConfig config = before.config();
        for (RateLimitConfig next : List.of(config.withAlgorithm(Algorithm.SLIDING_WINDOW),
                config.withAlgorithm(Algorithm.TOKEN_BUCKET), config.withBy(List.of(By.ROUTE)),
                config.withBy(List.of(By.CLIENT_ADDRESS, By.ROUTE)), config.withMaxKeys(7), config.withIpv4Prefix(24),
                config.withIpv6Prefix(56))) {
            assertThat(passes(before.with(next, "api", CHANCE), "203.0.113.7")).as(next.toString()).isTrue();
        }
        assertThat(passes(before.with(config, "api", CHANCE), "203.0.113.7")).isFalse();
    }

    private static RateLimitPolicy limit(String name, String rate, Algorithm algorithm) {
        return new RateLimitPolicy(RateLimitConfig.of(Rate.parse(rate)).withAlgorithm(algorithm), name, CHANCE);
    }

    private static RateLimitPolicy limit(String name, String rate) {
        return new RateLimitPolicy(RateLimitConfig.of(Rate.parse(rate)), name, CHANCE);
    }

    private boolean passes(RateLimitPolicy limit, String client) {
        return limit.onRequest(exchanges.beginFrom(client, "GET / HTTP/1.1")) instanceof Decision.Continue;
    }

    private static String fieldsAfter(Exchange exchange, RateLimitPolicy... innermostFirst) {
        ResponseHead head = TestExchanges.response(200, 0);
        for (RateLimitPolicy policy : innermostFirst) {
            policy.onResponse(exchange, head);
        }
        return head.headers().toString();
    }
}
