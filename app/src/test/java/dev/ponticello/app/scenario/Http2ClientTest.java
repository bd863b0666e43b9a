package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that speak HTTP/2, by prior knowledge, in front of an endpoint that speaks HTTP/1.1. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
@SuppressWarnings("StringConcatToTextBlock") // bytes with their own line ends
class Http2ClientTest {
    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String listener) {
        return TestGateway.start(transport, Forward.allTo(endpoint, listener, ""));
    }

    @Test
    void relaysARequestAndItsAnswer() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello", "X-Answer: 1", "Connection: X-Hop", "X-Hop: 1");
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            Message answer = client.ask("/x?y=1", "x-ask: 1");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head().only("x-answer")).isEqualTo("1");
            assertThat(answer.head().only("via")).isEqualTo("1.1 ponticello");
            assertThat(answer.head().names()).doesNotContain("connection", "x-hop").allMatch(
                    name -> name.equals(name.toLowerCase(java.util.Locale.ROOT)));
            assertThat(answer.bodyText()).isEqualTo("hello");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.line()).isEqualTo("GET /x?y=1 HTTP/1.1");
            assertThat(request.header("X-Ask")).isEqualTo("1");
            assertThat(request.header("Via")).isEqualTo("2.0 ponticello");
            assertThat(request.header("X-Forwarded-Host")).isEqualTo("a");
            assertThat(request.fields().names()).doesNotContain("Content-Length", "Transfer-Encoding");
            assertThat(client.setting(3)).isEqualTo(100);
            assertThat(client.setting(8)).as("RFC 8441").isEqualTo(1);
            assertThat(client.settingsAcks()).isEqualTo(1);
        }
    }

    @Test
    void servesStreamsAtTheSameTimeAndInAnyOrder() {
        var first = new Cue();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                first.await();
                connection.answer(200, "slow");
            });
            int slow = client.get("/slow");
            endpoint.takeRequest();
            assertThat(client.ask("/fast").status()).isEqualTo(200);
            first.give();
            assertThat(client.readWhole(slow).bodyText()).isEqualTo("slow");
        }
    }

    @Test
    void relaysABodyOfUnknownLengthAndTrailersBothWays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.readBody();
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("cd");
                connection.sendLastChunk("Sum: 2", "Content-Length: 9");
            });
            int stream = client.open(false, Http2Peer.head("POST", "/", "te: trailers"));
            client.data(stream, "a", false);
            client.data(stream, "b", false);
            client.headers(stream, true, "check: 1", "content-length: 7", "authorization: x");
            Message answer = client.readWhole(stream);

            assertThat(answer.bodyText()).isEqualTo("cd");
            assertThat(answer.trailers().toString()).isEqualTo("sum: 2");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(request.bodyText()).isEqualTo("ab");
            assertThat(request.trailers().toString()).isEqualTo("check: 1");
        }
    }

    @Test
    void relaysABodyOfKnownLength() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, Http2Peer.head("POST", "/", "content-length: 4"));
            // With padding, which is no part of the body.
            client.frame(Http2Peer.DATA, Http2Peer.PADDED, stream, new byte[]{3, 'a', 'b', 0, 0, 0});
            client.data(stream, "cd", true);
            assertThat(client.readWhole(stream).status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("Content-Length")).isEqualTo("4");
            assertThat(request.bodyText()).isEqualTo("abcd");
        }
    }

    @Test
    void row13_endsABodyOnceWhateverItsLastFrameIs() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (String[] fields : List.of(new String[0], new String[]{"content-length: 2"})) {
                int stream = client.open(false, Http2Peer.head("POST", "/", fields));
                client.data(stream, "ab", false);
                client.data(stream, "", true);
                assertThat(client.readWhole(stream).status()).isEqualTo(200);
                assertThat(endpoint.takeRequest().bodyText()).isEqualTo("ab");
            }
            int empty = client.open(false, Http2Peer.head("POST", "/", "content-length: 0"));
            client.data(empty, "", true);
            assertThat(client.readWhole(empty).status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().bodyText()).isEmpty();
            assertThat(client.ask("/").status()).isEqualTo(200);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void joinsTheCrumbsOfACookie() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.ask("/", "cookie: a=1", "x: y", "cookie: b=2", "cookie: c=3");
            assertThat(endpoint.takeRequest().header("Cookie")).isEqualTo("a=1; b=2; c=3");
        }
    }

    @Test
    void answersHeadAndStatusesWithoutABody() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 204 No Content\r\n\r\n"));
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"));
            Message head = client.readWhole(client.open(true, Http2Peer.head("HEAD", "/")));
            assertThat(head.head().only("content-length")).isEqualTo("5");
            assertThat(head.bodyText()).isEmpty();
            assertThat(client.ask("/").status()).isEqualTo(204);
            assertThat(client.ask("/").status()).isEqualTo(304);
        }
    }

    @Test
    void relaysInterimAnswersAndTheWaitForThem() {
        var asked = new Cue();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                asked.give();
                connection.readBody();
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            int stream = client.open(false, Http2Peer.head("POST", "/", "expect: 100-continue", "content-length: 2"));
            while (client.interimHeads(stream) < 2) {
                client.read();
            }
            client.data(stream, "ab", true);
            Message answer = client.readWhole(stream);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.interim().stream().map(head -> head.only(":status"))).containsExactly("103", "100");
            assertThat(client.ask("/", "expect: x").status()).isEqualTo(417);
        }
    }

    @Test
    void anEarlyAnswerIsWholeAndTheRestOfTheRequestIsNotWanted() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", limits: { body: 4B }");
                var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            client.data(stream, "abcde", false);
            Message answer = client.readWhole(stream);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.isEnded()).isTrue();
            assertThat(client.readReset(stream)).isEqualTo(Http2Peer.NO_ERROR);
            client.data(stream, "still on its way", true); // row 27: ignored
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void bothWaysFlowAtTheSameTime() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 3; i++) {
                    String chunk = connection.readText(6);
                    connection.sendChunk(chunk.substring(3, 4));
                }
                connection.readText(5);
                connection.sendLastChunk();
                connection.close();
            });
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            for (int i = 0; i < 3; i++) {
                client.data(stream, Integer.toString(i), false);
                assertThat(client.readBody(stream, i + 1).bodyText()).isEqualTo("012".substring(0, i + 1));
            }
            client.data(stream, "", true);
            assertThat(client.readWhole(stream).isEnded()).isTrue();
        }
    }

    @Test
    void aClientThatResetsItsStreamHasItsAttemptCancelled() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            int stream = client.get("/");
            endpoint.takeRequest();
            client.reset(stream, Http2Peer.CANCEL);
            endpoint.awaitDisconnect();
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatIsCutResetsItsStreamBehindWhatHadCome() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
                connection.close();
            });
            Message answer = client.ask("/");
            assertThat(answer.bodyText()).isEqualTo("abc");
            assertThat(answer.reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyIsHeldBackByAnEndpointThatDoesNotReadIt() {
        var read = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(Script.answer(200, ""));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                read.await();
                connection.answer(200, "");
            });
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            // As much as windows allow and no more: each frame waits for the credit of those before.
            byte[] frame = new byte[16_000];
            int sent = 0;
            while (sent + frame.length <= 65_535 + client.windowUpdates(stream)) {
                client.data(stream, frame, false);
                sent += frame.length;
                client.settle();
            }
            assertThat(sent).isLessThan(8 << 20);
            assertThat(client.ask("/other").status()).isEqualTo(200);
            read.give();
            client.data(stream, "", true);
            assertThat(client.readWhole(stream).status()).isEqualTo(200);
            endpoint.takeRequest();
        }
    }

    @Test
    void aSlowClientsStreamDoesNotHoldUpAnother() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.answer(200, "x".repeat(1 << 20)));
            client.keepWindowsShut();
            client.windowUpdate(0, 1 << 20);
            int slow = client.get("/big");
            client.readBody(slow, 65_535);
            Message other = client.ask("/small");
            assertThat(other.status()).isEqualTo(200);
            client.windowUpdate(slow, 1 << 20);
            assertThat(client.readWhole(slow).body()).hasSize(1 << 20);
        }
    }

    @Test
    void aDrainServesWhatTheClientSentBeforeItHeardOfIt() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = Http2Peer.connect(gateway.port())) {
            var answer = new Cue();
            endpoint.onRequest(connection -> {
                answer.await();
                connection.answer(200, "late");
            });
            int running = client.get("/");
            endpoint.takeRequest();
            client.ignorePings();
            var drained = gateway.gateway().drain();
            while (client.goAwayLast() < 0) {
                client.read();
            }
            assertThat(client.goAwayLast()).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.goAwayCode()).isEqualTo(Http2Peer.NO_ERROR);
            assertThat(client.ask("/crossed").status()).isEqualTo(200);
            while (client.goAwayLast() == Integer.MAX_VALUE) {
                client.read();
            }
            assertThat(client.goAwayLast()).isEqualTo(3);
            answer.give();
            assertThat(client.readWhole(running).bodyText()).isEqualTo("late");
            client.readToEnd();
            client.close();
            drained.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
        }
    }

    @Test
    void aConnectionEndsWithItsNumberOfRequests() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", limits: { requests-per-connection: 2 }");
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(client.ask("/").status()).isEqualTo(200);
            assertThat(client.goAwayCode()).isEqualTo(-1);
            assertThat(client.ask("/").status()).isEqualTo(200);
            client.readToEnd();
            assertThat(client.goAwayCode()).isEqualTo(Http2Peer.NO_ERROR);
            assertThat(client.goAwayLast()).isEqualTo(3);
        }
    }

    @Test
    void anIdleConnectionIsToldThatItEnds() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", timeouts: { keep-alive: 200ms }");
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(client.ask("/").status()).isEqualTo(200);
            client.readToEnd();
            assertThat(client.goAwayCode()).isEqualTo(Http2Peer.NO_ERROR);
        }
    }

    @Test
    void knowsThePrefaceHoweverItsBytesAreSplit() {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gatewayTo(endpoint)) {
            for (int size : List.of(1, 5, 14, 23)) {
                try (var connection = RawClient.connect(gateway.port());
                        var client = Http2Peer.silent(connection)) {
                    connection.sendSlowly(Http2Peer.PREFACE, size);
                    client.settings();
                    assertThat(client.ask("/").status()).isEqualTo(200);
                }
            }
            try (var client = RawClient.connect(gateway.port())) {
                client.sendSlowly("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", 1);
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void row09_anUpgradeToHttp2IsIgnoredAndNotForwarded() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response answer = client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().fields().names()).doesNotContain("Upgrade", "HTTP2-Settings",
                    "Connection");
        }
    }

    @Test
    void aListenerWithoutItTakesThePrefaceForWhatItIsInHttp1() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", http2: false");
                var client = RawClient.connect(gateway.port())) {
            client.send(Http2Peer.PREFACE);
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
    }

    @Test
    void theGatewaysOwnAnswersAreTheSame() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        """
                                routes:
                                  - { path: /robots.txt, methods: [GET], answer: { respond: { status: 200, headers: { X-A: "1" }, body: "hi" } } }
                                """);
                var client = Http2Peer.connect(gateway.port())) {
            Message answer = client.ask("/robots.txt");
            assertThat(answer.head().only("x-a")).isEqualTo("1");
            assertThat(answer.bodyText()).isEqualTo("hi");
            Message missing = client.ask("/none");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.bodyText()).isEqualTo("{\"error\":\"Not found\"}");
            assertThat(missing.head().only("proxy-status"))
                    .isEqualTo("ponticello; error=destination_not_found; details=\"not-found\"");
            assertThat(client.readWhole(client.open(true, Http2Peer.head("POST", "/robots.txt"))).status())
                    .isEqualTo(405);
            assertThat(client.ask("/a/../b").status()).isEqualTo(400);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void manyStreamsShareAConnection() {
        try (var endpoint = ScriptedEndpoint.answering(200, "0123456789");
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (int round = 0; round < 5; round++) {
                List<Integer> streams = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    streams.add(client.get("/" + i));
                }
                for (int stream : streams) {
                    assertThat(client.readWhole(stream).bodyText()).isEqualTo("0123456789");
                }
            }
        }
    }
}
