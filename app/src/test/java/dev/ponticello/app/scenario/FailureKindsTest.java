package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.GatewayBuilder;
import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.exchange.Policy;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.BigBody;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.DeadPort;
import dev.ponticello.testing.Disconnect;
import dev.ponticello.testing.Meanwhile;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of {@link FailureKind}, provoked: what the client gets, and the reason that the access log gives.
 *
 * <p>Time limits that are to be met are 200 ms; all others keep their defaults of many seconds.
 */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class FailureKindsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    /** The kinds that no play of this class provokes. */
    private static final Map<FailureKind, String> UNPLAYED = Map.of(
            FailureKind.SOCKET_REFUSED, "DescriptorsTest plays it, in a process of its own",
            FailureKind.MISDIRECTED, "TlsTest plays it",
            FailureKind.TLS_HANDSHAKE_FAILED, "TlsEndpointTest plays it",
            FailureKind.CERTIFICATE_REFUSED, "TlsEndpointTest plays it",
            FailureKind.TLS_ALERT, "TlsEndpointTest plays it",
            FailureKind.HTTP2_UNSUPPORTED, "Http2TlsEndpointTest plays it",
            FailureKind.DEADLINE_EXCEEDED, "HostileGrpcTest plays it",
            FailureKind.INTERNAL, "only a bug brings it about");

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path directory = Path.of("");

    /** The kind that a play is about. */
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Provokes {
        FailureKind value();
    }

    @Test
    void everyKindHasItsPlay() {
        Set<FailureKind> played = EnumSet.noneOf(FailureKind.class);
        for (Method method : FailureKindsTest.class.getDeclaredMethods()) {
            Provokes provokes = method.getAnnotation(Provokes.class);
            if (provokes != null) {
                played.add(provokes.value());
            }
        }
        assertThat(played).doesNotContainAnyElementsOf(UNPLAYED.keySet());
        played.addAll(UNPLAYED.keySet());
        assertThat(played).containsExactlyInAnyOrder(FailureKind.values());
    }

    // ---- what arrives as a head

    @Test
    @Provokes(FailureKind.REQUEST_MALFORMED)
    void aHeadWithoutHostIsMalformed() {
        refusesHead("GET / HTTP/1.1\r\n\r\n", FailureKind.REQUEST_MALFORMED, "The request has no Host");
    }

    @Test
    @Provokes(FailureKind.PATH_REFUSED)
    void aPathThatClimbsIsRefused() {
        refusesHead("GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", FailureKind.PATH_REFUSED,
                "The path contains a '..' segment");
    }

    @Test
    @Provokes(FailureKind.REQUEST_HEAD_TIMEOUT)
    void aHeadThatIsNotCompletedTimesOut() {
        try (var gateway = start("""
                listeners: [{ address: "127.0.0.1:0", timeouts: { request-head: 200ms } }]
                """);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /x HTTP/1.1\r\nHo");
            assertRefused(client.readResponse(), FailureKind.REQUEST_HEAD_TIMEOUT);
            client.expectClosed();
        }
    }

    @Test
    @Provokes(FailureKind.TARGET_TOO_LONG)
    void aLongTargetIsRefused() {
        refusesHead("GET /" + "a".repeat(8 * 1024) + " HTTP/1.1\r\nHost: a\r\n\r\n", FailureKind.TARGET_TOO_LONG,
                "The request target is too long");
    }

    @Test
    @Provokes(FailureKind.EXPECTATION_UNKNOWN)
    void anotherExpectationIsRefused() {
        refusesHead("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n",
                FailureKind.EXPECTATION_UNKNOWN, "Expect is anything but 100-continue, once");
    }

    @Test
    @Provokes(FailureKind.HEAD_TOO_LARGE)
    void aLargeHeadIsRefused() {
        refusesHead("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(64 * 1024) + "\r\n\r\n",
                FailureKind.HEAD_TOO_LARGE, "The head of the message is too large");
    }

    @Test
    void aHeadOfManyFieldsIsTooLarge() {
        refusesHead("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(128) + "\r\n", FailureKind.HEAD_TOO_LARGE,
                "The head of the message has too many fields");
    }

    @Test
    @Provokes(FailureKind.METHOD_UNSUPPORTED)
    void connectIsNotSupported() {
        refusesHead("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", FailureKind.METHOD_UNSUPPORTED,
                "The method CONNECT is not supported");
    }

    @Test
    @Provokes(FailureKind.VERSION_UNSUPPORTED)
    void anotherVersionIsNotSupported() {
        refusesHead("GET / HTTP/2.0\r\nHost: a\r\n\r\n", FailureKind.VERSION_UNSUPPORTED,
                "The version of HTTP is neither 1.1 nor 1.0");
    }

    /** Whatever is refused for its head ends the connection. */
    private void refusesHead(String request, FailureKind kind, String sentence) {
        try (var gateway = start("routes: [{ path: /**, answer: index }]");
                var client = RawClient.connect(gateway.port())) {
            client.send(request);
            assertRefused(client.readResponse(), kind, "{\"error\":\"" + sentence + "\"}");
            client.expectClosed();
        }
    }

    @Test
    @Provokes(FailureKind.CONNECTIONS_EXCEEDED)
    void oneConnectionTooManyIsAnswered() {
        try (var gateway = start("""
                limits: { connections: 1 }
                routes: [{ path: /, answer: health }]
                """);
                var first = RawClient.connect(gateway.port())) {
            assertThat(first.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            try (var second = RawClient.connect(gateway.port())) {
                Response response = second.readResponse();
                assertAnswered(response, FailureKind.CONNECTIONS_EXCEEDED, "{\"error\":\"Too many connections\"}");
                assertThat(response.header("Retry-After")).isEqualTo("1");
                assertThat(response.header("Date")).isNotNull();
                second.expectClosed();
            }
            assertThat(first.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
        }
    }

    // ---- the request's body

    @Test
    @Provokes(FailureKind.REQUEST_BODY_MALFORMED)
    void aMalformedChunkIsRefused() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            endpoint.takeRequest();
            client.send("zz\r\n");
            assertRefused(client.readResponse(), FailureKind.REQUEST_BODY_MALFORMED,
                    "{\"error\":\"A chunk does not begin with its size in hexadecimal digits\"}");
            client.expectClosed();
        }
    }

    @Test
    @Provokes(FailureKind.REQUEST_BODY_TIMEOUT)
    void aBodyThatStopsTimesOut() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start("""
                        listeners: [{ address: "127.0.0.1:0", timeouts: { request-body: 200ms } }]
                        """ + forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
            assertRefused(client.readResponse(), FailureKind.REQUEST_BODY_TIMEOUT);
            client.expectClosed();
        }
    }

    @Test
    @Provokes(FailureKind.REQUEST_BODY_TOO_LARGE)
    void anAnnouncedBodyOverTheLimitIsRefusedBeforeAnythingIsSent() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start("""
                        listeners: [{ address: "127.0.0.1:0", limits: { body: 1KiB } }]
                        """ + forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n");
            assertRefused(client.readResponse(), FailureKind.REQUEST_BODY_TOO_LARGE);
            assertThat(endpoint.connections()).isZero();
        }
    }

    @Test
    void aChunkedBodyIsRefusedWhereItPassesTheLimit() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start("""
                        listeners: [{ address: "127.0.0.1:0", limits: { body: 1KiB } }]
                        """ + forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("a".repeat(1024));
            endpoint.takeRequest();
            client.expectNothing();
            client.sendChunk("a");
            assertRefused(client.readResponse(), FailureKind.REQUEST_BODY_TOO_LARGE);
        }
    }

    @Test
    @Provokes(FailureKind.ENDPOINT_NOT_READING)
    void anEndpointThatDoesNotReadTimesOut() {
        var done = new Cue();
        var body = new BigBody(16 * 1024 * 1024, 1);
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(_ -> done.await());
                var gateway = start(forwardTo(endpoint.url(), "timeouts: { idle: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(body.size()));
            var sending = Meanwhile.play(() -> body.sendTo(client));
            Response response = client.readResponse();
            done.give();
            assertRefused(response, FailureKind.ENDPOINT_NOT_READING);
            sending.join();
        }
    }

    @Test
    void anEndpointThatHasAnsweredIsNotBlamedForNotReading() {
        var done = new Cue();
        var body = new BigBody(16 * 1024 * 1024, 1);
        byte[] answer = new byte[4 * 1024 * 1024];
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length + "\r\n\r\n");
            connection.send(answer);
            done.await();
        });
                var gateway = start(forwardTo(endpoint.url(), "timeouts: { idle: 200ms }"));
                var quiet = RawClient.connect(gateway.port());
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(body.size()));
            var _ = Meanwhile.play(() -> body.sendTo(client)); // which breaks off when the client closes
            for (int i = 0; i < 4; i++) {
                quiet.expectNothing(); // for as long, the client takes nothing of its answer
            }
            Response response = client.readResponse("POST");
            done.give();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).hasSize(answer.length);
        }
    }

    // ---- what the gateway itself says no to

    @Test
    @Provokes(FailureKind.NOT_FOUND)
    void anUnknownPathIsNotFound() {
        try (var gateway = start("routes: [{ path: /y, answer: health }]");
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), FailureKind.NOT_FOUND);
        }
    }

    @Test
    @Provokes(FailureKind.METHOD_NOT_ALLOWED)
    void anotherMethodIsNotAllowed() {
        try (var gateway = start("routes: [{ path: /x, methods: [PUT, POST], answer: health }]");
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask(GET);
            assertRefused(response, FailureKind.METHOD_NOT_ALLOWED);
            assertThat(String.valueOf(response.header("Allow")).split(", ", -1)).containsExactlyInAnyOrder("PUT",
                    "POST",
                    "OPTIONS");
        }
    }

    @Test
    @Provokes(FailureKind.RATE_LIMITED)
    void oneRequestTooManyIsLimited() {
        try (var gateway = start("""
                routes: [{ path: /x, policies: [{ rate-limit: { name: x, limit: 1/h } }], answer: health }]
                """);
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask(GET);
            // an hour may end between the first two, and no more than one
            for (int i = 0; i < 2 && response.status() == 200; i++) {
                response = client.ask(GET);
            }
            assertRefused(response, FailureKind.RATE_LIMITED,
                    "{\"error\":\"Rate limit exceeded\",\"retry_after\":" + response.header("Retry-After") + "}");
        }
    }

    @Test
    @Provokes(FailureKind.TOKEN_MISSING)
    void noTokenIsRefused() {
        try (var gateway = start(GUARDED);
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask(GET);
            assertRefused(response, FailureKind.TOKEN_MISSING);
            assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"ponticello\"");
        }
    }

    @Test
    @Provokes(FailureKind.TOKEN_INVALID)
    void aBadTokenIsRefused() {
        try (var gateway = start(GUARDED);
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask("GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a.b.c\r\n\r\n");
            assertRefused(response, FailureKind.TOKEN_INVALID);
            assertThat(response.header("WWW-Authenticate"))
                    .isEqualTo("Bearer realm=\"ponticello\", error=\"invalid_token\"");
        }
    }

    @Test
    @Provokes(FailureKind.FORBIDDEN)
    void anotherRoleIsForbidden() {
        try (var gateway = start(GUARDED);
                var client = RawClient.connect(gateway.port())) {
            String request = "GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n";
            assertRefused(client.ask(request.formatted(token(client, "{}"))), FailureKind.FORBIDDEN);
            assertThat(client.ask(request.formatted(token(client, "{\"role\":\"admin\"}"))).status()).isEqualTo(200);
        }
    }

    @Test
    @Provokes(FailureKind.ANSWER_REFUSED)
    void aBodyThatTheAnswerCannotUseIsRefused() {
        try (var gateway = start(GUARDED);
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask("POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n["),
                    FailureKind.ANSWER_REFUSED, "{\"error\":\"The request body is not a JSON object\"}");
        }
    }

    // ---- own code

    @Test
    @Provokes(FailureKind.POLICY_TIMEOUT)
    void aCheckThatIsLateRefuses() {
        try (var gateway = start(own().policy(Policy.before(_ -> Decision.await(_ -> {
            new Cue().await();
            return Decision.CONTINUE;
        }, Duration.ofMillis(200)))).route("/x").answer(new AnswerConfig.Health()));
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), FailureKind.POLICY_TIMEOUT);
        }
    }

    @Test
    @Provokes(FailureKind.HANDLER_TIMEOUT)
    void aHandlerThatIsLateTimesOut() {
        Handler late = _ -> {
            new Cue().await();
            throw new AssertionError("nobody gives the cue");
        };
        try (var gateway = start(own().route("/x").answer(OwnAnswer.of(late).withTimeout(Duration.ofMillis(200))));
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), FailureKind.HANDLER_TIMEOUT);
        }
    }

    @Test
    @Provokes(FailureKind.TASKS_EXCEEDED)
    void oneHandlerTooManyIsRefused() throws Exception {
        var begun = new Cue();
        var done = new Cue();
        try (var gateway = start(own().with(config -> config.withLimits(config.limits().withTasks(1))).route("/x")
                .answer(_ -> {
                    begun.give();
                    done.await();
                    return dev.ponticello.exchange.Response.empty(200);
                }));
                var first = RawClient.connect(gateway.port());
                var second = RawClient.connect(gateway.port())) {
            first.send(GET);
            begun.await();
            Response response = second.ask(GET);
            assertRefused(response, FailureKind.TASKS_EXCEEDED);
            assertThat(response.header("Retry-After")).isEqualTo("1");
            done.give();
            assertThat(first.readResponse().status()).isEqualTo(200);
            Await.until("there is room again", () -> second.ask(GET).status() == 200);
        }
    }

    private GatewayBuilder own() {
        return Gateway.builder().policy(new AccessLogConfig(new AccessLogConfig.File(log())));
    }

    private TestGateway start(GatewayBuilder gateway) {
        return TestGateway.start(transport, gateway);
    }

    private static final String GUARDED = """
            routes:
              - { path: /token, methods: [POST], answer: { token-issuer: { secret: "${SECRET}" } } }
              - path: /x
                policies:
                  - bearer-token: { algorithms: [HS256], secret: "${SECRET}" }
                  - require: { claims: { role: [admin, editor] } }
                answer: health
            """;

    private static String token(RawClient client, String body) {
        String answer = client.ask("POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body)).bodyText();
        return answer.substring("{\"token\":\"".length(), answer.indexOf("\",\"expires_in\":"));
    }

    // ---- no way to the endpoint

    @Test
    @Provokes(FailureKind.CIRCUIT_OPEN)
    void anOpenCircuitRefuses() {
        try (var endpoint = ScriptedEndpoint.answering(500, "");
                var gateway = start(forwardTo(endpoint.url(), "title: User, circuit-breaker: { failures: 1 }"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(500);
            Response response = client.ask(GET);
            assertRefused(response, FailureKind.CIRCUIT_OPEN,
                    "{\"error\":\"User service unavailable\",\"circuit\":\"open\"}");
            assertThat(Integer.parseInt(String.valueOf(response.header("Retry-After")))).isBetween(1, 30);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    @Test
    @Provokes(FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED)
    void anExchangeThatGetsNoConnectionIsRefused() {
        var done = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            done.await();
            connection.answer(200, "");
        });
                var gateway = start(forwardTo(endpoint.url(),
                        "connections: { max: 1 }, timeouts: { connect: 200ms }"));
                var first = RawClient.connect(gateway.port());
                var second = RawClient.connect(gateway.port());
                var third = RawClient.connect(gateway.port())) {
            // Each of the two loops may always have one connection, so that one of three is too many.
            List<RawClient> clients = List.of(first, second, third);
            clients.forEach(client -> client.send(GET));
            assertLogged(FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED);
            done.give();
            List<Response> refused = new ArrayList<>();
            for (RawClient client : clients) {
                Response response = client.readResponse();
                if (response.status() != 200) {
                    refused.add(response);
                }
            }
            assertThat(refused).hasSizeBetween(1, 2).allSatisfy(response -> assertRefused(response,
                    FailureKind.CONNECTIONS_TO_ENDPOINT_EXCEEDED));
            assertThat(endpoint.connections()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    @Provokes(FailureKind.NAME_UNRESOLVED)
    void anEndpointWhoseNameNobodyHasIsABadGateway() {
        // RFC 6761 §6.4: no name below .invalid exists. A machine without a name server comes to the same.
        failsToConnect("http://users.invalid", "timeouts: { connect: 30s }", FailureKind.NAME_UNRESOLVED);
    }

    @Test
    @Provokes(FailureKind.CONNECT_REFUSED)
    void anEndpointThatRefusesIsABadGateway() {
        try (var port = DeadPort.refusing()) {
            failsToConnect(port.url(), "", FailureKind.CONNECT_REFUSED);
        }
    }

    @Test
    @Provokes(FailureKind.CONNECT_FAILED)
    void anEndpointThatCannotBeReachedIsABadGateway() {
        // No connection can be made to the broadcast address: the kernel knows that by itself.
        failsToConnect("http://255.255.255.255:80", "", FailureKind.CONNECT_FAILED);
    }

    @Test
    @Provokes(FailureKind.CONNECT_TIMEOUT)
    void anEndpointThatDoesNotAcceptTimesOut() {
        try (var port = DeadPort.silent()) {
            failsToConnect(port.url(), "timeouts: { connect: 200ms }", FailureKind.CONNECT_TIMEOUT);
        }
    }

    private void failsToConnect(String url, String settings, FailureKind kind) {
        try (var gateway = start(forwardTo(url, settings));
                var client = RawClient.connect(gateway.port())) {
            assertRefused(client.ask(GET), kind);
            assertRefused(client.ask(GET), kind);
        }
    }

    // ---- no answer of the endpoint

    @Test
    @Provokes(FailureKind.CONNECTION_LOST)
    void anEndpointThatLeavesIsABadGateway() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = start(forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.close()).onRequest(connection -> connection.reset());
            assertRefused(client.ask(GET), FailureKind.CONNECTION_LOST);
            assertRefused(client.ask(GET), FailureKind.CONNECTION_LOST);
            assertThat(client.ask(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void anEndpointThatLeavesWithinItsHeadIsABadGateway() {
        answersTo("HTTP/1.1 200 OK\r\nConte", FailureKind.CONNECTION_LOST);
    }

    @Test
    @Provokes(FailureKind.RESPONSE_TIMEOUT)
    void anEndpointThatDoesNotAnswerTimesOut() {
        var done = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(_ -> done.await());
                var gateway = start(forwardTo(endpoint.url(), "timeouts: { response: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask(GET);
            done.give();
            assertRefused(response, FailureKind.RESPONSE_TIMEOUT);
        }
    }

    @Test
    @Timeout(30)
    void interimAnswersDoNotPutItOff() {
        var more = new LinkedBlockingQueue<Boolean>();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            do {
                connection.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            } while (more.take());
        });
                var gateway = start(forwardTo(endpoint.url(),
                        "timeouts: { response: 100ms }, limits: { informational: 10000 }"));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            Response head = client.readHead();
            while (head.status() == 103) {
                more.add(true);
                head = client.readHead();
            }
            more.add(false);
            assertThat(head.status()).isEqualTo(504);
            assertThat(head.header("Proxy-Status")).contains("details=\"response-timeout\"");
        }
    }

    @Test
    @Provokes(FailureKind.RESPONSE_MALFORMED)
    void anAnswerThatIsNoHttpIsABadGateway() {
        answersTo("SSH-2.0-OpenSSH_9.6\r\n\r\n", FailureKind.RESPONSE_MALFORMED);
    }

    @Test
    void anAnswerWithTwoFramingsIsABadGateway() {
        answersTo("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                FailureKind.RESPONSE_MALFORMED);
    }

    @Test
    @Provokes(FailureKind.RESPONSE_HEAD_TOO_LARGE)
    void anAnswerWithALargeHeadIsABadGateway() {
        answersTo("HTTP/1.1 200 OK\r\nX: " + "a".repeat(64 * 1024) + "\r\n\r\n", FailureKind.RESPONSE_HEAD_TOO_LARGE);
    }

    @Test
    void anAnswerWithManyFieldsIsABadGateway() {
        answersTo("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(257) + "\r\n", FailureKind.RESPONSE_HEAD_TOO_LARGE);
    }

    @Test
    void anAnswerWithManyInterimOnesIsABadGateway() {
        // a client of HTTP/1.0 is told of none of them
        answersTo("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(33), "HTTP/1.0", FailureKind.RESPONSE_HEAD_TOO_LARGE);
    }

    private void answersTo(String answer, FailureKind kind) {
        answersTo(answer, "HTTP/1.1", kind);
    }

    private void answersTo(String answer, String version, FailureKind kind) {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send(answer);
            connection.close();
        });
                var gateway = start(forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /x %s\r\nHost: a\r\n\r\n".formatted(version));
            assertRefused(client.readResponse(), kind);
        }
    }

    @Test
    @Provokes(FailureKind.TOTAL_TIMEOUT)
    void anExchangeThatTakesTooLongTimesOut() {
        var done = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(_ -> done.await());
                var gateway = start(forwardTo(endpoint.url(), "timeouts: { total: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask(GET);
            done.give();
            assertRefused(response, FailureKind.TOTAL_TIMEOUT);
        }
    }

    @Test
    void anAnswerThatTakesTooLongIsCut() {
        var done = new Cue();
        cutsAfter("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", done, "timeouts: { total: 200ms }",
                FailureKind.TOTAL_TIMEOUT);
    }

    // ---- an answer that does not end well

    @Test
    @Provokes(FailureKind.RESPONSE_CUT)
    void anAnswerThatEndsEarlyIsCut() {
        var done = new Cue();
        done.give();
        cutsAfter("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", done, "", FailureKind.RESPONSE_CUT);
    }

    @Test
    void aChunkedAnswerThatEndsEarlyHasNoLastChunk() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
            connection.close();
        });
                var gateway = start(forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEqualTo("2\r\nab\r\n");
            assertLogged(FailureKind.RESPONSE_CUT);
        }
    }

    @Test
    @Provokes(FailureKind.RESPONSE_IDLE)
    void anAnswerThatStopsIsCut() {
        var done = new Cue();
        cutsAfter("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", done, "timeouts: { idle: 200ms }",
                FailureKind.RESPONSE_IDLE);
    }

    private void cutsAfter(String answer, Cue done, String settings, FailureKind kind) {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send(answer);
            done.await();
            connection.close();
        });
                var gateway = start(forwardTo(endpoint.url(), settings));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEqualTo("ab");
            assertLogged(kind);
            done.give();
        }
    }

    @Test
    @Provokes(FailureKind.RESPONSE_BODY_MALFORMED)
    void anAnswerWithAMalformedChunkIsCut() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n");
            connection.close();
        });
                var gateway = start(forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEqualTo("2\r\nab\r\n");
            assertLogged(FailureKind.RESPONSE_BODY_MALFORMED);
        }
    }

    @Test
    @Provokes(FailureKind.RESPONSE_NOT_TAKEN)
    void aClientThatDoesNotReadIsCut() {
        var body = new BigBody(64 * 1024 * 1024, 1);
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(body.size()));
            body.sendTo(connection);
        });
                var gateway = start("""
                        listeners: [{ address: "127.0.0.1:0", timeouts: { response-write: 200ms } }]
                        """ + forwardTo(endpoint.url(), ""));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send(GET);
            assertLogged(FailureKind.RESPONSE_NOT_TAKEN);
            endpoint.awaitDisconnect();
            client.awaitDisconnect();
            assertThat(client.received()).isLessThan(body.size());
        }
    }

    @Test
    @Provokes(FailureKind.CLIENT_GONE)
    void aClientThatLeavesCancelsTheRequestAtTheEndpoint() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = start(forwardTo(endpoint.url(), ""))) {
            for (boolean reset : List.of(false, true)) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send(GET);
                    endpoint.takeRequest();
                    long left = System.nanoTime();
                    if (reset) {
                        client.reset();
                    } else {
                        client.finish();
                    }
                    Disconnect seen = endpoint.awaitDisconnect();
                    assertThat(seen.after(left)).as("reset: %s", reset).isLessThan(Duration.ofSeconds(1));
                }
            }
            Await.until("both exchanges are logged", () -> countLogged(FailureKind.CLIENT_GONE) == 2);
        }
    }

    @Test
    void aBodyThatTheGatewayReadsItselfIsBoundedByTheListenerToo() {
        try (var gateway = start("""
                listeners: [{ address: "127.0.0.1:0", limits: { body: 100B } }]
                routes: [{ path: /x, answer: { token-issuer: { secret: "${SECRET}" } } }]
                """);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("{\"user_id\":\"" + "1".repeat(100) + "\"}");
            assertRefused(client.readResponse(), FailureKind.REQUEST_BODY_TOO_LARGE);
        }
    }

    // ---- the end of the gateway

    @Test
    @Provokes(FailureKind.DRAIN_CUT)
    void whatHasNoAnswerYetWhenTheDrainIsOverIsRefused() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = start("drain: { timeout: 200ms }\n" + forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            endpoint.takeRequest();
            var drained = gateway.gateway().drain();
            assertRefused(client.readResponse(), FailureKind.DRAIN_CUT);
            client.expectEnd();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatRunsWhenTheDrainIsOverIsCut() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
            connection.awaitDisconnect();
        });
                var gateway = start("drain: { timeout: 200ms }\n" + forwardTo(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readText(2)).isEqualTo("ab");
            var drained = gateway.gateway().drain();
            client.expectEnd();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertLogged(FailureKind.DRAIN_CUT);
        }
    }

    // ---- the stage

    private TestGateway start(String yaml) {
        return TestGateway.start(transport, "policies: [{ access-log: { to: \"%s\" } }]\n%s".formatted(log(), yaml));
    }

    private static String forwardTo(String url, String settings) {
        return """
                upstreams:
                  users: { endpoints: ["%s"]%s }
                routes:
                  - { path: /x, to: users }
                """.formatted(url, settings.isEmpty() ? "" : ", " + settings);
    }

    private Path log() {
        return directory.resolve("access.log");
    }

    private void assertRefused(Response response, FailureKind kind) {
        assertRefused(response, kind, "{\"error\":\"" + kind.sentence() + "\"}");
    }

    private void assertRefused(Response response, FailureKind kind, String body) {
        assertAnswered(response, kind, body);
        assertLogged(kind);
    }

    private static void assertAnswered(Response response, FailureKind kind, String body) {
        assertThat(response.bodyText()).isEqualTo(body);
        assertThat(response.status()).isEqualTo(kind.status());
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.header("Proxy-Status"))
                .isEqualTo("ponticello; error=" + kind.errorType() + "; details=\"" + kind.slug() + "\"");
    }

    private void assertLogged(FailureKind kind) {
        Await.until("the access log says " + kind.slug(), () -> countLogged(kind) > 0);
    }

    private long countLogged(FailureKind kind) {
        try (var lines = Files.lines(log())) {
            return lines.filter(line -> line.contains("\"reason\":\"" + kind.slug() + "\"")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
