package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RateLimitConfig.By;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.ExchangeFixtures;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.Tokens;
import dev.ponticello.limit.KeyHash;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitKeyTest {
    private static final By HEADER = new By.Header("X-Key");
    private static final By CLAIM = new By.Claim("sub");

    private final TestExchanges exchanges = new TestExchanges();

    @Test
    void tellsFieldsByTheirValuesAndTheirNameInAnyCase() {
        LimitKey key = key(HEADER);
        assertThat(key.of(begin("X-Key: a"))).isEqualTo(key.of(begin("x-kEY:   a  ")))
                .isNotEqualTo(key.of(begin("X-Key: A"))).isNotEqualTo(key.of(begin("X-Keys: a")));
    }

    @Test
    void takesAllValuesOfAFieldOnSeveralLines() {
        LimitKey key = key(HEADER);
        assertAllDiffer(key.of(begin("X-Key: a")), key.of(begin("X-Key: b")), key.of(begin("X-Key: a", "X-Key: b")),
                key.of(begin("X-Key: b", "X-Key: a")), key.of(begin("X-Key: a", "X-Key: a")),
                key.of(begin("X-Key: ab")), key.of(begin("X-Key: a", "X-Key: a", "X-Key: a")));
    }

    @Test
    void takesAnEmptyFieldForNone() {
        LimitKey key = key(HEADER);
        long none = key.of(begin());
        assertThat(key.of(begin("X-Key:"))).isEqualTo(none);
        assertThat(key.of(begin("X-Key:  ", "X-Key: "))).isEqualTo(none);
        assertThat(key.of(begin("X-Key: ", "X-Key: a"))).isEqualTo(key.of(begin("X-Key: a")));
    }

    @Test
    void tellsClaimsAsTheyAreWritten() {
        LimitKey key = key(CLAIM);
        assertAllDiffer(key.of(begin()), key.of(claiming("\"1\"")), key.of(claiming("\"a\"")),
                key.of(claiming("1.0")), key.of(claiming("true")), key.of(claiming("[\"a\"]")),
                key.of(claiming("[\"a\",\"b\"]")), key.of(claiming("[\"b\",\"a\"]")), key.of(claiming("\"\u20ac\"")));
        assertThat(key.of(claiming("1"))).isEqualTo(key.of(claiming("\"1\"")));
    }

    @Test
    void takesAClaimThatSaysNothingForNone() {
        LimitKey key = key(CLAIM);
        long none = key.of(begin());
        for (String nothing : new String[]{"null", "\"\"", "[]", "{}", "[1]", "{\"a\":1}"}) {
            assertThat(key.of(claiming(nothing))).as(nothing).isEqualTo(none);
        }
        assertThat(key(new By.Claim("role")).of(claiming("\"a\""))).as("another claim").isEqualTo(none);
        assertThat(key.of(begin("Authorization: Bearer " + token("\"a\"")))).as("not verified").isEqualTo(none);
    }

    @Test
    void tellsRoutesByTheirIdentity() {
        LimitKey key = key(By.ROUTE);
        assertAllDiffer(key.of(routed("/a", "GET /a")), key.of(routed("/a", "POST /a")), key.of(routed("/b", "GET /b")),
                key.of(routed("", "")));
        assertThat(key.of(routed("/a", "GET /a"))).isEqualTo(key.of(routed("/a", "GET /a")));
    }

    @Test
    void tellsEachMixOfSeveral() {
        LimitKey key = key(By.CLIENT_ADDRESS, HEADER);
        assertAllDiffer(key.of(from("203.0.113.7", "X-Key: a")), key.of(from("203.0.113.7", "X-Key: b")),
                key.of(from("203.0.113.8", "X-Key: a")), key.of(from("203.0.113.8", "X-Key: b")),
                key.of(from("203.0.113.7")), key.of(from("203.0.113.8")),
                key(HEADER, By.CLIENT_ADDRESS).of(from("203.0.113.7", "X-Key: a")));
        assertThat(key.of(from("203.0.113.7", "X-Key: a"))).isEqualTo(key.of(from("203.0.113.7", "X-Key: a")));
    }

    @Test
    void isAnotherUnderAnotherSecret() {
        LimitKey other = new LimitKey(config(HEADER), new KeyHash(5, 6));
        assertThat(key(HEADER).of(begin("X-Key: a"))).isNotEqualTo(other.of(begin("X-Key: a")));
    }

    @Test
    void allocatesNothing() {
        LimitKey key = key(By.CLIENT_ADDRESS, By.ROUTE, HEADER, CLAIM);
        Exchange exchange = claiming("[\"a\",\"bcdefghij\"]", "X-Key: " + "k".repeat(8000), "X-Key: b");
        ExchangeFixtures.route(exchange, "/users/{id}", "GET /users/{id}");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        Set<Long> keys = new HashSet<>(Set.of(key.of(exchange)));
        long before = threads.getThreadAllocatedBytes(thread);
        long last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = key.of(exchange);
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
        keys.add(last);
        assertThat(keys).hasSize(1);
    }

    private static void assertAllDiffer(Long... keys) {
        assertThat(keys).doesNotHaveDuplicates();
    }

    private static LimitKey key(By... by) {
        return new LimitKey(config(by), new KeyHash(3, 4));
    }

    private static RateLimitConfig config(By... by) {
        return RateLimitConfig.of(Rate.parse("1/s")).withBy(List.of(by));
    }

    private Exchange begin(String... fields) {
        return from(TestExchanges.CLIENT, fields);
    }

    private Exchange from(String client, String... fields) {
        return exchanges.beginFrom(client, ("GET / HTTP/1.1\n" + String.join("\n", fields)).strip().split("\n", -1));
    }

    private Exchange routed(String name, String identity) {
        Exchange exchange = begin();
        ExchangeFixtures.route(exchange, name, identity);
        return exchange;
    }

    /** A request whose token was verified. */
    private Exchange claiming(String sub, String... fields) {
        Exchange exchange = begin((String.join("\n", fields) + "\nAuthorization: Bearer " + token(sub)).strip());
        BearerTokenConfig config = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256),
                Secret.of(new String(Tokens.SECRET, StandardCharsets.US_ASCII)));
        KeySet keys = Objects.requireNonNull(BearerTokenPolicy.keys(config, "", new Problems()));
        assertThat(new BearerTokenPolicy(config, keys, new Random(1)::nextLong).onRequest(exchange))
                .isSameAs(Decision.CONTINUE);
        return exchange;
    }

    private static String token(String sub) {
        return Tokens.token("{\"sub\":" + sub + ",\"exp\":9999999999}");
    }
}
