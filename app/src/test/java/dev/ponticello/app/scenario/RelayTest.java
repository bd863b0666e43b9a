package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.BigBody;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How messages pass: their framing, their interim heads, their targets. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
@SuppressWarnings("StringConcatToTextBlock") // bytes with their own line ends
class RelayTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET_1_0 = "GET / HTTP/1.0\r\n\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return TestGateway.start(transport, Forward.allTo(endpoint));
    }

    @Test
    void relaysTrailersBothWays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.readBody();
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n");
                connection.sendChunk("cd");
                connection.sendLastChunk("Sum: 2", "sum: 3");
            });
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("2;x=y\r\nab\r\n");
            client.sendLastChunk("Check: 1");
            Response response = client.readResponse("POST");
            assertThat(response.bodyText()).isEqualTo("cd");
            assertThat(response.trailers().all("Sum")).containsExactly("2", "3");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.bodyText()).isEqualTo("ab");
            assertThat(request.trailers().only("Check")).isEqualTo("1");
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void relaysAMessageThatComesByteByByte() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.readBody();
                connection.sendSlowly("HTTP/1.1 200 OK\r\nX: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n2\r\nde\r\n0\r\nSum: 5\r\n\r\n", 1);
            });
            client.sendSlowly("POST /x?y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\nSum: 5\r\n\r\n", 1);
            Response response = client.readResponse("POST");
            assertThat(response.bodyText()).isEqualTo("abcde");
            assertThat(response.trailers().only("Sum")).isEqualTo("5");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.line()).isEqualTo("POST /x?y HTTP/1.1");
            assertThat(request.bodyText()).isEqualTo("abcde");
            assertThat(request.trailers().only("Sum")).isEqualTo("5");
        }
    }

    @Test
    void relaysEachPartOfABodyWhenItComes() {
        var first = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.sendChunk("one");
            first.await();
            connection.sendChunk("two");
            connection.sendLastChunk();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            client.readHead();
            assertThat(client.readText(8)).isEqualTo("3\r\none\r\n");
            first.give();
            assertThat(client.readText(13)).isEqualTo("3\r\ntwo\r\n0\r\n\r\n");
        }
    }

    @Test
    void framesAnAnswerThatEndsWithItsConnectionAnew() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
            connection.close();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                Response response = client.ask(GET);
                assertThat(response.header("Transfer-Encoding")).isEqualTo("chunked");
                assertThat(response.bodyText()).isEqualTo("hello");
            }
            try (var old = RawClient.connect(gateway.port())) {
                Response response = old.ask(GET_1_0);
                assertThat(response.header("Transfer-Encoding")).isNull();
                assertThat(response.header("Content-Length")).isNull();
                assertThat(response.bodyText()).isEqualTo("hello");
            }
        }
    }

    @Test
    void endsAnEmptyAnswerThatEndsWithItsConnection() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.0 200 OK\r\n\r\n");
            connection.close();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).body()).isEmpty();
            assertThat(client.ask(GET).body()).isEmpty();
        }
    }

    @Test
    void resetsAClientOfHttp10WhoseAnswerBreaksOff() {
        var seen = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.sendChunk("hello");
            seen.await();
            connection.close();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send(GET_1_0);
            client.readHead();
            assertThat(client.readText(5)).isEqualTo("hello");
            seen.give();
            client.expectReset();
        }
    }

    @Test
    void keepsAConnectionOfHttp10OnlyWhenAsked() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = gatewayTo(endpoint)) {
            try (var client = RawClient.connect(gateway.port())) {
                Response response = client.ask(GET_1_0);
                assertThat(response.bodyText()).isEqualTo("hello");
                assertThat(response.header("Connection")).isEqualTo("close");
                client.expectClosed();
            }
            try (var client = RawClient.connect(gateway.port())) {
                String keep = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
                assertThat(client.ask(keep).header("Connection")).isEqualToIgnoringCase("keep-alive");
                assertThat(client.ask(keep).bodyText()).isEqualTo("hello");
                assertThat(client.ask(GET_1_0).bodyText()).isEqualTo("hello");
                client.expectClosed();
            }
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.version()).isEqualTo("HTTP/1.1");
            assertThat(request.header("Via")).isEqualTo("1.0 ponticello");
        }
    }

    @Test
    void endsAChunkedAnswerToHttp10WithItsConnection() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.sendChunk("hel");
            connection.sendChunk("lo");
            connection.sendLastChunk("Sum: 5");
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(response.header("Transfer-Encoding")).isNull();
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(response.bodyText()).isEqualTo("hello");
            client.expectClosed();
        }
    }

    @Test
    void relaysNoInterimAnswerToHttp10() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            connection.answer(200, "hello");
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET_1_0).bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void relaysAnswersWithoutABody() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            String head = GET.replace("GET", "HEAD");
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
            Response sized = client.ask(head);
            assertThat(sized.header("Content-Length")).isEqualTo("1000");
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertThat(client.ask(head).status()).isEqualTo(200);
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 200 OK\r\n\r\n"));
            assertThat(client.ask(head).header("Content-Length")).isNull();
            endpoint.onRequest(
                    connection -> connection.send("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"));
            Response none = client.ask(GET);
            assertThat(none.status()).isEqualTo(204);
            assertThat(none.header("Content-Length")).isNull();
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: \"x\"\r\n\r\n"));
            Response unmodified = client.ask(GET);
            assertThat(unmodified.status()).isEqualTo(304);
            assertThat(unmodified.header("ETag")).isEqualTo("\"x\"");
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void relaysAnAnswerWhileTheRequestGoesOn() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.sendChunk("one");
            connection.readBody();
            connection.sendLastChunk();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("ab");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readText(8)).isEqualTo("3\r\none\r\n");
            client.sendChunk("cd");
            client.sendLastChunk();
            assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("abcd");
            client.send(GET);
            endpoint.takeRequest();
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void forwardsAbsoluteTargetsAsPaths() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            for (var target : List.of(List.of("GET http://a/x/y?z", "GET /x/y?z"), List.of("GET http://a", "GET /"),
                    List.of("GET http://a?z", "GET /?z"), List.of("GET HTTPS://a/x", "GET /x"),
                    List.of("OPTIONS http://a/x", "OPTIONS /x"))) {
                client.send("%s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(target.get(0)));
                assertThat(client.readResponse().status()).as(target.get(0)).isEqualTo(200);
                ReceivedRequest request = endpoint.takeRequest();
                assertThat(request.line()).isEqualTo(target.get(1) + " HTTP/1.1");
                assertThat(request.header("X-Forwarded-Host")).isEqualTo("a");
            }
        }
    }

    @Test
    void answersOrForwardsOptionsForTheServerItself() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            Response response = client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response.status()).isEqualTo(204);
            assertThat(endpoint.requests()).isZero();
            assertThat(client.ask(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void takesAnIpv6AddressForAHost() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n").status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-Forwarded-Host")).isEqualTo("[2001:db8::1]:8080");
            assertThat(request.header("Forwarded")).isEqualTo("for=127.0.0.1;proto=http;host=\"[2001:db8::1]:8080\"");
        }
    }

    @Test
    void relaysInterimAnswersAndTheirFields() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send(http("""
                    HTTP/1.1 100 Continue

                    HTTP/1.1 102 Processing

                    HTTP/1.1 103 Early Hints
                    Link: </a>
                    Connection: x-b
                    X-B: 1

                    """));
            connection.answer(200, "hello");
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            // The 100 stays behind: this client did not ask for it.
            assertThat(client.readInformational().status()).isEqualTo(102);
            Response hints = client.readInformational();
            assertThat(hints.header("Link")).isEqualTo("</a>");
            assertThat(hints.header("X-B")).isNull();
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void refusesAFloodOfInterimAnswers() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(33));
            connection.awaitDisconnect();
        });
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send(GET);
            for (int i = 0; i < 32; i++) {
                assertThat(client.readInformational().status()).isEqualTo(103);
            }
            assertThat(client.readResponse().status()).isEqualTo(502);
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void relaysABigAnswerWholeWhoseEndpointClosesBehindIt() {
        var body = new BigBody(24 << 20, 7);
        for (String framing : List.of("Content-Length: " + (24 << 20), "Connection: close")) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                body.sendTo(connection);
                connection.close();
            });
                    var gateway = gatewayTo(endpoint);
                    var client = RawClient.connectWithSmallBuffers(gateway.port())) {
                client.send(GET);
                var whole = body.verifier();
                client.readResponse("GET", whole);
                whole.assertWhole();
            }
        }
    }

    @Test
    void givesARelayedAnswerADate() {
        try (var endpoint = ScriptedEndpoint.playing(
                connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).header("Date")).matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), .* GMT");
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n"));
            assertThat(client.ask(GET).header("Date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        }
    }

    @Test
    void countsDownHowOftenOptionsMayBeForwarded() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            String options = "OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: %s\r\n\r\n";
            assertThat(client.ask(options.formatted("0")).status()).isEqualTo(204);
            assertThat(client.ask(options.formatted("2")).status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().header("Max-Forwards")).isEqualTo("1");
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void anEmptyLineBehindARequestBeginsNoOther() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-head: 100ms, keep-alive: 300ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(200);
            client.expectClosed();
        }
    }
}
