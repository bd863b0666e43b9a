package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Frame;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.RawConnection;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedConnection;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A WebSocket through the gateway: how it begins, what passes, and how it ends. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class WebSocketTest {
    /** Those of RFC 6455 §1.3. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String UPGRADE = http("""
            GET /chat?room=1 HTTP/1.1
            Host: a
            Connection: keep-alive, Upgrade
            Upgrade: WebSocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: %s
            Sec-WebSocket-Protocol: chat, superchat
            Sec-WebSocket-Extensions: permessage-deflate
            Origin: https://app.example.com

            """.formatted(KEY));
    private static final String GRANTED = http("""
            HTTP/1.1 101 Switching Protocols
            Upgrade: websocket
            Connection: upgrade
            Sec-WebSocket-Accept: %s

            """.formatted(ACCEPT));

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private static void grant(ScriptedConnection connection, String... fields) {
        connection.send(GRANTED.substring(0, GRANTED.length() - 2) + String.join("", Arrays.stream(fields)
                .map(field -> field + "\r\n").toList()) + "\r\n");
    }

    /** Answers every frame by the same one, a Close too, and then closes. */
    private static void echo(ScriptedConnection connection) {
        grant(connection);
        Frame frame;
        do {
            frame = Frame.read(connection);
            assertThat(frame.masked()).isTrue();
            connection.send(Frame.ofEndpoint(frame.first(), frame.payload()).bytes());
        } while (frame.first() != Frame.CLOSE);
        connection.close();
    }

    private static void open(RawClient client) {
        client.send(UPGRADE);
        assertThat(client.readInformational().status()).isEqualTo(101);
    }

    private static void expectClose(RawConnection peer, int code) {
        Frame close = Frame.read(peer);
        assertThat(close.closeCode()).as("%s", close).isEqualTo(code);
        assertThat(close.masked()).isEqualTo(peer instanceof ScriptedConnection);
    }

    private Path log() {
        return folder.resolve("access.log");
    }

    private TestGateway logging(ScriptedEndpoint endpoint, String upstream) {
        return TestGateway.start(transport, "policies: [{ access-log: { to: \"%s\" } }]\n%s".formatted(log(),
                Forward.allTo(endpoint, "", upstream)));
    }

    private String logLine() throws Exception {
        Await.until("an exchange is logged", () -> log().toFile().length() > 0);
        return Files.readString(log());
    }

    // ---- the upgrade

    @Test
    void carriesFramesBothWays() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection, "Sec-WebSocket-Protocol: superchat", "Sec-WebSocket-Extensions: permessage-deflate",
                    "X-A: 1");
            assertThat(Frame.read(connection)).isEqualTo(Frame.ofClient(Frame.TEXT, "hello"));
            connection.send(Frame.ofEndpoint(0xC1, "compressed perhaps").bytes());
            connection.send(Frame.ofEndpoint(Frame.PING, "").bytes());
            assertThat(Frame.read(connection)).isEqualTo(Frame.ofClient(Frame.PONG, ""));
            connection.send(Frame.ofEndpoint(Frame.CLOSE, Frame.close(1000)).bytes());
            assertThat(Frame.read(connection).closeCode()).isEqualTo(1000);
            connection.expectClosed();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            Response answer = client.readInformational();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("Upgrade")).isEqualTo("websocket");
            assertThat(answer.header("Connection")).isEqualTo("Upgrade");
            assertThat(answer.header("Sec-WebSocket-Accept")).isEqualTo(ACCEPT);
            assertThat(answer.header("Sec-WebSocket-Protocol")).isEqualTo("superchat");
            assertThat(answer.header("Sec-WebSocket-Extensions")).isEqualTo("permessage-deflate");
            assertThat(answer.header("X-A")).isEqualTo("1");
            client.send(Frame.ofClient(Frame.TEXT, "hello").bytes());
            assertThat(Frame.read(client)).isEqualTo(Frame.ofEndpoint(0xC1, "compressed perhaps"));
            assertThat(Frame.read(client)).isEqualTo(Frame.ofEndpoint(Frame.PING, ""));
            client.send(Frame.ofClient(Frame.PONG, "").bytes());
            expectClose(client, 1000);
            client.send(Frame.ofClient(Frame.CLOSE, Frame.close(1000)).bytes());
            client.expectClosed();

            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.target()).isEqualTo("/chat?room=1");
            assertThat(request.header("Connection")).isEqualTo("Upgrade");
            assertThat(request.header("Upgrade")).isEqualTo("websocket");
            assertThat(request.header("Sec-WebSocket-Key")).isEqualTo(KEY);
            assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("chat, superchat");
            assertThat(request.header("Origin")).isEqualTo("https://app.example.com");
            assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
        assertThat(logLine()).contains("\"status\":101", "\"outcome\":\"served\"", "\"request_bytes\":25",
                "\"response_bytes\":26");
    }

    @Test
    void carriesFramesOverTlsOnBothSides() {
        var certificates = new Certificates(folder);
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), WebSocketTest::echo);
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint,
                        ", tls: { " + certificates.yaml("a", certificates.issue("a.example")) + " }",
                        ", tls: { ca: \"" + certificates.writeCa() + "\" }"));
                var client = certificates.client(gateway.port(), "a.example")) {
            open(client);
            byte[] big = new byte[300_000];
            new Random(1).nextBytes(big);
            for (byte[] payload : new byte[][]{{1}, big, {2}}) {
                client.send(Frame.ofClient(Frame.BINARY, payload).bytes());
                assertThat(Frame.read(client)).isEqualTo(Frame.ofEndpoint(Frame.BINARY, payload));
            }
            client.send(Frame.ofClient(Frame.CLOSE, Frame.close(1000)).bytes());
            expectClose(client, 1000);
            client.expectEnd();
        }
    }

    @Test
    void theAnswerAndFirstFramesMayComeInOneGo() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send(GRANTED + "\u0081\u0002hi");
            assertThat(Frame.read(connection).text()).isEqualTo("early");
            connection.close();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            var early = new ByteArrayOutputStream();
            early.writeBytes(UPGRADE.getBytes(US_ASCII));
            early.writeBytes(Frame.ofClient(Frame.TEXT, "early").bytes());
            client.send(early.toByteArray());
            assertThat(client.readInformational().status()).isEqualTo(101);
            assertThat(Frame.read(client).text()).isEqualTo("hi");
            expectClose(client, 1011);
        }
    }

    @Test
    void row08_nothingReachesTheEndpointBeforeIts101() {
        var asked = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.expectNothing();
            asked.give();
            grant(connection);
            assertThat(Frame.read(connection).text()).isEqualTo("early");
            connection.close();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            client.send(Frame.ofClient(Frame.TEXT, "early").bytes());
            asked.await();
            assertThat(client.readInformational().status()).isEqualTo(101);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void row08_anyOtherAnswerIsAnOrdinaryOne() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.answer(200, "no", "Upgrade: websocket", "Connection: Upgrade",
                    "Sec-WebSocket-Accept: " + ACCEPT));
            endpoint.onRequest(Script.answer(200, "second"));
            client.send(UPGRADE + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
            Response first = client.readResponse();
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("Upgrade")).isNull();
            assertThat(client.readResponse().bodyText()).isEqualTo("second");
            endpoint.onRequest(Script.answer(426, "other", "Sec-WebSocket-Version: 8"));
            client.send(UPGRADE);
            assertThat(client.readResponse().status()).isEqualTo(426);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void row08_a101ThatIsNotWhatWasAskedForIsABadAnswer() {
        for (String answer : new String[]{
            GRANTED.replace(ACCEPT, "s3pPLMBiTxaQ9kYGzzhZRbK+xOx="),
            GRANTED.replace("Sec-WebSocket-Accept", "X-Other"),
            GRANTED.replace("Upgrade: websocket", "Upgrade: h2c"),
            GRANTED.replace("Upgrade: websocket\r\n", ""),
            GRANTED.replace("Connection: upgrade", "Connection: keep-alive"),
            GRANTED.replace("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: h2c"),
            GRANTED.replace("\r\n\r\n", "\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n")}) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send(answer);
                connection.expectEnd();
            });
                    var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                    var client = RawClient.connect(gateway.port())) {
                client.send(UPGRADE);
                Response refused = client.readResponse();
                assertThat(refused.status()).as(answer).isEqualTo(502);
                assertThat(refused.header("Proxy-Status")).contains("response-malformed");
            }
        }
    }

    @Test
    void row09_whatIsNoWholeUpgradeGoesOnAsAPlainRequest() {
        for (String request : new String[]{
            UPGRADE.replace("Upgrade: WebSocket", "Upgrade: h2c"),
            UPGRADE.replace("keep-alive, Upgrade", "keep-alive"),
            UPGRADE.replace("Version: 13", "Version: 8"),
            UPGRADE.replace("Sec-WebSocket-Version: 13\r\n", ""),
            UPGRADE.replace(KEY, "c2hvcnQ="),
            UPGRADE.replace(KEY, KEY.replace("==", "!!")),
            UPGRADE.replace("Sec-WebSocket-Key: " + KEY + "\r\n", ""),
            UPGRADE.replace("Sec-WebSocket-Version", "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version"),
            UPGRADE.replace("GET ", "POST "),
            UPGRADE.replace("HTTP/1.1", "HTTP/1.0"),
            UPGRADE.replace("Host: a", "Host: a\r\nContent-Length: 0"),
            UPGRADE.replace("Host: a", "Host: a\r\nContent-Length: 2") + "hi",
            UPGRADE.replace("Host: a", "Host: a\r\nTransfer-Encoding: chunked") + "0\r\n\r\n"}) {
            try (var endpoint = ScriptedEndpoint.start();
                    var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                    var client = RawClient.connect(gateway.port())) {
                client.send(request);
                assertThat(client.readResponse().status()).as(request).isEqualTo(200);
                ReceivedRequest forwarded = endpoint.takeRequest();
                assertThat(forwarded.header("Upgrade")).as(request).isNull();
                assertThat(forwarded.header("Connection")).as(request).isNull();
            }
        }
    }

    @Test
    void row09_a101ToAPlainRequestIsABadAnswer() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.expectEnd();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE.replace("Host: a", "Host: a\r\nContent-Length: 0"));
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
    }

    // ---- policies

    @Test
    void policiesMeetItAsAnyOtherRequest() {
        try (var endpoint = ScriptedEndpoint.playing(WebSocketTest::echo);
                var gateway = TestGateway.start(transport,
                        """
                                upstreams: { chat: { endpoints: ["%s"] } }
                                policies: [{ request-id: {} }, { cors: { origins: ["*"] } }, compression]
                                groups:
                                  - path: /
                                    policies:
                                      - rate-limit: { limit: 1/h }
                                      - bearer-token: { algorithms: [HS256], secret: "${SECRET}", forward-claims: { sub: X-User } }
                                      - headers: { response: { set: { X-B: "2" } } }
                                    routes: [{ path: /**, to: chat }]
                                """
                                .formatted(endpoint.url()))) {
            String token = "Host: a\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer " + Tokens.good();
            try (var client = RawClient.connect(gateway.port())) {
                client.send(UPGRADE.replace("Host: a", token));
                Response answer = client.readInformational();
                assertThat(answer.status()).isEqualTo(101);
                assertThat(answer.header("X-B")).isEqualTo("2");
                assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("0");
                assertThat(answer.header("X-Request-Id")).isNotNull();
                assertThat(answer.fields().names()).noneMatch(name -> name.startsWith("Access-Control-"));
                assertThat(endpoint.takeRequest().header("X-User")).isEqualTo("u1");
                client.send(Frame.ofClient(Frame.CLOSE, "").bytes());
                expectClose(client, -1);
            }
            try (var client = RawClient.connect(gateway.port())) {
                client.send(UPGRADE.replace("Host: a", token));
                assertThat(client.readResponse().status()).isEqualTo(429);
            }
        }
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, """
                        upstreams: { chat: { endpoints: ["%s"] } }
                        policies: [{ bearer-token: { algorithms: [HS256], secret: "${SECRET}" } }]
                        routes: [{ path: /**, to: chat }]
                        """.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            assertThat(client.readResponse().status()).isEqualTo(401);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row55_isClosedWhenItsTokenExpires() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            expectClose(connection, 1008);
            connection.expectClosed();
        });
                var gateway = TestGateway.start(transport, """
                        upstreams: { chat: { endpoints: ["%s"] } }
                        policies:
                          - access-log: { to: "%s" }
                          - bearer-token: { algorithms: [HS256], secret: "${SECRET}" }
                        routes: [{ path: /**, to: chat }]
                        """.formatted(endpoint.url(), log()));
                var client = RawClient.connect(gateway.port())) {
            long expiry = System.currentTimeMillis() / 1000 + 2;
            client.send(UPGRADE.replace("Host: a",
                    "Host: a\r\nAuthorization: Bearer " + Tokens.claiming("{\"sub\":\"u\",\"exp\":" + expiry + "}")));
            assertThat(client.readInformational().status()).isEqualTo(101);
            Frame close = Frame.read(client);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Invalid or expired token");
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(expiry * 1000);
            client.expectClosed();
            assertThat(logLine()).contains("\"status\":101", "\"reason\":\"token-invalid\"", "\"stage\":\"relay\"");
        }
    }

    // ---- frames

    @Test
    void row55_framesOfTheClientThatBreakTheRulesEndIt() throws Exception {
        for (byte[] bad : new byte[][]{
            Frame.ofEndpoint(Frame.TEXT, "not masked").bytes(),
            Frame.ofClient(Frame.PING, new byte[126]).bytes(),
            Frame.ofClient(0x09, "a fragment").bytes(),
            {(byte) 0x82, (byte) 0xFF, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0}}) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                grant(connection);
                assertThat(Frame.read(connection).text()).isEqualTo("good");
                expectClose(connection, 1002);
                connection.expectClosed();
            });
                    var gateway = logging(endpoint, "");
                    var client = RawClient.connect(gateway.port())) {
                open(client);
                var bytes = new ByteArrayOutputStream();
                bytes.writeBytes(Frame.ofClient(Frame.TEXT, "good").bytes());
                bytes.writeBytes(bad);
                client.send(bytes.toByteArray());
                expectClose(client, 1002);
                client.expectClosed();
                assertThat(logLine()).contains("\"reason\":\"request-body-malformed\"", "\"side\":\"client\"");
                Files.delete(log());
            }
        }
    }

    @Test
    void framesOfTheEndpointThatBreakTheRulesEndIt() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send(Frame.ofClient(Frame.TEXT, "masked").bytes());
            expectClose(connection, 1002);
            connection.expectClosed();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            Frame close = Frame.read(client);
            assertThat(close.closeCode()).isEqualTo(1002);
            assertThat(close.closeReason()).isEqualTo("A frame of the service is masked");
            client.expectClosed();
            assertThat(logLine()).contains("\"reason\":\"response-body-malformed\"", "\"side\":\"upstream\"");
        }
    }

    @Test
    void row55_aFrameOf1GiBPassesWithoutBeingKept() {
        byte[] piece = new byte[1 << 16];
        byte[] header = {(byte) 0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0};
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send(header);
            for (int i = 0; i < 1 << 14; i++) {
                connection.send(piece);
            }
            connection.send(Frame.ofEndpoint(Frame.TEXT, "behind").bytes());
            connection.awaitDisconnect();
        });
                var gateway = TestGateway.start(transport, "limits: { buffers: 1MiB }\n" + Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            assertThat(client.read(header.length)).isEqualTo(header);
            for (int i = 0; i < 1 << 14; i++) {
                assertThat(client.read(piece.length)).isEqualTo(piece);
            }
            assertThat(Frame.read(client).text()).isEqualTo("behind");
        }
    }

    @Test
    void aPeerThatDoesNotReadHoldsTheOtherBack() {
        var read = new Cue();
        byte[] frame = Frame.ofClient(Frame.BINARY, new byte[60_000]).bytes();
        int count = 400;
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            grant(connection);
            read.await();
            for (int i = 0; i < count; i++) {
                assertThat(connection.read(frame.length)).isEqualTo(frame);
            }
            connection.send(Frame.ofEndpoint(Frame.TEXT, "all").bytes());
            connection.awaitDisconnect();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            open(client);
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < count; i++) {
                    client.send(frame);
                }
            });
            long sent = Await.settled("sent", client::sent, RawConnection.QUIET);
            // NIO's kernel may take megabytes.
            assertThat(sent).isLessThan((long) count * frame.length / 2);
            read.give();
            assertThat(Frame.read(client).text()).isEqualTo("all");
            sending.join();
        }
    }

    @Test
    void neitherLimitsOfBodiesNorTheirTimesAreForFrames() {
        try (var endpoint = ScriptedEndpoint.playing(WebSocketTest::echo);
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint,
                        ", limits: { body: 10B }, timeouts: { request-body: 100ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            for (int i = 0; i < 3; i++) {
                client.send(Frame.ofClient(Frame.TEXT, "more than ten bytes").bytes());
                assertThat(Frame.read(client).text()).isEqualTo("more than ten bytes");
                client.expectNothing();
            }
        }
    }

    // ---- the end

    @Test
    void isToldWhenTheEndpointDies() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send(Frame.ofEndpoint(Frame.TEXT, "hi").bytes());
            connection.close();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            assertThat(Frame.read(client).text()).isEqualTo("hi");
            expectClose(client, 1011);
            client.expectClosed();
            assertThat(logLine()).contains("\"outcome\":\"failed\"", "\"reason\":\"response-cut\"");
        }
    }

    @Test
    void isToldWhenTheEndpointIsReset() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            Frame.read(connection);
            connection.reset();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            client.send(Frame.ofClient(Frame.TEXT, "hi").bytes());
            expectClose(client, 1011);
            client.expectClosed();
            assertThat(logLine()).contains("\"reason\":\"response-cut\"");
        }
    }

    @Test
    void isCutWhereTheEndpointDiesInTheMiddleOfAFrame() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send("\u0081\u0005he");
            connection.close();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            assertThat(client.readText(4)).isEqualTo("\u0081\u0005he");
            client.expectEnd();
        }
    }

    @Test
    void theEndpointIsLeftWhenTheClientIsGone() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.expectEnd();
        });
                var gateway = logging(endpoint, "")) {
            try (var client = RawClient.connect(gateway.port())) {
                open(client);
            }
            assertThat(logLine()).contains("\"outcome\":\"abandoned\"", "\"reason\":\"client-gone\"");
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void aClientMayCloseAndLeave() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            expectClose(connection, 1001);
            connection.expectEnd();
        });
                var gateway = logging(endpoint, "")) {
            try (var client = RawClient.connect(gateway.port())) {
                open(client);
                client.send(Frame.ofClient(Frame.CLOSE, Frame.close(1001)).bytes());
            }
            assertThat(logLine()).contains("\"outcome\":\"served\"");
        }
    }

    @Test
    void aHalfClosedClientThatHasClosedHearsTheAnswer() {
        try (var endpoint = ScriptedEndpoint.playing(WebSocketTest::echo);
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint, ", half-close: allow", ""));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            client.send(Frame.ofClient(Frame.CLOSE, Frame.close(1000)).bytes());
            client.finish();
            expectClose(client, 1000);
            client.expectClosed();
        }
    }

    @Test
    void anEndpointMayCloseAndLeave() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send(Frame.ofEndpoint(Frame.CLOSE, Frame.close(1000)).bytes());
            connection.close();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            expectClose(client, 1000);
            client.expectClosed();
            assertThat(logLine()).contains("\"outcome\":\"served\"");
        }
    }

    @Test
    void aDrainSaysGoodbyeToBothSides() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send(Frame.ofEndpoint(Frame.TEXT, "hi").bytes());
            expectClose(connection, 1001);
            connection.expectClosed();
        });
                var gateway = logging(endpoint, "");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            assertThat(Frame.read(client).text()).isEqualTo("hi");
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            Frame close = Frame.read(client);
            assertThat(close.closeCode()).isEqualTo(1001);
            assertThat(close.closeReason()).isEqualTo("The gateway is stopping");
            client.send(Frame.ofClient(Frame.CLOSE, Frame.close(1001)).bytes());
            client.expectClosed();
            client.close();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
            assertThat(logLine()).contains("\"reason\":\"drain-cut\"");
        }
    }

    @Test
    void aDrainLetsAFrameEndThatIsOnItsWay() throws Exception {
        var draining = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            connection.send("\u0081\u0005he");
            expectClose(connection, 1001);
            draining.give();
            connection.send("llo\u0081\u0004late");
            connection.expectClosed();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            assertThat(client.readText(4)).isEqualTo("\u0081\u0005he");
            gateway.gateway().drain();
            draining.await();
            assertThat(client.readText(3)).isEqualTo("llo");
            expectClose(client, 1001);
            client.expectClosed();
        }
    }

    @Test
    void anUpgradeThatIsGrantedWhileTheGatewayDrainsIsClosedAtOnce() throws Exception {
        var asked = new Cue();
        var draining = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            asked.give();
            draining.await();
            grant(connection);
            expectClose(connection, 1001);
            connection.expectClosed();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port());
                var other = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            asked.await();
            gateway.gateway().drain();
            other.expectEnd();
            draining.give();
            assertThat(client.readInformational().status()).isEqualTo(101);
            expectClose(client, 1001);
            client.expectClosed();
        }
    }

    @Test
    void isClosedWhenNobodySaysAnything() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            expectClose(connection, 1001);
            connection.expectClosed();
        });
                var gateway = logging(endpoint, ", timeouts: { idle: 300ms }, circuit-breaker: { failures: 1 }");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            expectClose(client, 1001);
            client.expectClosed();
            assertThat(logLine()).contains("\"reason\":\"response-idle\"");
            endpoint.onRequest(WebSocketTest::echo);
            try (var second = RawClient.connect(gateway.port())) {
                open(second); // the circuit is closed: silence is no failure of the endpoint
            }
        }
    }

    @Test
    void eitherSideKeepsItOpen() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            for (int i = 0; i < 16; i++) {
                Frame.read(connection);
            }
            connection.send(Frame.ofEndpoint(Frame.TEXT, "done").bytes());
            connection.awaitDisconnect();
        });
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { idle: 2s }"));
                var client = RawClient.connect(gateway.port())) {
            open(client);
            for (int i = 0; i < 16; i++) {
                client.expectNothing();
                client.send(Frame.ofClient(Frame.PONG, "").bytes());
            }
            assertThat(Frame.read(client).text()).isEqualTo("done");
        }
    }

    @Test
    void isClosedWhenItsTimeIsOver() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            grant(connection);
            expectClose(connection, 1001);
            connection.expectClosed();
        });
                var gateway = logging(endpoint, ", timeouts: { total: 300ms }");
                var client = RawClient.connect(gateway.port())) {
            open(client);
            expectClose(client, 1001);
            client.expectClosed();
            assertThat(logLine()).contains("\"reason\":\"total-timeout\"");
        }
    }
}
