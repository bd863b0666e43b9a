package dev.ponticello.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.loop.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpstreamFactoryTest {
    private final UpstreamFactory factory = new UpstreamFactory(List.of(), Transport.NIO, 16);

    private static UpstreamConfig config(String... urls) {
        return UpstreamConfig.of(Arrays.stream(urls).map(EndpointConfig::parse).toArray(EndpointConfig[]::new));
    }

    private static CircuitBreaker breaker(Upstream upstream) {
        return Objects.requireNonNull(upstream.breaker());
    }

    @Test
    void keepsTheEndpointsOfAnUrlWhateverTheirOrderAndWeight() {
        Upstream before = create(config("http://127.0.0.1:1", "http://127.0.0.1:2"), null);
        Upstream after = create(config("http://127.0.0.1:3", "http://127.0.0.1:2")
                .withEndpoints(List.of(EndpointConfig.parse("http://127.0.0.1:2").withWeight(3),
                        EndpointConfig.parse("http://127.0.0.1:3"), EndpointConfig.parse("http://127.0.0.1:1"))),
                before);
        assertThat(after.endpoints().get(0)).isSameAs(before.endpoints().get(1));
        assertThat(after.endpoints().get(2)).isSameAs(before.endpoints().get(0));
        assertThat(before.endpoints()).doesNotContain(after.endpoints().get(1));
    }

    @Test
    void makesANewEndpointForAnotherPath() {
        Upstream before = create(config("http://127.0.0.1:1/a"), null);
        Upstream after = create(config("http://127.0.0.1:1/b"), before);
        assertThat(after.endpoints()).doesNotContainAnyElementsOf(before.endpoints());
    }

    @Test
    void hasOneEndpointForAnUrlThatIsWrittenTwice() {
        Upstream upstream = create(config("http://127.0.0.1:1", "http://127.0.0.1:1"), null);
        assertThat(upstream.endpoints().get(0)).isSameAs(upstream.endpoints().get(1));
    }

    @Test
    void goesOnWithTheTurn() {
        Upstream before = create(config("http://127.0.0.1:1", "http://127.0.0.1:2"), null);
        before.pick();
        Upstream after = create(config("http://127.0.0.1:1", "http://127.0.0.1:2"), before);
        assertThat(after.pick()).isSameAs(before.endpoints().get(1));
    }

    @Test
    void takesNumbersOfTheNewConfigAndLeavesTheOldOneItsOwn() {
        UpstreamConfig config = config("http://127.0.0.1:1");
        Upstream before = create(config, null);
        Upstream after = create(config.withTitle("Users").withTimeouts(
                UpstreamTimeouts.DEFAULTS.withIdle(Duration.ofSeconds(1))), before);
        assertThat(after.idleNanos()).isEqualTo(1_000_000_000L);
        assertThat(after.title()).isEqualTo("Users");
        assertThat(before.idleNanos()).isEqualTo(60_000_000_000L);
    }

    @Test
    void keepsTheBreakerUntilItIsTakenOut() {
        UpstreamConfig config = config("http://127.0.0.1:1");
        UpstreamConfig one = config.withCircuitBreaker(new CircuitBreakerConfig(1, Duration.ofSeconds(30), 1));
        UpstreamConfig two = config.withCircuitBreaker(new CircuitBreakerConfig(2, Duration.ofSeconds(30), 1));
        Upstream first = create(one, null);
        breaker(first).failed(breaker(first).tryAcquire(0), 0);
        Upstream second = create(two, first);
        assertThat(breaker(second).state(0)).isEqualTo(CircuitBreaker.State.OPEN);
        Upstream third = create(config, second);
        assertThat(third.breaker()).isNull();
        Upstream fourth = create(two, third);
        assertThat(breaker(fourth).state(0)).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    private Upstream create(UpstreamConfig config, @Nullable Upstream before) {
        return factory.create("u", config, null, before);
    }
}
