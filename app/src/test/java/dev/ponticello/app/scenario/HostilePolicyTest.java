package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Row 51: a policy of own code that throws, is late, says nothing or cannot be made. It fails closed, and never lets through. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostilePolicyTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void row51_aPolicyThatThrowsRefuses() {
        refuses(FailureKind.INTERNAL, _ -> {
            throw new IllegalStateException("a policy that is broken");
        });
    }

    @Test
    void row51_aPolicyThatLacksItsLibraryRefuses() {
        refuses(FailureKind.INTERNAL, _ -> {
            throw new NoClassDefFoundError("com/example/Missing");
        });
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void row51_aPolicyThatSaysNothingRefuses() {
        refuses(FailureKind.INTERNAL, _ -> null);
    }

    @Test
    void row51_aCheckThatThrowsRefuses() {
        refuses(FailureKind.INTERNAL, _ -> Decision.await(_ -> {
            throw new IOException("the database is gone");
        }, LONG));
    }

    @Test
    void row51_aCheckThatLacksItsLibraryRefuses() {
        refuses(FailureKind.INTERNAL, _ -> Decision.await(_ -> {
            throw new NoClassDefFoundError("com/example/Missing");
        }, LONG));
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void row51_aCheckThatSaysNothingRefuses() {
        refuses(FailureKind.INTERNAL, _ -> Decision.await(_ -> null, LONG));
    }

    @Test
    void row51_aStageThatFailsRefuses() {
        refuses(FailureKind.INTERNAL,
                _ -> Decision.await(CompletableFuture.failedFuture(new IllegalStateException("broken")), LONG));
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void row51_aStageThatSaysNothingRefuses() {
        refuses(FailureKind.INTERNAL, _ -> Decision.await(CompletableFuture.completedFuture(null), LONG));
    }

    @Test
    void row51_whatIsDoneBeforeGoingOnThrowsAndRefuses() {
        refuses(FailureKind.INTERNAL, _ -> Decision.await(_ -> Decision.proceed(_ -> {
            throw new IllegalStateException("broken");
        }), LONG));
    }

    @Test
    void row51_aCheckThatIsLateRefusesAndIsInterrupted() throws Exception {
        var interrupted = new Cue();
        refuses(FailureKind.POLICY_TIMEOUT, _ -> Decision.await(_ -> {
            try {
                new Cue().await();
            } catch (InterruptedException e) {
                interrupted.give();
            }
            return Decision.CONTINUE;
        }, SHORT));
        interrupted.await();
    }

    @Test
    void row51_aStageThatIsLateRefusesAndIsCancelled() {
        var stages = new LinkedBlockingQueue<CompletableFuture<Decision>>();
        refuses(FailureKind.POLICY_TIMEOUT, _ -> {
            var stage = new CompletableFuture<Decision>();
            stages.add(stage);
            return Decision.await(stage, SHORT);
        });
        assertThat(stages).isNotEmpty().allMatch(CompletableFuture::isCancelled);
    }

    @Test
    void row51_aCodingThatThrowsCutsTheAnswerAndIsToldAsTheGatewaysFault() throws Exception {
        var outcomes = new LinkedBlockingQueue<Outcome>();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            connection.awaitDisconnect();
        });
                var gateway = start(endpoint, new Policy() {
                    @Override
                    public void onResponse(Exchange exchange, ResponseHead response) {
                        exchange.codeResponse(new BrokenCoding(), true);
                    }

                    @Override
                    public void onConclude(Exchange exchange, Outcome outcome) {
                        outcomes.add(outcome);
                    }
                });
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(outcomes.poll(10, TimeUnit.SECONDS)).isEqualTo(Outcome.failed(FailureKind.INTERNAL));
            endpoint.awaitDisconnect();
            client.awaitDisconnect();
        }
    }

    /** Takes a body, and breaks when it is to give what it took. */
    private static final class BrokenCoding implements BodyCoding {
        @Override
        public ByteBuf code(ByteBuf data) {
            return data;
        }

        @Override
        public ByteBuf flush() {
            throw new IllegalStateException("a coding that is broken");
        }

        @Override
        public ByteBuf finish() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void close() {}
    }

    @Test
    void row51_aPolicyThatThrowsAtTheAnswerGivesNoneOfIt() {
        try (var endpoint = ScriptedEndpoint.answering(200, "secret");
                var gateway = start(endpoint, new Policy() {
                    @Override
                    public void onResponse(Exchange exchange, ResponseHead response) {
                        throw new IllegalStateException("broken");
                    }
                });
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), FailureKind.INTERNAL);
            assertRefused(client.ask(GET), FailureKind.INTERNAL);
        }
    }

    @Test
    void row51_aPolicyThatThrowsAtTheEndChangesNothing() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = start(endpoint, new Policy() {
                    @Override
                    public void onConclude(Exchange exchange, Outcome outcome) {
                        throw new NoClassDefFoundError("com/example/Missing");
                    }
                });
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).bodyText()).isEqualTo("hello");
            assertThat(client.ask(GET).bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void row51_aPolicyThatThrowsWhenItIsClosedDoesNotHoldUpTheEnd() throws Exception {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(endpoint, new Policy() {
                    @Override
                    public void close() {
                        throw new IllegalStateException("broken");
                    }
                })) {
            assertThat(gateway.gateway().drain().get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    /** Asks twice on one connection: a refusal leaves nothing behind. */
    private void refuses(FailureKind kind, Function<Exchange, Decision> onRequest) {
        try (var endpoint = ScriptedEndpoint.answering(200, "secret");
                var gateway = start(endpoint, Policy.before(onRequest));
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), kind);
            assertRefused(client.ask(GET), kind);
            assertThat(endpoint.connections()).isZero();
        }
    }

    private TestGateway start(ScriptedEndpoint endpoint, Policy policy) {
        return TestGateway.start(transport, Gateway.builder().upstream("users", endpoint.url()).policy(policy)
                .route("/**").to("users"));
    }

    private static void assertRefused(Response response, FailureKind kind) {
        assertThat(response.status()).isEqualTo(kind.status());
        assertThat(response.bodyText()).isEqualTo("{\"error\":\"" + kind.sentence() + "\"}");
        assertThat(response.header("Proxy-Status")).endsWith("details=\"" + kind.slug() + "\"");
    }
}
