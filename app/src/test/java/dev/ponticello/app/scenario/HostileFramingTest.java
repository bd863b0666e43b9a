package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages whose borders two readers could see differently: the hostile rows 1-8, 11, 12, 14, 17-20. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
@SuppressWarnings("StringConcatToTextBlock") // bytes with their own line ends
class HostileFramingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    /** Each of these requests is answered with this status, ends its connection and never comes to an endpoint. */
    private void refuses(int status, String... requests) {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (String request : requests) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send(request);
                    Response response = client.readResponse();
                    assertThat(response.status()).as(request).isEqualTo(status);
                    assertThat(response.header("Connection")).as(request).isEqualTo("close");
                    client.expectEnd();
                }
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    private void refusesFields(String version, String... fields) {
        refuses(400, Arrays.stream(fields)
                .map(field -> "POST / %s\r\nHost: a\r\n%s\r\n\r\n0\r\n\r\n".formatted(version, field))
                .toArray(String[]::new));
    }

    /** Each of these answers becomes a 502, and its connection is never used again. */
    private void refusesAnswers(String... answers) {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (String answer : answers) {
                endpoint.onRequest(connection -> connection.send(answer));
                assertThat(RawClient.get(gateway.port(), "/").status()).as(answer).isEqualTo(502);
                endpoint.awaitDisconnect();
            }
        }
    }

    private void refusesAnswerFields(String... fields) {
        refusesAnswers(Arrays.stream(fields)
                .map(field -> "HTTP/1.1 200 OK\r\n%s\r\n\r\nhello".formatted(field)).toArray(String[]::new));
    }

    @Test
    void row01_refusesLengthAndEncodingTogether() {
        refusesFields("HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5", "content-length: 0\r\nTRANSFER-ENCODING: Chunked");
    }

    @Test
    void row01_refusesAnAnswerWithLengthAndEncoding() {
        refusesAnswerFields("Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5");
    }

    @Test
    void row02_refusesTransferEncodingInHttp10() {
        refusesFields("HTTP/1.0", "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: chunked",
                "Connection: keep-alive\r\nTransfer-Encoding: chunked");
    }

    @Test
    void row02_refusesAnAnswerOfHttp10WithTransferEncoding() {
        refusesAnswers("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    @Test
    void row03_refusesLengthsThatAreNotOnePlainNumber() {
        refusesFields("HTTP/1.1", lengths());
    }

    @Test
    void row03_refusesAnAnswerWithSuchALength() {
        refusesAnswerFields(lengths());
    }

    private static String[] lengths() {
        return new String[]{"Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5",
            "Content-Length: 5 5", "Content-Length: 5.0", "Content-Length:", "Content-Length: 9223372036854775808",
            "Content-Length: 18446744073709551621", "Content-Length: 5;", "Content-Length: \"5\""};
    }

    @Test
    void row04_refusesEncodingsThatAreNotChunkedOnce() {
        refusesFields("HTTP/1.1", encodings());
    }

    @Test
    void row04_refusesAnAnswerWithSuchAnEncoding() {
        refusesAnswerFields(encodings());
    }

    private static String[] encodings() {
        return new String[]{"Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
            "Transfer-Encoding: \u000bchunked", "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: identity", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: chunked,", "Transfer-Encoding:"};
    }

    private static String[] chunks() {
        return new String[]{"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n",
            "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a=\"b\r\nc\"\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
            "10000000000000005\r\nhello\r\n0\r\n\r\n", "8000000000000000\r\nhello\r\n0\r\n\r\n",
            "-5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n",
            "\r\n5\r\nhello\r\n0\r\n\r\n", "5\rXhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n",
            "0\r\n X: 1\r\n\r\n", "0\r\nX : 1\r\n\r\n", "0\r\n\n", "5\r\nhello\r\n0\r\nX: 1\n\r\n"};
    }

    @Test
    void row05_refusesChunksThatAreFramedWrong() {
        String[] chunks = chunks();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (String chunk : chunks) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
                    ReceivedRequest request = takeStarted(endpoint, client);
                    client.send(chunk);
                    Response response = client.readResponse("POST");
                    assertThat(response.status()).as(chunk).isEqualTo(400);
                    assertThat(response.header("Connection")).as(chunk).isEqualTo("close");
                    client.expectEnd();
                    endpoint.awaitDisconnect();
                    assertThatThrownBy(request::body).as(chunk).hasMessageContaining("no whole body");
                }
            }
        }
    }

    /** Sends a first good chunk, so that the head goes on to the endpoint, and gives what came there. */
    private static ReceivedRequest takeStarted(ScriptedEndpoint endpoint, RawClient client) {
        client.sendChunk("first");
        return endpoint.takeRequest();
    }

    @Test
    void row05_refusesWrongChunksWithTheHead() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (String chunk : chunks()) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);
                    assertThat(client.readResponse("POST").status()).as(chunk).isEqualTo(400);
                    client.expectEnd();
                }
            }
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void row05_cutsAnAnswerWithSuchChunks() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (String chunk : chunks()) {
                var seen = new Cue();
                endpoint.onRequest(connection -> {
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                    seen.await();
                    connection.send(chunk);
                });
                try (var client = RawClient.connect(gateway.port())) {
                    client.send(GET);
                    assertThat(client.readHead().status()).isEqualTo(200);
                    assertThat(client.readText(10)).isEqualTo("5\r\nfirst\r\n");
                    seen.give();
                    assertThat(client.readToEnd()).as(chunk).doesNotContain("0\r\n\r\n");
                }
                endpoint.awaitDisconnect();
            }
        }
    }

    @Test
    void row06_refusesBytesBeforeTheRequestLine() {
        refuses(400, "\u0000" + GET, "\u0001" + GET, "\u007f" + GET, " " + GET, "\t" + GET, "\n" + GET, "\r" + GET,
                "\r\n\r\n" + GET, "\u00ef\u00bb\u00bf" + GET, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
                "GET / x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n", "GET /\r\n\r\n");
    }

    @Test
    void row06_passesOverOneEmptyLineBeforeTheRequestLine() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send("\r\n" + GET + "\r\n" + GET);
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
        }
    }

    @Test
    void row06_refusesBytesBeforeTheStatusLine() {
        refusesAnswers("\u0000HTTP/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 200 O\u0000K\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\n\n");
    }

    private static String[] fields() {
        return new String[]{"X-A", ": 1", "X-A : 1", "X A: 1", " X-A: 1", "X-A: 1\r\n folded", "X-A: 1\r\n\tfolded",
            "X-A: 1\rX-B: 2", "X-A: a\nX-B: 2", "X-A: a\u0000b", "X-A: a\u0001b", "X-A: a\u007fb", "X-\u00e9: 1",
            "X-\u0000: 1", "X(A): 1", "X-A\t: 1", "\r: 1"};
    }

    @Test
    void row07_refusesFieldLinesThatAreMalformed() {
        refusesFields("HTTP/1.1", fields());
    }

    @Test
    void row07_refusesAnAnswerWithSuchAFieldLine() {
        refusesAnswerFields(fields());
    }

    @Test
    void row07_relaysValuesOf8BitsAsTheyCame() {
        try (var endpoint = ScriptedEndpoint.answering(200, "", "X-B: \u00fc\u00ff");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            assertThat(RawClient.get(gateway.port(), "/", "X-A: \u00e9\u0080").header("X-B")).isEqualTo("\u00fc\u00ff");
            assertThat(endpoint.takeRequest().header("X-A")).isEqualTo("\u00e9\u0080");
        }
    }

    @Test
    void row08_makesNoTunnelOfAnUpgradeThatIsAnsweredWith200() {
        try (var endpoint = ScriptedEndpoint.echoing();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send(http("""
                    GET /first HTTP/1.1
                    Host: a
                    Connection: Upgrade
                    Upgrade: websocket

                    GET /second HTTP/1.1
                    Host: a
                    X-Real-IP: 1.2.3.4

                    """));
            Response first = client.readResponse();
            assertThat(first.bodyText()).startsWith("GET /first HTTP/1.1\r\n").doesNotContainIgnoringCase("upgrade");
            Response second = client.readResponse();
            assertThat(second.bodyText()).startsWith("GET /second HTTP/1.1\r\n").doesNotContain("1.2.3.4");
        }
    }

    @Test
    void row08_refusesASwitchOfProtocolsThatNobodyAskedFor() {
        refusesAnswers("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void row11_keepsAnswersPairedWhenInterimOnesComeBetween() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n");
                connection.answer(200, "first");
            });
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n");
                connection.answer(200, "never sent");
            });
            endpoint.onRequest(connection -> connection.answer(200, "third"));
            client.send(GET + GET.replace("GET", "HEAD") + GET);
            assertThat(client.readInformational().header("Link")).isEqualTo("</a>");
            assertThat(client.readInformational().header("Link")).isNull();
            assertThat(client.readResponse().bodyText()).isEqualTo("first");
            assertThat(client.readInformational().header("Link")).isEqualTo("</b>");
            Response head = client.readResponse("HEAD");
            assertThat(head.header("Content-Length")).isEqualTo("10");
            assertThat(client.readResponse().bodyText()).isEqualTo("third");
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void row11_dropsWhatFollowsAnAnswer() {
        try (var endpoint = ScriptedEndpoint.answering(200, "good");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            String forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" + forged));
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 204 None\r\n\r\n" + forged));
            endpoint.onRequest(connection -> connection
                    .send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + forged));
            assertThat(client.ask(GET).bodyText()).isEqualTo("hi");
            assertThat(client.ask(GET).status()).isEqualTo(204);
            assertThat(client.ask(GET.replace("GET", "HEAD")).status()).isEqualTo(200);
            assertThat(client.ask(GET).bodyText()).isEqualTo("good");
            assertThat(endpoint.connections()).isEqualTo(4);
        }
    }

    @Test
    void row12_doesNotPoolAConnectionThatAnsweredBeforeTheBodyWasWhole() {
        try (var endpoint = ScriptedEndpoint.answering(200, "next");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
            Response early = client.readResponse("POST");
            assertThat(early.status()).isEqualTo(403);
            assertThat(early.bodyText()).isEqualTo("no");
            endpoint.awaitDisconnect();
            client.send("cd" + GET);
            assertThat(client.readResponse().bodyText()).isEqualTo("next");
            assertThat(endpoint.connections()).isEqualTo(2);
        }
    }

    private static final String GUARDED = """
            upstreams:
              users: { endpoints: ["%s"] }
            groups:
              - path: /api
                policies:
                  - bearer-token: { algorithms: [HS256], secret: "${SECRET}" }
                routes:
                  - { path: /**, to: users }
            """;

    @Test
    void row14_neverTakesAnUnreadBodyForARequest() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            String smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s".formatted(smuggled.length(),
                    smuggled));
            assertThat(client.readResponse("POST").status()).isEqualTo(404);
            client.send("POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.readResponse("POST").status()).isEqualTo(401);
            client.sendChunk(smuggled);
            client.sendLastChunk("X: 1");
            assertThat(client.ask("GET /api/y HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(401);
            client.expectNothing();
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row14_closesRatherThanReadABigBodyThatNobodyWants() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, GUARDED.formatted(endpoint.url()))) {
            try (var client = RawClient.connect(gateway.port())) {
                client.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
                Response refused = client.readResponse("POST");
                assertThat(refused.status()).isEqualTo(401);
                assertThat(refused.header("Connection")).as("the end is announced").isEqualTo("close");
                client.expectEnd();
            }
            try (var client = RawClient.connect(gateway.port())) {
                client.send("POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
                assertThat(client.readResponse("POST").status()).isEqualTo(401);
                for (int i = 0; i < 5; i++) {
                    client.sendChunk(new byte[16 * 1024]);
                }
                client.expectEnd();
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    private static final String EXPECTING = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
            + "Content-Length: 2\r\n\r\n";

    @Test
    void row17_relaysOneContinueAndTheFinalAnswer() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send(EXPECTING);
            assertThat(client.readInformational().status()).isEqualTo(100);
            client.expectNothing();
            client.send("hi");
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("Expect")).isEqualTo("100-continue");
            assertThat(request.bodyText()).isEqualTo("hi");
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void row17_relaysARefusalAndEndsBothConnections() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            for (int status : new int[]{417, 413, 200}) {
                endpoint.onRequest(connection -> connection
                        .send("HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n".formatted(status)));
                try (var client = RawClient.connect(gateway.port())) {
                    client.send(EXPECTING);
                    Response response = client.readResponse("POST");
                    assertThat(response.status()).isEqualTo(status);
                    assertThat(response.header("Connection")).isEqualTo("close");
                    client.expectEnd();
                }
                endpoint.awaitDisconnect();
            }
        }
    }

    @Test
    void row17_sendsTheBodyOfAClientThatDoesNotWait() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.readBody();
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            client.send(EXPECTING + "hi");
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().bodyText()).isEqualTo("hi");
        }
    }

    @Test
    void row17_answers504WhenTheEndpointNeverSaysContinue() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { response: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            client.send(EXPECTING);
            assertThat(client.readResponse("POST").status()).isEqualTo(504);
            client.expectEnd();
        }
    }

    @Test
    void row17_refusesOtherExpectations() {
        refuses(417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect:\r\n\r\n");
    }

    @Test
    void row18_refusesRequestsWhoseHostIsNotOneHost() {
        refuses(400, "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1%25lo]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
                "GET http://a:80/ HTTP/1.1\r\nHost: a:81\r\n\r\n", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void row18_forwardsByTheHostThatTargetAndFieldAgreeOn() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, """
                        upstreams:
                          users: { endpoints: ["%s"], host: preserve }
                        routes:
                          - { path: /x, to: users }
                        """.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask("GET http://API.example.com/x?y HTTP/1.1\r\nHost: api.example.COM\r\n\r\n").status())
                    .isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.target()).isEqualTo("/x?y");
            assertThat(request.header("Host")).isEqualToIgnoringCase("api.example.com");
            assertThat(request.header("X-Forwarded-Host")).isEqualToIgnoringCase("api.example.com");
        }
    }

    private static final String[] FORBIDDEN_TRAILERS = {"Content-Length: 5", "Authorization: Bearer x", "Host: evil",
        "Transfer-Encoding: chunked", "Cookie: a=b", "Set-Cookie: a=b", "X-Forwarded-For: 1.2.3.4",
        "X_Forwarded_For: 1.2.3.4", "Connection: close", "Content-Type: text/html", "Sum: 1"};

    @Test
    void row19_dropsTrailersOfARequestThatCouldBeTakenForHeaders() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sendChunk("ab");
            client.sendLastChunk(FORBIDDEN_TRAILERS);
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.trailers().names()).containsExactly("Sum");
            assertThat(request.header("Authorization")).isNull();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void row19_dropsTrailersOfAnAnswerThatCouldBeTakenForHeaders() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("ab");
                connection.sendLastChunk(FORBIDDEN_TRAILERS);
            });
            Response response = client.ask(GET);
            assertThat(response.bodyText()).isEqualTo("ab");
            assertThat(response.trailers().names()).containsExactly("Sum");
            assertThat(response.header("Set-Cookie")).isNull();
        }
    }

    @Test
    void row20_refusesAnAnswerWithABodyWhereNoneMayBe() {
        refusesAnswers("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 103 Hints\r\nContent-Length: 5\r\n\r\nhello");
    }
}
