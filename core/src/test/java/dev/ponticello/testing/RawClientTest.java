package dev.ponticello.testing;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RawClientTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** An endpoint that sends these bytes after each request and keeps the connection. */
    private static ScriptedEndpoint sending(String bytes) {
        return ScriptedEndpoint.playing(connection -> connection.send(bytes));
    }

    private static ScriptedEndpoint sendingAndClosing(String bytes) {
        return ScriptedEndpoint.playing(connection -> {
            connection.send(bytes);
            connection.close();
        });
    }

    @Test
    void readsPipelinedResponsesOneByOne() {
        try (var endpoint = ScriptedEndpoint.start();
                var client = RawClient.connect(endpoint.port())) {
            endpoint.onRequest(Script.answer(200, "one", "X-A: 1", "x-a: 2")).onRequest(Script.answer(404, "two"));
            client.send(GET + GET);

            Response first = client.readResponse();
            assertThat(first.version()).isEqualTo("HTTP/1.1");
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.reason()).isEqualTo("Scripted");
            assertThat(first.headers("X-a")).containsExactly("1", "2");
            assertThat(first.header("absent")).isNull();
            assertThat(first.head()).isEqualTo(http("""
                    HTTP/1.1 200 Scripted
                    X-A: 1
                    x-a: 2
                    Content-Length: 3

                    """));
            assertThat(first.bodyText()).isEqualTo("one");
            assertThatThrownBy(() -> first.header("X-A")).hasMessage("X-A: [1, 2] (expected: one line)");
            Response second = client.readResponse();
            assertThat(second.status()).isEqualTo(404);
            assertThat(second.bodyText()).isEqualTo("two");
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void readsChunksAndTrailersAndLeavesWhatFollows() {
        try (var endpoint = sending(http("""
                HTTP/1.1 200 OK
                Transfer-Encoding: chunked

                3
                abc
                A
                0123456789
                0
                X-Sum: 7

                rest"""));
                var client = RawClient.connect(endpoint.port())) {
            Response response = client.ask(GET);
            assertThat(response.bodyText()).isEqualTo("abc0123456789");
            assertThat(response.trailers().only("x-sum")).isEqualTo("7");
            assertThat(response.header("X-Sum")).isNull();
            assertThat(client.readText(4)).isEqualTo("rest");
        }
    }

    @Test
    void readsABodyUntilFinButNotUntilReset() {
        String head = "HTTP/1.1 200 OK\r\n\r\n";
        try (var endpoint = ScriptedEndpoint.start()) {
            endpoint.onRequest(connection -> {
                connection.send(head + "all");
                connection.close();
            });
            assertThat(RawClient.get(endpoint.port(), "/").bodyText()).isEqualTo("all");
            var seen = new Cue();
            endpoint.onRequest(connection -> {
                connection.send(head + "cut");
                seen.await();
                connection.reset();
            });
            try (var client = RawClient.connect(endpoint.port())) {
                client.send(GET);
                client.readHead();
                assertThat(client.readText(3)).isEqualTo("cut");
                seen.give();
                client.expectReset();
                assertThatThrownBy(client::expectClosed).hasMessage("end: RESET (expected: FIN)");
            }
        }
    }

    @Test
    void failsWhenABodyIsCut() {
        try (var endpoint = sendingAndClosing("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
                var client = RawClient.connect(endpoint.port())) {
            assertThatThrownBy(() -> client.ask(GET))
                    .isInstanceOf(PeerEnded.class)
                    .hasMessageContaining("end=FIN")
                    .hasMessageContaining("expected: 2 bytes more");
        }
    }

    @Test
    void knowsWhichResponsesHaveNoBody() {
        try (var endpoint = ScriptedEndpoint.answering(200, "body");
                var client = RawClient.connect(endpoint.port())) {
            Response head = client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(head.header("Content-Length")).isEqualTo("4");
            assertThat(head.bodyText()).isEmpty();
            endpoint.onRequest(Script.answer(204, "")).onRequest(Script.answer(304, ""));
            assertThat(client.ask(GET).status()).isEqualTo(204);
            assertThat(client.ask(GET).status()).isEqualTo(304);
            client.expectNothing();
        }
    }

    @Test
    void readsInformationalResponsesApart() {
        try (var endpoint = sending(http("""
                HTTP/1.1 103 Early Hints
                Link: <a>

                HTTP/1.1 200 OK
                Content-Length: 0

                """));
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            assertThat(client.readInformational().header("Link")).isEqualTo("<a>");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send(GET);
            assertThatThrownBy(client::readResponse).hasMessageContaining("status: 103 (expected: a final one)");
            assertThatThrownBy(client::readInformational).hasMessageContaining("status: 200 (expected: 1xx)");
        }
    }

    @Test
    void refusesWhatAGatewayMustNotWrite() {
        String[] responsesAndComplaints = {
            "HTTP/2 200 OK\r\n\r\n", "start line: HTTP/2 200 OK",
            "HTTP/1.1 200\r\n\r\n", "start line: HTTP/1.1 200",
            "HTTP/1.1 200 OK\n\r\n", "no control",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "field line: A : b",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "field line:  c",
            "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "no control",
            "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", "no control",
            "HTTP/1.1 200 OK\r\nA\r\n\r\n", "field line: A",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", "framing: ",
            "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", "framing: ",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "framing: ",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "framing: ",
            "HTTP/1.1 204 OK\r\nContent-Length: 0\r\n\r\n", "expected: no framing",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\n\r\n", "chunk size: 1;x",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", "no control",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "after a chunk of 1 bytes: b",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", "expected: the rest of the line",
        };
        for (int i = 0; i < responsesAndComplaints.length; i += 2) {
            String complaint = responsesAndComplaints[i + 1];
            try (var endpoint = sendingAndClosing(responsesAndComplaints[i]);
                    var client = RawClient.connect(endpoint.port())) {
                assertThatThrownBy(() -> client.ask(GET))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining(complaint);
            }
        }
    }

    @Test
    void tellsNothingFromAByteAndFromTheEnd() {
        try (var endpoint = ScriptedEndpoint.start()) {
            var go = new Cue();
            endpoint.onConnection(connection -> {
                go.await();
                connection.send("x");
                connection.close();
            });
            try (var client = RawClient.connect(endpoint.port())) {
                client.expectNothing();
                go.give();
                assertThatThrownBy(client::expectClosed).hasMessage("came: \"x\" (expected: the end)");
                assertThatThrownBy(client::expectNothing).hasMessageContaining("came: \"x\"");
                assertThat(client.readToEnd()).isEqualTo("x");
                assertThatThrownBy(client::expectNothing).hasMessageContaining("end: Disconnect[end=FIN");
                client.expectClosed();
            }
        }
    }

    @Test
    void failsAStepThatTakesTooLong() {
        var over = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> over.await());
                var client = RawClient.connectWithSmallBuffers(endpoint.port())) {
            client.send(GET);
            client.within(Duration.ofMillis(100));
            assertThatThrownBy(client::readResponse).hasMessage("more was due within PT0.1S; 0 bytes came in all");
            assertThatThrownBy(() -> client.send(new byte[16 << 20]))
                    .hasMessage("peer took too few of 16777216 bytes within PT0.1S");
            over.give();
        }
    }

    @Test
    void writesAndReadsEveryByteAsACharacter() {
        try (var endpoint = ScriptedEndpoint.echoing();
                var client = RawClient.connect(endpoint.port())) {
            String request = "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u00e9\u0080\r\n\r\n";
            client.sendSlowly(request, 3);
            assertThat(Play.text(client.readResponse().body())).isEqualTo(request);
            assertThatThrownBy(() -> client.send("\u20ac"))
                    .hasMessage("character: U+20AC (expected: at most U+00FF)");
        }
    }

    @Test
    void comparesJsonWithoutItsWhiteSpace() {
        try (var endpoint = ScriptedEndpoint.answering(200, "{ \"a b\" : [ 1,\n \"\\\" \" ] }")) {
            assertThat(RawClient.get(endpoint.port(), "/").json()).isEqualTo("{\"a b\":[1,\"\\\" \"]}");
        }
    }
}
