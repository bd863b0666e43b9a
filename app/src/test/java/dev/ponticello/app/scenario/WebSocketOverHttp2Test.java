package dev.ponticello.app.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Frame;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.RawConnection;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.ScriptedConnection;
import dev.ponticello.testing.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSockets on streams of HTTP/2 (RFC 8441), which endpoints know as those of HTTP/1.1. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class WebSocketOverHttp2Test {
    private static final String[] OPEN = {":method: CONNECT", ":protocol: websocket", ":scheme: http", ":authority: a",
        ":path: /chat", "sec-websocket-version: 13", "sec-websocket-protocol: chat", "x-a: 1"};

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private static void grant(ScriptedConnection connection) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest((connection.request().header("Sec-WebSocket-Key")
                + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));
        connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest)
                + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
    }

    private static void expectClose(RawConnection peer, int code) {
        assertThat(Frame.read(peer).closeCode()).isEqualTo(code);
    }

    private Path log() {
        return folder.resolve("access.log");
    }

    private TestGateway logging(ScriptedEndpoint endpoint) {
        return TestGateway.start(transport, "policies: [{ access-log: { to: \"%s\" } }]\n%s".formatted(log(),
                Forward.allTo(endpoint)));
    }

    private String logLine() throws Exception {
        Await.until("an exchange is logged", () -> log().toFile().length() > 0);
        return Files.readString(log());
    }

    /** Opens one, on which {@code hi} comes first. */
    private static int open(Http2Peer client) {
        int stream = client.open(false, OPEN);
        assertThat(client.readHead(stream).status()).isEqualTo(200);
        assertThat(client.readBody(stream, 4).bodyText()).isEqualTo("\u0081\u0002hi");
        return stream;
    }

    private static void greet(ScriptedConnection connection) throws Exception {
        grant(connection);
        connection.send(Frame.ofEndpoint(Frame.TEXT, "hi").bytes());
    }

    @Test
    void carriesFramesBothWays() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.expectNothing();
            greet(connection);
            assertThat(Frame.read(connection)).isEqualTo(Frame.ofClient(Frame.TEXT, "early"));
            connection.send(Frame.ofEndpoint(Frame.BINARY, new byte[200_000]).bytes());
            assertThat(Frame.read(connection).closeCode()).isEqualTo(1000);
            connection.send(Frame.ofEndpoint(Frame.CLOSE, Frame.close(1000)).bytes());
            connection.expectEnd();
        });
                var gateway = logging(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, OPEN);
            client.data(stream, Frame.ofClient(Frame.TEXT, "early").bytes(), false);
            var head = client.readHead(stream);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.head().names()).doesNotContain("sec-websocket-accept", "upgrade", "connection");
            assertThat(head.head().only("sec-websocket-protocol")).isEqualTo("chat");
            client.readBody(stream, 4 + 10 + 200_000);
            client.data(stream, Frame.ofClient(Frame.CLOSE, Frame.close(1000)).bytes(), false);
            var whole = client.readWhole(stream);
            assertThat(whole.isEnded()).isTrue();
            assertThat(whole.body()).endsWith(Frame.ofEndpoint(Frame.CLOSE, Frame.close(1000)).bytes());

            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.line()).isEqualTo("GET /chat HTTP/1.1");
            assertThat(request.header("Connection")).isEqualTo("Upgrade");
            assertThat(request.header("Upgrade")).isEqualTo("websocket");
            assertThat(request.header("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("chat");
            assertThat(Base64.getDecoder().decode(request.header("Sec-WebSocket-Key"))).hasSize(16);
            assertThat(request.header("X-A")).isEqualTo("1");
            assertThat(logLine()).contains("\"status\":101", "\"outcome\":\"served\"", "\"protocol\":\"HTTP/2\"");
        }
    }

    @Test
    void itsNeighboursGoOn() throws Exception {
        var done = new Cue();
        try (var endpoint = ScriptedEndpoint.start()
                .onRequest(connection -> {
                    greet(connection);
                    done.await();
                    connection.close();
                });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = Http2Peer.connect(gateway.port())) {
            int stream = open(client);
            assertThat(client.ask("/x").status()).isEqualTo(200);
            done.give();
            var whole = client.readWhole(stream);
            assertThat(whole.bodyText()).contains("\u0003\u00f3"); // 1011
            assertThat(whole.isEnded()).isTrue();
        }
    }

    @Test
    void anyOtherAnswerIsAnOrdinaryOne() {
        try (var endpoint = ScriptedEndpoint.answering(403, "no");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, OPEN);
            client.data(stream, Frame.ofClient(Frame.TEXT, "GET / HTTP/1.1").bytes(), false);
            var answer = client.readWhole(stream);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.bodyText()).isEqualTo("no");
            assertThat(client.ask("/x").status()).isEqualTo(403);
        }
    }

    @Test
    void row08_a2xxThatOpensNoneIsNotTakenForOne() {
        try (var endpoint = ScriptedEndpoint.answering(200, "a page");
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint, "",
                        ", circuit-breaker: { failures: 1 }"));
                var client = Http2Peer.connect(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                var answer = client.readWhole(client.open(false, OPEN));
                assertThat(answer.status()).isEqualTo(501);
                assertThat(answer.bodyText()).doesNotContain("a page");
            }
            assertThat(client.ask("/x").status()).isEqualTo(200);
            assertThat(endpoint.requests()).isEqualTo(4);
        }
        try (var gateway = TestGateway.start(transport, "routes: [{ path: /chat, answer: health }]");
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(client.readWhole(client.open(false, OPEN)).status()).isEqualTo(501);
            assertThat(client.ask("/chat").status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNoRequestForOneIsRefused() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = Http2Peer.connect(gateway.port())) {
            String[] other = OPEN.clone();
            other[1] = ":protocol: connect-udp";
            assertThat(client.readWhole(client.open(false, other)).status()).isEqualTo(501);
            String[] get = OPEN.clone();
            get[0] = ":method: GET";
            assertThat(client.readWhole(client.open(false, get)).status()).isEqualTo(400);
            String[] sized = OPEN.clone();
            sized[7] = "content-length: 0";
            assertThat(client.readWhole(client.open(false, sized)).status()).isEqualTo(400);
            assertThat(client.readWhole(client.open(true, OPEN)).status()).isEqualTo(400);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void aKeyOfTheClientsIsNotForwarded() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = Http2Peer.connect(gateway.port())) {
            String[] own = OPEN.clone();
            own[7] = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
            assertThat(client.readWhole(client.open(false, own)).status()).isEqualTo(501);
            assertThat(endpoint.takeRequest().header("Sec-WebSocket-Key")).isNotEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
        }
    }

    @Test
    void aDrainSaysGoodbyeToBothSides() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            greet(connection);
            expectClose(connection, 1001);
            connection.expectEnd();
        });
                var gateway = logging(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            int stream = open(client);
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            var whole = client.readWhole(stream);
            assertThat(whole.bodyText()).contains("\u0003\u00e9The gateway is stopping");
            client.readToEnd();
            client.close();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
            assertThat(logLine()).contains("\"reason\":\"drain-cut\"");
        }
    }

    @Test
    void framesThatBreakTheRulesEndIt() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            greet(connection);
            expectClose(connection, 1002);
            connection.expectEnd();
        });
                var gateway = logging(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            int stream = open(client);
            client.data(stream, Frame.ofEndpoint(Frame.TEXT, "not masked").bytes(), false);
            assertThat(client.readWhole(stream).bodyText()).contains("\u0003\u00eaA frame of the client is not masked");
            assertThat(logLine()).contains("\"reason\":\"request-body-malformed\"");
        }
    }

    @Test
    void aStreamThatIsGivenUpLeavesTheEndpoint() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            greet(connection);
            connection.expectEnd();
        });
                var gateway = logging(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.reset(open(client), Http2Peer.CANCEL);
            endpoint.awaitDisconnect();
            assertThat(logLine()).contains("\"reason\":\"client-gone\"");
            int ended = open(client);
            client.data(ended, "", true);
            client.readReset(ended);
            endpoint.awaitDisconnect();
        }
    }
}
