package dev.ponticello.testing;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScriptedEndpointTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void recordsRequestsExactlyAsTheyCame() {
        try (var endpoint = ScriptedEndpoint.start();
                var first = RawClient.connect(endpoint.port());
                var second = RawClient.connect(endpoint.port())) {
            String head = http("""
                    POST /a%20b?c HTTP/1.1
                    hOsT:  a\t
                    X-A: 1
                    Transfer-Encoding: chunked
                    x-a: 2

                    """);
            first.send(head);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.head()).isEqualTo(head);
            assertThat(request.line()).isEqualTo("POST /a%20b?c HTTP/1.1");
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).isEqualTo("/a%20b?c");
            assertThat(request.version()).isEqualTo("HTTP/1.1");
            assertThat(request.header("Host")).isEqualTo("a");
            assertThat(request.headers("X-A")).containsExactly("1", "2");
            assertThat(request.fields().names()).containsExactly("hOsT", "X-A", "Transfer-Encoding", "x-a");
            first.sendChunk("ab");
            first.sendChunk("c");
            first.sendLastChunk("Sum: 3");
            assertThat(request.bodyText()).isEqualTo("abc");
            assertThat(request.trailers().only("Sum")).isEqualTo("3");
            assertThat(first.readResponse().status()).isEqualTo(200);

            second.ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("hi");
            assertThat(endpoint.connections()).isEqualTo(2);
            assertThat(endpoint.requests()).isEqualTo(2);
        }
    }

    @Test
    void playsScriptsInOrderAndThenItsOwn() {
        try (var endpoint = ScriptedEndpoint.answering(200, "usual")) {
            endpoint.onRequest(Script.answer(503, "")).onRequest(Script.answer(200, "better"));
            assertThat(RawClient.get(endpoint.port(), "/").status()).isEqualTo(503);
            assertThat(RawClient.get(endpoint.port(), "/").bodyText()).isEqualTo("better");
            assertThat(RawClient.get(endpoint.port(), "/").bodyText()).isEqualTo("usual");
        }
    }

    @Test
    void echoesHeadAndBody() {
        try (var endpoint = ScriptedEndpoint.echoing();
                var client = RawClient.connect(endpoint.port())) {
            String request = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
            assertThat(client.ask(request).bodyText()).isEqualTo(request);
        }
    }

    @Test
    void answersBeforeTheBodyAndStillFindsTheNextRequest() {
        try (var endpoint = ScriptedEndpoint.answering(200, "next");
                var client = RawClient.connect(endpoint.port())) {
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"));
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(413);
            client.send("late" + GET);
            assertThat(client.readResponse().bodyText()).isEqualTo("next");
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("late");
        }
    }

    @Test
    void asksForTheBodyOfAClientThatWaits() {
        try (var endpoint = ScriptedEndpoint.start();
                var client = RawClient.connect(endpoint.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.send("hi");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void sendsHalfAnAnswerUntilItsCue() {
        try (var endpoint = ScriptedEndpoint.start();
                var client = RawClient.connect(endpoint.port())) {
            var seen = new Cue();
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                seen.await();
                connection.send("cd");
            });
            client.send(GET);
            client.readHead();
            assertThat(client.readText(2)).isEqualTo("ab");
            seen.give();
            assertThat(client.readText(2)).isEqualTo("cd");
        }
    }

    @Test
    void tellsHowAndWhenItsClientLeft() {
        try (var endpoint = ScriptedEndpoint.start()) {
            var resetting = RawClient.connect(endpoint.port());
            resetting.ask(GET);
            long reset = System.nanoTime();
            resetting.reset();
            Disconnect disconnect = endpoint.awaitDisconnect();
            assertThat(disconnect.end()).isEqualTo(End.RESET);
            assertThat(disconnect.after(reset)).isBetween(Duration.ZERO, RawConnection.DEADLINE);

            var closing = RawClient.connect(endpoint.port());
            closing.ask(GET);
            closing.close();
            assertThat(endpoint.awaitDisconnect().end()).isEqualTo(End.FIN);
        }
    }

    @Test
    void noticesAResetWhileItSends() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            new BigBody(Long.MAX_VALUE, 1).sendTo(connection);
        });
                var client = RawClient.connect(endpoint.port())) {
            client.send(GET);
            client.readHead();
            client.reset();
            assertThat(endpoint.awaitDisconnect().end()).isEqualTo(End.RESET);
        }
    }

    @Test
    void carriesATunnelAfterAnUpgrade() {
        try (var endpoint = ScriptedEndpoint.start();
                var client = RawClient.connect(endpoint.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: ping\r\nConnection: upgrade\r\n\r\n");
                connection.send(connection.readText(4).replace('i', 'o'));
                connection.expectClosed();
                connection.send("bye");
                connection.close();
            });
            client.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: ping\r\nConnection: upgrade\r\n\r\n");
            assertThat(client.readInformational().status()).isEqualTo(101);
            client.send("ping");
            assertThat(client.readText(4)).isEqualTo("pong");
            client.finish();
            assertThat(client.readToEnd()).isEqualTo("bye");
        }
    }

    @Test
    void playsWithAConnectionBeforeItsFirstRequest() {
        try (var endpoint = ScriptedEndpoint.answering(200, "after")) {
            var connected = new Cue();
            endpoint.onConnection(connection -> {
                connected.await();
                connection.reset();
            });
            endpoint.onConnection(connection -> connection.send("garbage"));
            try (var client = RawClient.connect(endpoint.port())) {
                connected.give();
                client.expectReset();
            }
            try (var client = RawClient.connect(endpoint.port())) {
                assertThat(client.readText(7)).isEqualTo("garbage");
                assertThat(client.ask(GET).bodyText()).isEqualTo("after");
            }
        }
    }

    @Test
    void failsThePlayWhenAScriptFails() {
        var endpoint = ScriptedEndpoint.start();
        var answered = new Cue();
        endpoint.onRequest(connection -> {
            connection.answer(200, "");
            answered.await();
            throw new AssertionError("the point");
        });
        try (var client = RawClient.connect(endpoint.port())) {
            client.ask(GET);
            var closing = Meanwhile.play(endpoint::close);
            client.expectNothing();
            answered.give();
            assertThatThrownBy(closing::join).cause().hasMessageContaining("the point");
        }
    }

    @Test
    void failsThePlayWhenItReceivesWhatIsNoRequest() {
        var endpoint = ScriptedEndpoint.start();
        try (var client = RawClient.connect(endpoint.port())) {
            client.send("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.expectClosed();
        }
        assertThatThrownBy(endpoint::close).hasMessageContaining("framing:");
    }

    @Test
    void failsThePlayWhenAScriptIsNeverPlayed() {
        var endpoint = ScriptedEndpoint.start().onRequest(Script.echo());
        assertThatThrownBy(endpoint::close).hasMessageContaining("1 scripts were never played");
    }

    @Test
    void saysThatABodyNeverCame() {
        try (var endpoint = ScriptedEndpoint.start()) {
            endpoint.onRequest(RawConnection::close);
            try (var client = RawClient.connect(endpoint.port())) {
                client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
                client.expectEnd();
            }
            assertThatThrownBy(endpoint.takeRequest()::body)
                    .hasMessage("no whole body of PUT / HTTP/1.1")
                    .hasRootCauseMessage("the connection was over before the body was read");
        }
    }

    @Test
    void hasPortsThatRefuseAndPortsThatAreSilent() {
        try (var refusing = DeadPort.refusing();
                var silent = DeadPort.silent()) {
            assertThatThrownBy(() -> RawClient.connect(refusing.port())).hasRootCauseInstanceOf(ConnectException.class);
            var connecting = Meanwhile.play(() -> RawClient.connect(silent.port()).close());
            assertThat(Await.settled("connect", () -> connecting.isDone() ? 1 : 0, RawConnection.QUIET)).isZero();
        }
    }
}
