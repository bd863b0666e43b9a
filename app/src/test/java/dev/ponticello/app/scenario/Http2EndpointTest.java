package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints that speak HTTP/2, behind clients of either protocol. One loop, so that all exchanges may share a connection. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class Http2EndpointTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String upstream) {
        return TestGateway.startOnOneLoop(transport, Forward.allTo(endpoint, "", ", protocol: h2c" + upstream));
    }

    @Test
    void relaysARequestAndItsAnswer() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(Http2Peer.echoing());
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response answer = client.ask("POST /x?y HTTP/1.1\r\nHost: a.example\r\nX-Ask: 1\r\nContent-Length: 2\r\n"
                    + "Connection: X-Hop\r\nX-Hop: 1\r\n\r\nhi");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Via")).isEqualTo("2.0 ponticello");
            assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(answer.bodyText())
                    .startsWith(":method: POST\n:scheme: http\n:authority: 127.0.0.1:" + endpoint.port()
                            + "\n:path: /x?y\nx-ask: 1\ncontent-length: 2\n")
                    .contains("\n\nhi\n\n").doesNotContain("x-hop").doesNotContain("\nhost:");
        }
    }

    @Test
    void anAnswerThatEndsWithItsHeadIsFramedForAClientOfHttp1() {
        int[] statuses = {200, 201, 302, 404};
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            for (int status : statuses) {
                peer.answer(peer.takeRequest().stream(), status, "");
            }
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = RawClient.connect(gateway.port())) {
            client.send(GET.repeat(statuses.length));
            for (int status : statuses) {
                Response answer = client.readResponse();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("Content-Length")).isEqualTo("0");
            }
        }
    }

    @Test
    void relaysFromAClientOfHttp2WithTrailersBothWays() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.readWhole(peer.takeRequest());
            peer.headers(request.stream(), false, ":status: 200", "content-length: 2");
            peer.data(request.stream(), "ok", false);
            peer.headers(request.stream(), true, "sum: " + request.trailers().only("check"), "te-seen: "
                    + request.head().only("te"));
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, Http2Peer.head("POST", "/", "te: trailers"));
            client.data(stream, "ab", false);
            client.headers(stream, true, "check: 7");
            Message answer = client.readWhole(stream);
            assertThat(answer.bodyText()).isEqualTo("ok");
            assertThat(answer.trailers().toString()).isEqualTo("sum: 7\nte-seen: trailers");
        }
    }

    @Test
    void bothWaysFlowAtTheSameTime() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.takeRequest();
            peer.headers(request.stream(), false, ":status: 200");
            for (int i = 1; i <= 3; i++) {
                peer.data(request.stream(), peer.readBody(request.stream(), i).bodyText().substring(i - 1), false);
            }
            peer.readWhole(request);
            peer.data(request.stream(), "", true);
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
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
    void manyRequestsShareAConnection() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(Http2Peer.answering("hello"));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port());
                var old = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 50; i++) {
                client.get("/" + i);
            }
            for (int stream = 1; stream < 100; stream += 2) {
                assertThat(client.readWhole(stream).bodyText()).isEqualTo("hello");
            }
            assertThat(old.ask(GET).bodyText()).isEqualTo("hello");
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void neverHasMoreStreamsThanTheEndpointAllows() {
        Script two = connection -> {
            var peer = Http2Peer.serve(connection, MAX_CONCURRENT_STREAMS, 2);
            while (true) {
                Message first = peer.takeRequest();
                Message second = peer.takeRequest();
                peer.settle(); // a third would have come
                assertThat(peer.hasRequest()).isFalse();
                peer.answer(first.stream(), 200, "1");
                peer.answer(second.stream(), 200, "2");
            }
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(two);
                var gateway = gatewayTo(endpoint, ", connections: { max: 1 }");
                var client = Http2Peer.connect(gateway.port())) {
            for (int i = 0; i < 8; i++) {
                client.get("/" + i);
            }
            for (int stream = 1; stream < 16; stream += 2) {
                assertThat(client.readWhole(stream).status()).isEqualTo(200);
            }
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatWaitsIsSentWhenTheEndpointAllowsMoreStreams() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection, MAX_CONCURRENT_STREAMS, 1);
            Message first = peer.takeRequest();
            peer.settings(MAX_CONCURRENT_STREAMS, 2);
            Message second = peer.takeRequest(); // while the first is still owed its answer
            peer.answer(second.stream(), 200, "second");
            peer.answer(first.stream(), 200, "first");
            peer.readToEnd();
        });
                var gateway = gatewayTo(endpoint, ", connections: { max: 1 }");
                var client = Http2Peer.connect(gateway.port())) {
            int first = client.get("/");
            int second = client.get("/");
            assertThat(client.readWhole(second).bodyText()).isEqualTo("second");
            assertThat(client.readWhole(first).bodyText()).isEqualTo("first");
        }
    }

    @Test
    void aRequestThatTheEndpointHasNotBegunWithIsMadeAgain() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message first = peer.takeRequest();
            Message second = peer.takeRequest();
            peer.goAway(first.stream(), Http2Peer.NO_ERROR);
            peer.answer(first.stream(), 200, "first");
            peer.readToEnd();
            assertThat(second.stream()).isEqualTo(3);
        }).onConnection(Http2Peer.answering("again"));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            // Not idempotent, which does not matter: nothing was done with it.
            client.open(true, Http2Peer.head("POST", "/"));
            client.open(true, Http2Peer.head("POST", "/"));
            assertThat(client.readWhole(1).bodyText()).isEqualTo("first");
            assertThat(client.readWhole(3).bodyText()).isEqualTo("again");
        }
    }

    @Test
    void aRequestThatTheEndpointRefusesIsMadeAgainOnce() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            peer.reset(peer.takeRequest().stream(), Http2Peer.REFUSED_STREAM);
            peer.answer(peer.takeRequest().stream(), 200, "again");
            peer.reset(peer.takeRequest().stream(), Http2Peer.REFUSED_STREAM);
            peer.reset(peer.takeRequest().stream(), Http2Peer.REFUSED_STREAM);
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).bodyText()).isEqualTo("again");
            assertThat(client.ask(GET).status()).isEqualTo(502);
        }
    }

    @Test
    void anEndpointThatResetsAStreamIsNotAskedAgain() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            peer.answer(peer.takeRequest().stream(), 200, "one");
            peer.reset(peer.takeRequest().stream(), Http2Peer.INTERNAL_ERROR);
            Message cut = peer.takeRequest();
            peer.headers(cut.stream(), false, ":status: 200");
            peer.data(cut.stream(), "abc", false);
            peer.reset(cut.stream(), Http2Peer.INTERNAL_ERROR);
            peer.answer(peer.takeRequest().stream(), 200, "four");
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            assertThat(client.ask("/").bodyText()).isEqualTo("one");
            assertThat(client.ask("/").status()).isEqualTo(502);
            Message cut = client.ask("/");
            assertThat(cut.bodyText()).isEqualTo("abc");
            assertThat(cut.reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
            assertThat(client.ask("/").bodyText()).isEqualTo("four");
        }
    }

    @Test
    void anEarlyAnswerIsRelayedWholeAndTheRestOfTheRequestIsNotSent() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message request = peer.takeRequest();
            peer.answer(request.stream(), 413, "too large");
            peer.reset(request.stream(), Http2Peer.NO_ERROR);
            peer.answer(peer.takeRequest().stream(), 200, "next");
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            Message answer = client.readWhole(stream);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.bodyText()).isEqualTo("too large");
            assertThat(client.readReset(stream)).isEqualTo(Http2Peer.NO_ERROR);
            assertThat(client.ask("/").bodyText()).isEqualTo("next");
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatLeavesResetsItsStreamAndNoOther() throws InterruptedException {
        var asked = new Cue();
        var left = new Cue();
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message first = peer.takeRequest();
            asked.give();
            Message second = peer.takeRequest();
            left.give();
            assertThat(peer.readReset(first.stream())).isEqualTo(Http2Peer.CANCEL);
            peer.answer(second.stream(), 200, "still here");
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var stays = RawClient.connect(gateway.port())) {
            try (var leaves = RawClient.connect(gateway.port())) {
                leaves.send(GET);
                asked.await();
                stays.send(GET);
                left.await();
            }
            assertThat(stays.readResponse().bodyText()).isEqualTo("still here");
        }
    }

    @Test
    void oneSlowClientDoesNotHoldUpOthersOnTheSameConnection() {
        int size = 4 << 20;
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            Message slow = peer.takeRequest();
            peer.headers(slow.stream(), false, ":status: 200", "content-length: " + size);
            int sent = 0;
            byte[] frame = new byte[16_000];
            // Until the gateway lets no more come on this stream.
            while (sent + frame.length <= 65_535 + peer.windowUpdates(slow.stream())) {
                peer.data(slow.stream(), frame, false);
                sent += frame.length;
                peer.settle();
            }
            assertThat(sent).isLessThan(size);
            for (int i = 0; i < 20; i++) {
                peer.answer(peer.takeRequest().stream(), 200, "x".repeat(10_000));
            }
            while (sent < size) {
                int bytes = (int) Math.min(size - sent,
                        Math.min(16_000, 65_535 + peer.windowUpdates(slow.stream()) - sent));
                if (bytes > 0) {
                    peer.data(slow.stream(), new byte[bytes], sent + bytes == size);
                    sent += bytes;
                } else {
                    peer.read();
                }
            }
            peer.readToEnd();
        });
                var gateway = gatewayTo(endpoint);
                var slow = RawClient.connectWithSmallBuffers(gateway.port());
                var fast = RawClient.connect(gateway.port())) {
            slow.send(GET);
            slow.readHead();
            for (int i = 0; i < 20; i++) {
                assertThat(fast.ask(GET).bodyText()).hasSize(10_000);
            }
            assertThat(slow.read(size)).hasSize(size);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void aBodyWaitsForTheEndpointsWindow() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection, INITIAL_WINDOW_SIZE, 3);
            peer.keepWindowsShut();
            Message request = peer.takeRequest();
            assertThat(peer.readBody(request.stream(), 3).bodyText()).isEqualTo("abc");
            peer.settle();
            assertThat(request.bodyText()).isEqualTo("abc");
            peer.windowUpdate(request.stream(), 2);
            assertThat(peer.readBody(request.stream(), 5).bodyText()).isEqualTo("abcde");
            peer.settings(INITIAL_WINDOW_SIZE, 100);
            peer.readWhole(request);
            peer.answer(request.stream(), 200, request.bodyText());
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nabcdefgh").bodyText())
                    .isEqualTo("abcdefgh");
        }
    }

    @Test
    void row20_refusesAnswersThatAreNone() {
        String[][] heads = {{":status: 200", "connection: close"}, {":status: 200", "transfer-encoding: chunked"},
            {":status: 200", "X-A: 1"}, {":status: 200", "x-a: a\r\nb: c"}, {"x-a: 1"}, {":status: 99"},
            {":status: 101"}, {":status: 200", ":status: 200"}, {":path: /"}, {":status: 200", "content-length: x"},
            {":status: 200", "content-length: 1", "content-length: 1"}, {"x-a: 1", ":status: 200"},
            {":status: 204", "content-length: 3"}};
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            for (String[] head : heads) {
                Message request = peer.takeRequest();
                peer.headers(request.stream(), false, head);
                assertThat(peer.readReset(request.stream())).isEqualTo(Http2Peer.PROTOCOL_ERROR);
            }
            peer.answer(peer.takeRequest().stream(), 200, "good");
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = RawClient.connect(gateway.port())) {
            for (String[] head : heads) {
                assertThat(client.ask(GET).status()).as(String.join(", ", head)).isEqualTo(502);
            }
            assertThat(client.ask(GET).bodyText()).isEqualTo("good");
        }
    }

    @Test
    void row20_cutsAnAnswerThatIsNotAsLongAsItSays() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            for (String body : new String[]{"ab", "abcd"}) {
                Message request = peer.takeRequest();
                peer.headers(request.stream(), false, ":status: 200", "content-length: 3");
                peer.data(request.stream(), body, true);
                assertThat(peer.readReset(request.stream())).isEqualTo(Http2Peer.PROTOCOL_ERROR);
            }
            peer.readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = Http2Peer.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.ask("/").reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
            }
        }
    }

    @Test
    void anEndpointThatBreaksTheConnectionsRulesIsLeft() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection);
            peer.takeRequest();
            peer.frame(Http2Peer.PUSH_PROMISE, Http2Peer.END_HEADERS, 1, new byte[]{0, 0, 0, 2});
            assertThat(peer.readGoAway()).isEqualTo(Http2Peer.PROTOCOL_ERROR);
            peer.readToEnd();
        }).onConnection(Http2Peer.answering("good"));
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(502);
            assertThat(client.ask(GET).bodyText()).isEqualTo("good");
        }
    }

    @Test
    void anEndpointThatSpeaksNoHttp2IsAFailureAndNoEndlessTry() {
        Script old = connection -> {
            connection.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            connection.awaitDisconnect();
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(old);
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response answer = client.ask(GET);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.header("Proxy-Status")).contains("http_protocol_error");
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void anEndpointThatAllowsNoStreamsIsAFailureAndNoEndlessTry() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            Http2Peer.serve(connection, MAX_CONCURRENT_STREAMS, 0).readToEnd();
        }); var gateway = gatewayTo(endpoint); var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(503);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionEndsWithItsNumberOfRequests() {
        Script two = connection -> {
            var peer = Http2Peer.serve(connection);
            peer.answer(peer.takeRequest().stream(), 200, "x");
            peer.answer(peer.takeRequest().stream(), 200, "x");
            assertThat(peer.readGoAway()).isEqualTo(Http2Peer.NO_ERROR);
            peer.readToEnd();
        };
        try (var endpoint = ScriptedEndpoint.start().onConnection(two).onConnection(two);
                var gateway = gatewayTo(endpoint, ", connections: { max-requests: 2 }");
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.ask(GET).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aConnectionThatFailsCostsNobodyWhoCanWaitForAnother() throws InterruptedException {
        var asked = new Cue();
        var failed = new Cue();
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection, MAX_CONCURRENT_STREAMS, 1);
            Message first = peer.takeRequest();
            asked.give();
            failed.await();
            peer.answer(first.stream(), 200, "first");
            peer.answer(peer.takeRequest().stream(), 200, "second");
            peer.answer(peer.takeRequest().stream(), 200, "third");
            peer.readToEnd();
        }).onConnection(connection -> {
            connection.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            connection.awaitDisconnect();
            failed.give();
        });
                var gateway = gatewayTo(endpoint, ", connections: { max: 2 }");
                var client = Http2Peer.connect(gateway.port())) {
            client.get("/1");
            asked.await();
            client.get("/2");
            assertThat(client.readWhole(1).bodyText()).isEqualTo("first");
            assertThat(client.readWhole(3).bodyText()).isEqualTo("second");
            assertThat(client.ask("/3").bodyText()).isEqualTo("third");
            assertThat(endpoint.connections()).isEqualTo(2);
        }
    }

    @Test
    void whoWaitsForRoomGetsAnotherConnectionWhenTheOneWithRoomLeaves() throws InterruptedException {
        var asked = new Cue();
        var failed = new Cue();
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            var peer = Http2Peer.serve(connection, MAX_CONCURRENT_STREAMS, 1);
            Message first = peer.takeRequest();
            asked.give();
            failed.await();
            for (int i = 0; i < 50; i++) {
                peer.settle(); // by then the gateway's loop has had turns enough to deal with the failure
            }
            peer.goAway(first.stream(), Http2Peer.NO_ERROR);
            peer.readToEnd();
        }).onConnection(connection -> {
            connection.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            connection.awaitDisconnect();
            failed.give();
        }).onConnection(Http2Peer.answering("second"));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.get("/1");
            asked.await();
            client.get("/2");
            assertThat(client.readWhole(3).bodyText()).isEqualTo("second");
        }
    }

    @Test
    void row67_whoWaitsForAConnectionIsServedWhenTheEndpointIsLeftOut() throws InterruptedException {
        var opened = new Cue();
        var reloaded = new Cue();
        try (var left = ScriptedEndpoint.start().onConnection(connection -> {
            opened.give();
            reloaded.await();
            var peer = Http2Peer.serve(connection);
            peer.answer(peer.takeRequest().stream(), 200, "as before");
            assertThat(peer.readGoAway()).isEqualTo(Http2Peer.NO_ERROR);
            peer.readToEnd();
        });
                var next = ScriptedEndpoint.start().onConnection(Http2Peer.answering("anew"));
                var gateway = TestGateway.start(transport, Forward.allTo(left, "", ", protocol: h2c"));
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            opened.await();
            gateway.reload(Forward.allTo(next, "", ", protocol: h2c"));
            reloaded.give();
            assertThat(client.readResponse().bodyText()).isEqualTo("as before");
            assertThat(client.ask(GET).bodyText()).isEqualTo("anew");
            assertThat(left.connections()).isEqualTo(1);
        }
    }
}
