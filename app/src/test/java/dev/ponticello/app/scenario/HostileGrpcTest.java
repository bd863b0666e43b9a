package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of gRPC frame by frame: what no library sends, and what one cannot see of what it gets. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostileGrpcTest {
    private static final String TYPE = "content-type: application/grpc";
    private static final String EMPTY_MESSAGE = "\0\0\0\0\0";

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "", "");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String listener, String upstream) {
        return TestGateway.start(transport, Forward.allTo(endpoint, listener, ", protocol: h2c" + upstream));
    }

    private static Message call(Http2Peer client, String... fields) {
        return client.readWhole(open(client, fields));
    }

    private static int open(Http2Peer client, String... fields) {
        List<String> all = new ArrayList<>(List.of(TYPE, "te: trailers"));
        all.addAll(Arrays.asList(fields));
        int stream = client.open(false, Http2Peer.head("POST", "/s/M", all.toArray(String[]::new)));
        client.data(stream, EMPTY_MESSAGE, true);
        return stream;
    }

    private static void assertRefused(Message answer, FailureKind kind, String sentence) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().only("content-type")).isEqualTo("application/grpc");
        assertThat(answer.head().only("grpc-status")).isEqualTo(Integer.toString(kind.grpcStatus().code()));
        assertThat(answer.head().only("grpc-message")).isEqualTo(sentence);
        assertThat(answer.head().only("proxy-status")).contains("details=\"" + kind.slug() + "\"");
        assertThat(answer.body()).isEmpty();
        assertThat(answer.trailers().lines()).isEmpty();
        assertThat(answer.isEnded()).isTrue();
    }

    // ---- grpc-timeout

    @Test
    void aTimeoutThatIsNoneIsRefused() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (String timeout : List.of("", "S", "5", "5 S", "5s", "-1S", "1.5S", "123456789S", "5S,5S", "\u00b2S",
                    "99999999999999999999999999999999999H")) {
                assertRefused(call(client, "grpc-timeout: " + timeout), FailureKind.REQUEST_MALFORMED,
                        "grpc-timeout says no time (expected: at most 8 digits and one of H, M, S, m, u, n; once)");
            }
            assertThat(call(client, "grpc-timeout: 5S", "grpc-timeout: 5S").head().only("grpc-status"))
                    .isEqualTo("13");
            assertThat(endpoint.connections()).isZero();
        }
    }

    @Test
    void aTimeoutIsForwardedWithWhatIsLeftOfIt() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Script telling = connection -> {
            var peer = Http2Peer.serve(connection);
            while (true) {
                Message request = peer.readWhole(peer.takeRequest());
                seen.add(request.head().all("grpc-timeout").toString());
                peer.answer(request.stream(), 200, "", TYPE, "grpc-status: 0");
            }
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(telling);
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            call(client);
            assertThat(seen.take()).isEqualTo("[]");
            call(client, "grpc-timeout: 10S");
            assertThat(seen.take()).matches("\\[(9[0-9]{6}|10000000)u]");
            call(client, "grpc-timeout: 99999999H");
            assertThat(seen.take()).isEqualTo("[76861433M]");
            client.readWhole(client.get("/", "grpc-timeout: anything"));
            assertThat(seen.take()).isEqualTo("[anything]");
        }
    }

    @Test
    void theConfigsTimeIsForwardedWhereItIsShorter() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            seen.add(request.head().only("grpc-timeout") + "");
            peer.answer(request.stream(), 200, "", TYPE, "grpc-status: 0");
            peer.readToEnd();
        });
                var gateway = gatewayTo(endpoint, "", ", timeouts: { total: 20s }");
                var client = Http2Peer.connect(gateway.port())) {
            call(client, "grpc-timeout: 1H");
            assertThat(seen.take()).matches("1[0-9]{7}u|20000000u");
        }
    }

    @Test
    void anEndpointThatIsSilentIsCancelledAtTheClientsDeadline() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            assertThat(peer.readReset(peer.takeRequest().stream())).isEqualTo(Http2Peer.CANCEL);
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            assertRefused(call(client, "grpc-timeout: 1S"), FailureKind.DEADLINE_EXCEEDED,
                    "The deadline of the client has passed");
        }
    }

    @Test
    void aDeadlineThatHasPassedReachesNoEndpoint() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            assertRefused(call(client, "grpc-timeout: 0n"), FailureKind.DEADLINE_EXCEEDED,
                    "The deadline of the client has passed");
            assertThat(endpoint.connections()).isZero();
        }
    }

    @Test
    void aDeadlineInTheMidstOfAnAnswerIsToldInTrailers() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.headers(request.stream(), false, ":status: 200", TYPE);
            peer.data(request.stream(), EMPTY_MESSAGE, false);
            assertThat(peer.readReset(request.stream())).isEqualTo(Http2Peer.CANCEL);
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            Message answer = call(client, "grpc-timeout: 1S");
            assertThat(answer.bodyText()).isEqualTo(EMPTY_MESSAGE);
            assertThat(answer.trailers().toString()).isEqualTo("""
                    grpc-status: 4
                    grpc-message: The deadline of the client has passed
                    proxy-status: ponticello; error=http_response_timeout; details="deadline-exceeded\"""");
        }
    }

    // ---- heads

    @Test
    void aHeadThatIsRefusedIsRefusedInGrpc() {
        try (var gateway = TestGateway.start(transport, "routes: [{ path: /, answer: health }]");
                var client = Http2Peer.connect(gateway.port())) {
            assertRefused(
                    client.readWhole(client.open(true, Http2Peer.head("POST", "/s/M", TYPE, "connection: close"))),
                    FailureKind.REQUEST_MALFORMED, "A field concerns the connection, which HTTP/2 does not allow");
            assertRefused(client.readWhole(client.open(true, Http2Peer.head("POST", "/s/%2e%2e/M", TYPE))),
                    FailureKind.PATH_REFUSED, "The path contains a '..' segment");
            assertRefused(
                    client.readWhole(client.open(true, Http2Peer.head("POST", "/" + "m".repeat(8 * 1024), TYPE))),
                    FailureKind.TARGET_TOO_LONG, "The request target is too long");
        }
    }

    // ---- what endpoints say

    @Test
    void trailersOnlyStayOneHead() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.answer(request.stream(), 200, "", TYPE, "grpc-status: 5", "grpc-message: No %E2%9C%97", "x-a: b");
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            Message answer = call(client);
            assertThat(answer.head().only("grpc-status")).isEqualTo("5");
            assertThat(answer.head().only("grpc-message")).isEqualTo("No %E2%9C%97");
            assertThat(answer.head().only("x-a")).isEqualTo("b");
            assertThat(answer.trailers().lines()).isEmpty();
            assertThat(answer.head().only("proxy-status")).isNull();
        }
    }

    @Test
    void whateverAnEndpointSaysInsteadOfAStatusIsPassedOn() {
        String huge = "%0d%0agrpc-status: 0".repeat(300);
        Script odd = connection -> {
            var peer = Http2Peer.serve(connection);
            while (true) {
                Message request = peer.readWhole(peer.takeRequest());
                peer.headers(request.stream(), false, ":status: 200", TYPE);
                peer.data(request.stream(), EMPTY_MESSAGE, false);
                peer.headers(request.stream(), true, "grpc-status: many", "grpc-message: " + huge);
            }
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(odd);
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            Message answer = call(client);
            assertThat(answer.bodyText()).isEqualTo(EMPTY_MESSAGE);
            assertThat(answer.trailers().names()).containsExactly("grpc-status", "grpc-message");
            assertThat(answer.trailers().only("grpc-status")).isEqualTo("many");
            assertThat(answer.trailers().only("grpc-message")).isEqualTo(huge);
        }
    }

    @Test
    void aMessageBeyondTheLimitOfHeadsIsACutAnswer() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.headers(request.stream(), false, ":status: 200", TYPE);
            peer.headers(request.stream(), true, "grpc-status: 0", "grpc-message: " + "a".repeat(10_000));
            peer.readToEnd();
        });
                var gateway = gatewayTo(endpoint, "", ", limits: { head: 8KiB }");
                var client = Http2Peer.connect(gateway.port())) {
            Message answer = call(client);
            assertThat(answer.trailers().only("grpc-status")).isEqualTo("14");
            assertThat(answer.trailers().only("grpc-message")).hasSizeLessThan(100);
        }
    }

    @Test
    void answersWithoutAReadableStatusOpenTheCircuit() {
        Script without = connection -> {
            var peer = Http2Peer.serve(connection);
            while (true) {
                Message request = peer.readWhole(peer.takeRequest());
                peer.answer(request.stream(), 200, EMPTY_MESSAGE, TYPE);
            }
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(without);
                var gateway = gatewayTo(endpoint, "", ", circuit-breaker: { failures: 2 }");
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(call(client).bodyText()).isEqualTo(EMPTY_MESSAGE);
            assertThat(call(client).bodyText()).isEqualTo(EMPTY_MESSAGE);
            assertRefused(call(client), FailureKind.CIRCUIT_OPEN, "Users service unavailable");
        }
    }

    @Test
    void aClientsOwnDeadlineOpensNoCircuit() {
        Script late = connection -> {
            var peer = Http2Peer.serve(connection);
            peer.readReset(peer.takeRequest().stream());
            Message request = peer.readWhole(peer.takeRequest());
            peer.answer(request.stream(), 200, "", TYPE, "grpc-status: 4");
            request = peer.readWhole(peer.takeRequest());
            peer.answer(request.stream(), 200, "", TYPE, "grpc-status: 4");
            peer.readToEnd();
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(late);
                var gateway = TestGateway.startOnOneLoop(transport,
                        Forward.allTo(endpoint, "", ", protocol: h2c, circuit-breaker: { failures: 1 }"));
                var client = Http2Peer.connect(gateway.port())) {
            assertRefused(call(client, "grpc-timeout: 1S"), FailureKind.DEADLINE_EXCEEDED,
                    "The deadline of the client has passed");
            assertThat(call(client, "grpc-timeout: 9S").head().only("grpc-status")).isEqualTo("4");
            assertThat(call(client).head().only("grpc-status")).isEqualTo("4"); // nobody's deadline but its own
            assertRefused(call(client, "grpc-timeout: 9S"), FailureKind.CIRCUIT_OPEN, "Users service unavailable");
        }
    }

    @Test
    void anAnswerThatIsNoneOfGrpcIsJudgedByItsHttpStatus() {
        Script ordinary = connection -> {
            var peer = Http2Peer.serve(connection);
            while (true) {
                Message request = peer.readWhole(peer.takeRequest());
                peer.answer(request.stream(), 503, "no", "content-type: text/plain", "grpc-status: 0");
            }
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(ordinary);
                var gateway = gatewayTo(endpoint, "", ", circuit-breaker: { failures: 2 }");
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(call(client).status()).isEqualTo(503);
            assertThat(call(client).status()).isEqualTo(503);
            assertRefused(call(client), FailureKind.CIRCUIT_OPEN, "Users service unavailable");
        }
    }

    @Test
    void messagesAreNotCompressedAgain() {
        String json = "{\"a\":\"" + "a".repeat(5000) + "\"}";
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.headers(request.stream(), false, ":status: 200", "content-type: application/grpc+json");
            peer.data(request.stream(), json, false);
            peer.headers(request.stream(), true, "grpc-status: 0");
            peer.readToEnd();
        }); var gateway = TestGateway.start(transport, """
                policies: [compression]
                upstreams: { users: { endpoints: ["%s"], protocol: h2c } }
                routes: [{ path: /**, to: users }]
                """.formatted(endpoint.url())); var client = Http2Peer.connect(gateway.port())) {
            Message answer = call(client, "accept-encoding: gzip");
            assertThat(answer.bodyText()).isEqualTo(json);
            assertThat(answer.head().only("content-encoding")).isNull();
        }
    }

    // ---- what the gateway says

    @Test
    void aSentenceCannotBecomeAnotherField() {
        var builder = Gateway.builder().policy(Policy.before(_ -> Decision
                .reject(Rejection.of(FailureKind.FORBIDDEN).saying("100 % ✗\r\ngrpc-status: 0"))));
        try (var gateway = TestGateway.start(transport, builder);
                var client = Http2Peer.connect(gateway.port())) {
            assertRefused(call(client), FailureKind.FORBIDDEN, "100 %25 %E2%9C%97%0D%0Agrpc-status: 0");
        }
    }

    @Test
    void whatIsNoCallIsRefusedInHttp() {
        try (var gateway = TestGateway.start(transport, "routes: [{ path: /, answer: health }]");
                var old = RawClient.connect(gateway.port());
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(old.ask("POST /s/M HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n\r\n").status())
                    .isEqualTo(404);
            assertThat(client.readWhole(client.get("/s/M", "content-type: application/grpc-web")).status())
                    .isEqualTo(404);
            assertRefused(client.readWhole(client.get("/s/M", TYPE + "+proto")), FailureKind.NOT_FOUND, "Not found");
        }
    }

    @Test
    void aDrainThatCannotWaitIsToldInTrailers() throws Exception {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.headers(request.stream(), false, ":status: 200", TYPE);
            peer.data(request.stream(), EMPTY_MESSAGE, false);
            peer.readToEnd();
        });
                var gateway = TestGateway.start(transport,
                        "drain: { timeout: 100ms }\n" + Forward.allTo(endpoint, "", ", protocol: h2c"));
                var client = Http2Peer.connect(gateway.port())) {
            int stream = open(client);
            client.readBody(stream, EMPTY_MESSAGE.length());
            var cut = gateway.gateway().drain();
            Message answer = client.readWhole(stream);
            assertThat(answer.trailers().only("grpc-status")).isEqualTo("14");
            assertThat(answer.trailers().only("proxy-status")).contains("details=\"drain-cut\"");
            assertThat(cut.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    // ---- time for what comes

    @Test
    void whoListensMayBeSilentOnceAnAnswerHasBegun() {
        Script half = connection -> {
            var peer = Http2Peer.serve(connection);
            Message heard = peer.takeRequest();
            peer.headers(heard.stream(), false, ":status: 200", TYPE);
            peer.data(heard.stream(), EMPTY_MESSAGE, false);
            peer.takeRequest(); // and says nothing
            peer.readBody(heard.stream(), 2 * EMPTY_MESSAGE.length());
            peer.headers(heard.stream(), true, "grpc-status: 0");
            peer.readToEnd();
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(half);
                var gateway = TestGateway.startOnOneLoop(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-body: 200ms }", ", protocol: h2c"));
                var client = Http2Peer.connect(gateway.port())) {
            int heard = client.open(false, Http2Peer.head("POST", "/s/M", TYPE));
            client.data(heard, EMPTY_MESSAGE, false);
            client.readBody(heard, EMPTY_MESSAGE.length());
            int unheard = client.open(false, Http2Peer.head("POST", "/s/M", TYPE));
            assertRefused(client.readWhole(unheard), FailureKind.REQUEST_BODY_TIMEOUT,
                    "The request body took too long to arrive");
            client.data(heard, EMPTY_MESSAGE, true); // silent for longer than that
            assertThat(client.readWhole(heard).trailers().only("grpc-status")).isEqualTo("0");
        }
    }
}
