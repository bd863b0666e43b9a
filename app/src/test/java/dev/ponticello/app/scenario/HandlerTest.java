package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.GatewayBuilder;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers of own code: answers on a virtual thread, bounded in time, size and number. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HandlerTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Key<String> USER = Key.of("user");

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void answersWithWhatItWasAsked() {
        try (var gateway = start(Gateway.builder().policy(Policy.before(exchange -> {
            exchange.set(USER, "ann");
            return Decision.CONTINUE;
        })).route(Method.POST, "/users/{id}").answer(request -> Response
                .text(201, request.get(USER) + " " + request.pathVariable("id") + " " + request.text() + " "
                        + Thread.currentThread().isVirtual())
                .with(HeaderName.LOCATION, "/users/7")));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                client.send("POST /users/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhällo"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                var response = client.readResponse();
                assertThat(response.status()).isEqualTo(201);
                assertThat(response.header("Location")).isEqualTo("/users/7");
                assertThat(response.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
                assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
                        .isEqualTo("ann 7 hällo true");
            }
            client.send("POST /users/8 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("he");
            client.sendChunk("llo");
            client.sendLastChunk();
            assertThat(client.readResponse().bodyText()).isEqualTo("ann 8 hello true");
        }
    }

    @Test
    void answersHeadWithoutABodyAndOtherMethodsNot() {
        try (var gateway = start(Gateway.builder().route(Method.GET, "/x").answer(_ -> Response.text(200, "hello")));
                var client = RawClient.connect(gateway.port())) {
            client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
            var response = client.readResponse("HEAD");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Content-Length")).isEqualTo("5");
            assertThat(client.ask("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status()).isEqualTo(405);
        }
    }

    @Test
    void theChainSeesItsAnswer() {
        try (var gateway = start(Gateway.builder().policy(new Policy() {
            @Override
            public void onResponse(Exchange exchange, ResponseHead response) {
                response.headers().set(HeaderName.of("Server"), "me");
            }
        }).route("/x").answer(_ -> Response.empty(204)));
                var client = RawClient.connect(gateway.port())) {
            var response = client.ask(GET);
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.header("Server")).isEqualTo("me");
        }
    }

    @Test
    void aBodyOverItsLimitIsRefusedAndItIsNotCalled() {
        Handler handler = _ -> Response.text(200, "called");
        try (var gateway = start(Gateway.builder().route("/x").answer(OwnAnswer.of(handler).withBodyBytes(4)));
                var announced = RawClient.connect(gateway.port());
                var chunked = RawClient.connect(gateway.port());
                var fits = RawClient.connect(gateway.port())) {
            announced.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
            assertThat(announced.readResponse().status()).isEqualTo(413);
            chunked.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            chunked.sendChunk("hello");
            assertThat(chunked.readResponse().status()).isEqualTo(413);
            assertThat(fits.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhell").bodyText())
                    .isEqualTo("called");
        }
    }

    @Test
    void aListenersLimitHoldsForItToo() {
        try (var gateway = start(Gateway.builder()
                .listen(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"))
                        .withLimits(ListenerLimits.DEFAULTS.withBody(4L)))
                .route("/x").answer(_ -> Response.text(200, "called")));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("hello");
            assertThat(client.readResponse().status()).isEqualTo(413);
        }
    }

    @Test
    void aClientThatWaitsIsToldToSendItsBody() {
        try (var gateway = start(Gateway.builder().route("/x").answer(request -> Response.text(200, request.text())));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void whatItThrowsIsNotTheClientsBusiness() {
        fails(_ -> {
            throw new java.io.IOException("the password of the database is wrong");
        });
        fails(_ -> {
            throw new StackOverflowError();
        });
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void noAnswerIsAnError() {
        fails(_ -> null);
    }

    @Test
    void whatCannotBeAnAnswerIsAnError() {
        fails(_ -> Response.empty(101));
        fails(_ -> Response.empty(200).with(HeaderName.TRANSFER_ENCODING, "chunked"));
        fails(_ -> Response.empty(200).with(HeaderName.of("content-length"), "7"));
        fails(_ -> Response.empty(200).with(HeaderName.LOCATION, "/\r\nSet-Cookie: a=b"));
    }

    private void fails(Handler handler) {
        try (var gateway = start(Gateway.builder().route("/x").answer(handler));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                var response = client.ask(GET);
                assertThat(response.status()).isEqualTo(500);
                assertThat(response.bodyText())
                        .isEqualTo("{\"error\":\"" + FailureKind.INTERNAL.sentence() + "\"}");
            }
        }
    }

    @Test
    void aClientThatLeavesInterruptsIt() throws Exception {
        var begun = new Cue();
        var interrupted = new Cue();
        try (var gateway = start(Gateway.builder().route("/x").answer(_ -> {
            begun.give();
            try {
                new Cue().await();
            } catch (InterruptedException e) {
                interrupted.give();
            }
            return Response.empty(200);
        }));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            begun.await();
            client.reset();
            interrupted.await();
        }
    }

    private TestGateway start(GatewayBuilder gateway) {
        return TestGateway.start(transport, gateway);
    }
}
