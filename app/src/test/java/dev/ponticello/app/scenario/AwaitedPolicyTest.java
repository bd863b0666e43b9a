package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.GatewayBuilder;
import dev.ponticello.config.DrainConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamTimeouts;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Request;
import dev.ponticello.http.HeaderName;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.BigBody;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Meanwhile;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.ScriptedEndpoint;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies of own code that wait for a decision: the chain stands, the loop goes on. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class AwaitedPolicyTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Key<String> USER = Key.of("user");
    private static final HeaderName X_USER = HeaderName.of("X-User");

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void theChainGoesOnWhereItStood() {
        var before = new AtomicInteger();
        try (var endpoint = ScriptedEndpoint.echoing();
                var gateway = start(endpoint, Policy.before(_ -> {
                    before.incrementAndGet();
                    return Decision.CONTINUE;
                }), Policy.before(_ -> Decision.await(AwaitedPolicyTest::findUser, LONG)), Policy.before(exchange -> {
                    exchange.request().headers().set(X_USER, Objects.requireNonNull(exchange.get(USER)));
                    return Decision.CONTINUE;
                }));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 1; i <= 2; i++) {
                client.send("POST /x HTTP/1.1\r\nHost: a\r\nX-Key: k%d\r\nContent-Length: 5\r\n\r\nhello".formatted(i));
                assertThat(client.readResponse().bodyText()).endsWith("\r\n\r\nhello");
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.header("X-User")).isEqualTo("user of k" + i);
                assertThat(before).hasValue(i);
            }
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(403);
            assertThat(endpoint.requests()).isEqualTo(2);
        }
    }

    private static Decision findUser(Request request) {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        String key = request.header("x-key");
        return key == null ? Decision.reject(FailureKind.FORBIDDEN)
                : Decision.proceed(exchange -> exchange.set(USER, "user of " + key));
    }

    @Test
    void theLoopGoesOnMeanwhile() {
        BlockingQueue<CompletableFuture<Decision>> waiting = new LinkedBlockingQueue<>();
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = start(endpoint, Policy.before(exchange -> {
                    if (!exchange.request().path().equals("/slow")) {
                        return Decision.CONTINUE;
                    }
                    var decision = new CompletableFuture<Decision>();
                    waiting.add(decision);
                    return Decision.await(decision, LONG);
                }));
                var first = RawClient.connect(gateway.port());
                var second = RawClient.connect(gateway.port());
                var third = RawClient.connect(gateway.port())) {
            // Two loops, and each of them has somebody who waits, or has not: the others are served in any case.
            first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
            second.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Await.until("both wait", () -> waiting.size() == 2);
            assertThat(third.ask(GET).bodyText()).isEqualTo("hello");
            first.expectNothing();
            waiting.forEach(decision -> decision
                    .complete(Decision.respond(dev.ponticello.exchange.Response.text(200, "own"))));
            assertThat(first.readResponse().bodyText()).isEqualTo("own");
            assertThat(first.readResponse().bodyText()).isEqualTo("hello");
            assertThat(second.readResponse().bodyText()).isEqualTo("own");
        }
    }

    @Test
    void aDecisionMayBeToWaitForAnother() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = start(endpoint,
                        Policy.before(_ -> Decision.await(_ -> Decision.await(_ -> Decision.CONTINUE, LONG), LONG)));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void theTimeOfACheckIsPartOfTheTotal() {
        var late = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport, gateway(endpoint, Policy.before(_ -> Decision
                        .await(CompletableFuture.supplyAsync(() -> Decision.CONTINUE, late), LONG)))
                        .upstream("users", UpstreamConfig.of(EndpointConfig.parse(endpoint.url()))
                                .withTimeouts(UpstreamTimeouts.DEFAULTS.withTotal(Duration.ofMillis(10)))));
                var client = RawClient.connect(gateway.port())) {
            var answer = client.ask(GET);
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.header("Proxy-Status")).contains("total-timeout");
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void theBodyWaitsToo() throws Exception {
        var decision = new CompletableFuture<Decision>();
        var body = new BigBody(16 * 1024 * 1024, 1);
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(endpoint, Policy.before(_ -> Decision.await(decision, LONG)));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            endpoint.onRequest(connection -> {
                var verifier = body.verifier();
                connection.readBody(verifier);
                verifier.assertWhole();
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
            });
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(body.size()));
            var sending = Meanwhile.play(() -> body.sendTo(client));
            long taken = Await.settled("bytes that the gateway takes", client::sent, Duration.ofMillis(300));
            assertThat(taken).isLessThan(body.size() / 2);
            assertThat(endpoint.connections()).isZero();
            decision.complete(Decision.CONTINUE);
            sending.join();
            assertThat(client.readResponse().bodyText()).isEqualTo("whole");
        }
    }

    @Test
    void aClientIsToldToSendItsBodyOnlyWhenItIsLetThrough() {
        var decision = new CompletableFuture<Decision>();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(endpoint, Policy.before(_ -> Decision.await(decision, LONG)));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 100 Continue\r\n\r\n");
                assertThat(connection.readText(5)).isEqualTo("hello");
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            client.expectNothing();
            decision.complete(Decision.CONTINUE);
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesInterruptsTheCheck() throws Exception {
        var begun = new Cue();
        var interrupted = new Cue();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(endpoint, Policy.before(_ -> Decision.await(_ -> {
                    begun.give();
                    try {
                        new Cue().await();
                    } catch (InterruptedException e) {
                        interrupted.give();
                    }
                    return Decision.CONTINUE;
                }, LONG)));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            begun.await();
            client.reset();
            interrupted.await();
            assertThat(endpoint.connections()).isZero();
        }
    }

    @Test
    void aDecisionThatComesTooLateIsNotTheNextExchanges() throws Exception {
        var answered = new Cue();
        var released = new Cue();
        var let = new CompletableFuture<Decision>();
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = start(endpoint, Policy.before(exchange -> {
                    if (exchange.request().path().equals("/deaf")) {
                        return Decision.await(_ -> {
                            for (boolean deaf = true; deaf;) {
                                try {
                                    answered.await();
                                    deaf = false;
                                } catch (InterruptedException e) {
                                    // It goes on, as code does that nobody taught better.
                                }
                            }
                            released.give();
                            return Decision.CONTINUE;
                        }, Duration.ofMillis(200));
                    }
                    return Decision.await(let, LONG);
                }));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask("GET /deaf HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(503);
            client.send(GET);
            answered.give();
            released.await();
            client.expectNothing();
            assertThat(endpoint.connections()).isZero();
            let.complete(Decision.CONTINUE);
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void aDrainThatIsOverCutsIt() throws Exception {
        var stage = new CompletableFuture<Decision>();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        gateway(endpoint, Policy.before(_ -> Decision.await(stage, LONG))).with(config -> config
                                .withDrain(new DrainConfig(Duration.ZERO, Duration.ofMillis(200)))));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            client.expectNothing();
            var drained = gateway.gateway().drain();
            assertThat(client.readResponse().status()).isEqualTo(503);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(stage).isCancelled();
        }
    }

    @Test
    void aCheckSeesTheRequest() {
        BlockingQueue<Request> seen = new LinkedBlockingQueue<>();
        try (var endpoint = ScriptedEndpoint.answering(200, "");
                var gateway = TestGateway.start(transport, Gateway.builder().upstream("users", endpoint.url())
                        .group("/users", users -> users.policy(Policy.before(exchange -> {
                            exchange.set(USER, "u");
                            return Decision.await(request -> {
                                seen.add(request);
                                return Decision.CONTINUE;
                            }, LONG);
                        })).route("/{id}/**").to("users")));
                var client = RawClient.connect(gateway.port())) {
            client.ask("GET /users/a%20b%2Bc/d/e?q=1%202 HTTP/1.1\r\nHost: api.example:80\r\nA: 1\r\na: 2\r\n\r\n");
            Request request = Objects.requireNonNull(seen.poll());
            assertThat(request.method()).isEqualTo(dev.ponticello.http.Method.GET);
            assertThat(request.host()).isEqualTo("api.example:80");
            assertThat(request.path()).isEqualTo("/users/a%20b%2Bc/d/e");
            assertThat(request.query()).isEqualTo("q=1%202");
            assertThat(request.header("A")).isEqualTo("1");
            assertThat(request.headers().get("A")).containsExactly("1", "2");
            assertThat(request.pathVariables()).isEqualTo(Map.of("id", "a b+c", "**", "d/e"));
            assertThat(request.pathVariable("id")).isEqualTo("a b+c");
            assertThat(request.pathVariable("other")).isNull();
            assertThat(request.clientAddress()).hasToString("127.0.0.1");
            assertThat(request.get(USER)).isEqualTo("u");
            assertThat(request.body()).isEmpty();
            client.ask("GET /users HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Objects.requireNonNull(seen.poll()).pathVariables()).as("of a path that no route has").isEmpty();
        }
    }

    private TestGateway start(ScriptedEndpoint endpoint, Policy... policies) {
        return TestGateway.start(transport, gateway(endpoint, policies));
    }

    private static GatewayBuilder gateway(ScriptedEndpoint endpoint, Policy... policies) {
        GatewayBuilder gateway = Gateway.builder().upstream("users", endpoint.url());
        for (Policy policy : policies) {
            gateway.policy(policy);
        }
        return gateway.route("/**").to("users");
    }
}
