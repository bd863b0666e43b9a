package dev.ponticello.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.loop.Transport;
import dev.ponticello.upstream.CircuitBreaker;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthAnswerTest {
    private static final CircuitBreakerConfig BREAKER = new CircuitBreakerConfig(1, Duration.ofSeconds(30), 1);

    private final TestExchanges exchanges = new TestExchanges();
    private final Upstream users = upstream("users", BREAKER);
    private final Upstream orders = upstream("orders", BREAKER);
    private final HealthAnswer health = new HealthAnswer(
            List.of(users, upstream("plain", null), orders, upstream("products", BREAKER)));

    @Test
    void listsTheCircuitsInWrittenOrder() {
        TestExchanges.Answer answer = ask();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo("{\"status\":\"healthy\","
                + "\"circuits\":{\"users\":\"closed\",\"orders\":\"closed\",\"products\":\"closed\"}}");
    }

    @Test
    void isDegradedWhileACircuitIsNotClosed() {
        CircuitBreaker breaker = Objects.requireNonNull(orders.breaker());
        breaker.failed(breaker.tryAcquire(exchanges.nanoTime()), exchanges.nanoTime());
        assertThat(ask().status()).isEqualTo(200);
        assertThat(ask().text()).isEqualTo("{\"status\":\"degraded\","
                + "\"circuits\":{\"users\":\"closed\",\"orders\":\"open\",\"products\":\"closed\"}}");
        exchanges.passMillis(30_000);
        assertThat(ask().text()).isEqualTo("{\"status\":\"degraded\","
                + "\"circuits\":{\"users\":\"closed\",\"orders\":\"half-open\",\"products\":\"closed\"}}");
        breaker.succeeded(breaker.tryAcquire(exchanges.nanoTime()));
        assertThat(ask().text()).startsWith("{\"status\":\"healthy\"");
    }

    @Test
    void isHealthyWithoutCircuits() {
        TestExchanges.Answer answer = exchanges.play(List.of(), new HealthAnswer(List.of()), "GET /health HTTP/1.1");
        assertThat(answer.text()).isEqualTo("{\"status\":\"healthy\",\"circuits\":{}}");
    }

    private TestExchanges.Answer ask() {
        return exchanges.play(List.of(), health, "GET /health HTTP/1.1");
    }

    private Upstream upstream(String name, @Nullable CircuitBreakerConfig breaker) {
        return new UpstreamFactory(List.of(exchanges.loop()), Transport.NIO, 16).create(name,
                UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:1")).withCircuitBreaker(breaker), null, null);
    }
}
