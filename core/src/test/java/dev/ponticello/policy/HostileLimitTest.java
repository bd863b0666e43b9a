package dev.ponticello.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RateLimitConfig.Algorithm;
import dev.ponticello.config.RateLimitConfig.By;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.limit.FixedWindow;
import dev.ponticello.limit.Grant;
import dev.ponticello.limit.KeyHash;
import dev.ponticello.limit.RateLimiter;
import dev.ponticello.limit.SlidingWindow;
import dev.ponticello.limit.TokenBucket;
import dev.ponticello.loop.Chance;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that want more than their share: the hostile row 53, with every algorithm. */
class HostileLimitTest {
    private static final Chance CHANCE = new Random(1)::nextLong;
    private static final int MILLION = 1_000_000;

    private final TestExchanges exchanges = new TestExchanges();

    @ParameterizedTest
    @EnumSource
    void row53_whoLeavesTheFieldOutSharesOneQuotaWithAllWhoDo(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "2/h", new By.Header("X-Key"));
        assertThat(passes(limit, "203.0.113.1")).isTrue();
        assertThat(passes(limit, "203.0.113.2", "X-Key:")).isTrue();
        assertThat(passes(limit, "203.0.113.3")).isFalse();
        assertThat(passes(limit, "203.0.113.4", "X-Key:  ", "X-Key:")).isFalse();
        assertThat(passes(limit, "203.0.113.3", "X-Key: 1")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void row53_whoHasNoTokenSharesOneQuotaWithAllWhoHaveNone(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "1/h", new By.Claim("sub"));
        assertThat(passes(limit, "203.0.113.1")).isTrue();
        assertThat(passes(limit, "203.0.113.2", "Authorization: Bearer x")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void row53_aKeyOf8KilobytesCountsToItsLastByte(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "1/h", new By.Header("X-Key"));
        String key = "k".repeat(8191);
        assertThat(passes(limit, "203.0.113.1", "X-Key: " + key + "a")).isTrue();
        assertThat(passes(limit, "203.0.113.1", "X-Key: " + key + "a")).isFalse();
        assertThat(passes(limit, "203.0.113.1", "X-Key: " + key + "b")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void row53_aNetworkOfIpv6AddressesIsOneClient(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "10/h", By.CLIENT_ADDRESS);
        Random random = new Random(2);
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            String address = PeerAddress.ofBits(0x20010db8_00000007L, random.nextLong()).toString();
            passed += passes(limit, address) ? 1 : 0;
        }
        assertThat(passed).isEqualTo(10);
        assertThat(passes(limit, "2001:db8:0:8::1")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void row53_aClockThatStepsBackAndReturnsMakesNoQuotaWhole(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "1/min", By.CLIENT_ADDRESS);
        assertThat(passes(limit, "203.0.113.1")).isTrue();
        for (long step : new long[]{-1, -1000, -60_000, -3_600_000, 3_661_001, -86_400_000, 86_400_000,
            -30 * 86_400_000L}) {
            exchanges.stepWallMillis(step);
            assertThat(passes(limit, "203.0.113.1")).as("after a step of %d ms", step).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void row53_aClockThatStepsBackShutsNobodyOut(Algorithm algorithm) {
        RateLimitPolicy limit = limit(algorithm, "1/min", By.CLIENT_ADDRESS);
        assertThat(passes(limit, "203.0.113.1")).isTrue();
        exchanges.stepWallMillis(-86_400_000);
        assertThat(passes(limit, "203.0.113.1")).isFalse();
        for (int minute = 0; minute < 3; minute++) {
            exchanges.passMillis(60_001);
            assertThat(passes(limit, "203.0.113.1")).as("minute %d", minute).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void row53_aMillionKeysTakeNothingFromWhoWasThereBefore(Algorithm algorithm) {
        int maxKeys = 10_000;
        RateLimiter limiter = switch (algorithm) {
            case FIXED_WINDOW -> new FixedWindow(2, 60_000, maxKeys);
            case SLIDING_WINDOW -> new SlidingWindow(2, 60_000, maxKeys);
            case TOKEN_BUCKET -> new TokenBucket(2, 60_000, 2, maxKeys);
        };
        KeyHash hash = new KeyHash(3, 4);
        Grant grant = new Grant();
        limiter.acquire(hash.hash(-1L), 0, 0, grant);
        int passed = 0;
        for (long key = 0; key < MILLION; key++) {
            limiter.acquire(hash.hash(key), 0, 0, grant);
            passed += grant.granted() ? 1 : 0;
        }
        assertThat(limiter.keys()).isEqualTo(maxKeys);
        assertThat(passed).as("one for each key with a place, and two for all others").isEqualTo(maxKeys - 1 + 2);
        limiter.acquire(hash.hash(-1L), 0, 0, grant);
        assertThat(grant.granted()).isTrue();
        assertThat(grant.remaining()).isZero();
    }

    private static RateLimitPolicy limit(Algorithm algorithm, String rate, By by) {
        return new RateLimitPolicy(
                RateLimitConfig.of(Rate.parse(rate)).withAlgorithm(algorithm).withBy(List.of(by)), "api", CHANCE);
    }

    private boolean passes(RateLimitPolicy limit, String client, String... fields) {
        String[] lines = ("GET / HTTP/1.1\n" + String.join("\n", fields)).strip().split("\n", -1);
        return limit.onRequest(exchanges.beginFrom(client, lines)) instanceof Decision.Continue;
    }
}
