package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What hostile clients do over HTTP/2: rows 15, 21-28 and, as far as they are of HTTP/2, 36 and 37. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostileHttp2Test {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String listener) {
        return TestGateway.start(transport, Forward.allTo(endpoint, listener, ""));
    }

    // ---- row 15

    @Test
    void row15_refusesWhatCouldBecomeAnotherRequest() {
        String[][] heads = {Http2Peer.head("GET", "/", "x: a\r\nb: c"), Http2Peer.head("GET", "/", "x: a\nb"),
            Http2Peer.head("GET", "/", "x: a\0b"), Http2Peer.head("GET", "/", "x\r\ny: a"),
            Http2Peer.head("GET", "/", "x y: a"), Http2Peer.head("GET", "/", "x\u00e9: a"),
            Http2Peer.head("GET", "/", "X-Upper: a"), Http2Peer.head("GET", "/", "x:  a"),
            Http2Peer.head("GET", "/", "x: a "), Http2Peer.head("GET", "/", ": a"),
            Http2Peer.head("GET", "/ HTTP/1.1\r\nHost: b\r\n\r\n"), Http2Peer.head("GET", "/a b"),
            Http2Peer.head("GET", "/a#b"), Http2Peer.head("GET", "/\u00e9"), Http2Peer.head("GET", ""),
            Http2Peer.head("GET", "x"), Http2Peer.head("GET", "http://a/"), Http2Peer.head("GET", "*"),
            Http2Peer.head("GE T", "/"), Http2Peer.head("GET / HTTP/1.1\r\nx", "/"), Http2Peer.head("", "/"),
            Http2Peer.head("GET", "/", "connection: close"), Http2Peer.head("GET", "/", "keep-alive: 1"),
            Http2Peer.head("GET", "/", "proxy-connection: x"), Http2Peer.head("GET", "/", "upgrade: h2c"),
            Http2Peer.head("GET", "/", "transfer-encoding: chunked"), Http2Peer.head("GET", "/", "te: gzip"),
            Http2Peer.head("GET", "/", "te: trailers, gzip"), Http2Peer.head("GET", "/", "host: b"),
            Http2Peer.head("GET", "/", "host: a", "host: a"), Http2Peer.head("GET", "/", "content-length: 5"),
            Http2Peer.head("GET", "/", "content-length: 0", "content-length: 0"),
            Http2Peer.head("GET", "/", "content-length: +0"), Http2Peer.head("GET", "/", ":method: POST"),
            Http2Peer.head("GET", "/", "x: y", ":path: /b"), {":method: GET", ":path: /", ":scheme: http"},
            {":method: GET", ":path: /", ":scheme: http", ":authority: a@b"},
            {":method: GET", ":path: /", ":scheme: http", ":authority: a:b:c"},
            {":method: GET", ":path: /", ":scheme: ftp", ":authority: a"},
            {":method: GET", ":path: /", ":authority: a"}, {":method: GET", ":scheme: http", ":authority: a"},
            {":path: /", ":scheme: http", ":authority: a"}, Http2Peer.head("GET", "/", "x: y", ":status: 200"),
            {":method: GET", ":path: /", ":scheme: http", ":authority: a", ":protocol: websocket"},
            {":method: GET", ":path: /", ":scheme: http", ":authority: a", ":status: 200"}};
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (String[] head : heads) {
                int stream = client.open(true, head);
                assertThat(client.readReset(stream)).as(Arrays.toString(head)).isEqualTo(Http2Peer.PROTOCOL_ERROR);
                Message answer = client.readWhole(stream);
                assertThat(answer.status()).as(Arrays.toString(head)).isEqualTo(400);
                assertThat(answer.bodyText()).startsWith("{\"error\":");
            }
            assertThat(client.ask("/").status()).isEqualTo(200);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    @Test
    void row15_refusesABodyThatIsNotAsLongAsItSays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (String body : List.of("ab", "abcd")) {
                // The endpoint is in the middle of a body, and its connection ends with it.
                endpoint.onRequest(connection -> connection.awaitDisconnect());
                int stream = client.open(false, Http2Peer.head("POST", "/", "content-length: 3"));
                endpoint.takeRequest();
                client.data(stream, body, true);
                assertThat(client.readReset(stream)).isEqualTo(Http2Peer.PROTOCOL_ERROR);
                assertThat(client.readWhole(stream).status()).isEqualTo(400);
                endpoint.awaitDisconnect();
            }
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void row15_refusesTrailersThatAreNone() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            for (String trailer : List.of(":path: /", "x: a\r\nb", "connection: close", "X: y")) {
                endpoint.onRequest(connection -> connection.awaitDisconnect());
                int stream = client.open(false, Http2Peer.head("POST", "/"));
                endpoint.takeRequest();
                client.headers(stream, true, trailer);
                assertThat(client.readReset(stream)).as(trailer).isEqualTo(Http2Peer.PROTOCOL_ERROR);
                endpoint.awaitDisconnect();
            }
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            int open = client.open(false, Http2Peer.head("POST", "/"));
            endpoint.takeRequest();
            client.headers(open, false, "x: y");
            assertThat(client.readReset(open)).isEqualTo(Http2Peer.PROTOCOL_ERROR);
            endpoint.awaitDisconnect();
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void row10_fieldsThatClientsMayNotSendAreRemoved() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.ask("/", "x-forwarded-for: 1.2.3.4", "x_forwarded_proto: https", "x-real-ip: 1", "forwarded: for=x",
                    "transfer_encoding: chunked", "content.length: 7", "http2-settings: x", "proxy-authorization: y");
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(request.header("X-Forwarded-Proto")).isEqualTo("http");
            assertThat(request.fields().names()).doesNotContain("x_forwarded_proto", "x-real-ip", "transfer_encoding",
                    "content.length", "http2-settings", "proxy-authorization");
        }
    }

    @Test
    void connectAndLongMethodsAreNotSupported() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            assertThat(client.readWhole(client.open(true, ":method: CONNECT", ":authority: a:1")).status())
                    .isEqualTo(501);
            assertThat(client.readWhole(client.open(true, Http2Peer.head("M".repeat(33), "/"))).status())
                    .isEqualTo(501);
            assertThat(endpoint.requests()).isZero();
        }
    }

    // ---- rows 21, 22

    @Test
    void row21_manyResetsEndTheConnection() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            var flood = new ByteArrayOutputStream();
            byte[] head = Http2Peer.section(Http2Peer.head("GET", "/"));
            for (int stream = 1; stream < 2000; stream += 2) {
                flood.writeBytes(Http2Peer.bytes(Http2Peer.HEADERS, 5, stream, head));
                flood.writeBytes(Http2Peer.bytes(Http2Peer.RST_STREAM, 0, stream, new byte[]{0, 0, 0, 8}));
            }
            client.connection().send(flood.toByteArray());
            assertThat(client.readGoAway()).isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
            assertThat(client.goAwayLast()).isLessThan(2 * 310);
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void row22_resetsThatTheClientProvokesAreCountedToo() {
        List<Consumer<ProvokedReset>> provocations = List.of(
                on -> on.client.windowUpdate(on.stream, 0),
                on -> on.client.windowUpdate(on.stream, Integer.MAX_VALUE),
                on -> on.client.headers(on.stream, true, ":path: /"),
                on -> {
                    on.client.data(on.stream, "x", true);
                    on.client.data(on.stream, "y", false);
                });
        for (Consumer<ProvokedReset> provocation : provocations) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                    var gateway = gatewayTo(endpoint, ", http2: { resets: 20/h }");
                    var client = Http2Peer.connect(gateway.port())) {
                int resets = 0;
                while (client.goAwayCode() < 0) {
                    int stream = client.open(false, Http2Peer.head("POST", "/"));
                    provocation.accept(new ProvokedReset(client, stream));
                    client.readReset(stream);
                    resets++;
                    assertThat(resets).isLessThanOrEqualTo(21);
                    if (resets == 21) {
                        client.readGoAway();
                    }
                }
                assertThat(client.goAwayCode()).isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
            }
        }
    }

    private record ProvokedReset(Http2Peer client, int stream) {}

    // ---- row 23

    @Test
    void row23_aTinyLimitOfHeadsIsAdvice() {
        try (var endpoint = ScriptedEndpoint.answering(200, "x", "X-Long: " + "y".repeat(500));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.settings(MAX_HEADER_LIST_SIZE, 10);
            assertThat(client.ask("/").head().only("x-long")).hasSize(500);
        }
    }

    // ---- rows 24, 25

    @Test
    void row24_aHeadInEndlessPiecesEndsTheConnection() {
        for (int size : new int[]{0, 1, 16_000}) {
            try (var endpoint = ScriptedEndpoint.start();
                    var gateway = gatewayTo(endpoint);
                    var client = Http2Peer.connect(gateway.port())) {
                client.frame(Http2Peer.HEADERS, 0, 1, Http2Peer.section(Http2Peer.head("GET", "/")));
                var flood = new ByteArrayOutputStream();
                for (int i = 0; i < 40; i++) {
                    flood.writeBytes(Http2Peer.bytes(Http2Peer.CONTINUATION, 0, 1, new byte[size]));
                }
                client.connection().send(flood.toByteArray());
                assertThat(client.readGoAway()).isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
                assertThat(endpoint.requests()).isZero();
            }
        }
    }

    @Test
    void aHeadInAFewPiecesIsGood() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            byte[] section = Http2Peer.section(Http2Peer.head("GET", "/", "x: " + "y".repeat(40_000)));
            client.frame(Http2Peer.HEADERS, 1, 1, Arrays.copyOf(section, 10));
            client.frame(Http2Peer.CONTINUATION, 0, 1, Arrays.copyOfRange(section, 10, 16_000));
            client.frame(Http2Peer.CONTINUATION, 0, 1, Arrays.copyOfRange(section, 16_000, 32_000));
            client.frame(Http2Peer.CONTINUATION, 4, 1, Arrays.copyOfRange(section, 32_000, section.length));
            assertThat(client.readWhole(1).status()).isEqualTo(200);
            assertThat(endpoint.takeRequest().header("X")).hasSize(40_000);
        }
    }

    @Test
    void row25_aHeadThatIsSmallOnTheWireAndLargeOutOfItIsRefused() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            // A value of 3000 bytes goes into the table once; each byte 0xBE after it is that field again.
            for (String name : List.of("x", "cookie")) {
                var bomb = new ByteArrayOutputStream();
                bomb.writeBytes(Http2Peer.section(Http2Peer.head("GET", "/")));
                byte[] field = Http2Peer.section(name + ": " + "y".repeat(3000));
                field[0] = 0x40;
                bomb.writeBytes(field);
                byte[] again = new byte[10_000];
                Arrays.fill(again, (byte) 0xbe);
                bomb.writeBytes(again);
                int stream = name.equals("x") ? 1 : 3;
                client.frame(Http2Peer.HEADERS, 5, stream, bomb.toByteArray());
                assertThat(client.readWhole(stream).status()).isEqualTo(431);
            }
            int many = 5;
            var fields = new ByteArrayOutputStream();
            fields.writeBytes(Http2Peer.section(Http2Peer.head("GET", "/")));
            for (int i = 0; i < 129; i++) {
                fields.writeBytes(Http2Peer.section("x: "));
            }
            client.frame(Http2Peer.HEADERS, 5, many, fields.toByteArray());
            assertThat(client.readWhole(many).status()).isEqualTo(431);
            client.headers(7, true, Http2Peer.head("GET", "/" + "a".repeat(8192)));
            assertThat(client.readWhole(7).status()).isEqualTo(414);
            client.headers(9, true, Http2Peer.head("GET", "/"));
            assertThat(client.readWhole(9).status()).isEqualTo(200);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    // ---- row 26

    @Test
    void row26_framesThatMoveNothingOnEndTheConnection() {
        byte[] priority = {0, 0, 0, 0, 16};
        List<byte[]> floods = List.of(
                Http2Peer.bytes(Http2Peer.PING, 0, 0, new byte[8]),
                Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, new byte[0]),
                Http2Peer.bytes(Http2Peer.SETTINGS, Http2Peer.ACK, 0, new byte[0]),
                Http2Peer.bytes(Http2Peer.PRIORITY, 0, 1, priority),
                Http2Peer.bytes(Http2Peer.DATA, 0, 1, new byte[0]),
                Http2Peer.bytes(Http2Peer.DATA, Http2Peer.PADDED, 1, new byte[]{0}),
                Http2Peer.bytes(Http2Peer.WINDOW_UPDATE, 0, 0, new byte[]{0, 0, 0, 1}),
                Http2Peer.bytes(Http2Peer.WINDOW_UPDATE, 0, 1, new byte[]{0, 0, 0, 1}),
                Http2Peer.bytes(0x20, 0, 0, new byte[3]));
        for (byte[] flood : floods) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                    var gateway = gatewayTo(endpoint, ", http2: { control-frames: 100/h }");
                    var client = Http2Peer.connect(gateway.port())) {
                client.open(false, Http2Peer.head("POST", "/"));
                for (int i = 0; i < 120; i++) {
                    client.connection().send(flood);
                }
                assertThat(client.readGoAway()).as("frames of type " + flood[3])
                        .isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
            }
        }
    }

    @Test
    void row26_answersThatAreNotReadDoNotPileUp() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", http2: { control-frames: 1000000000/s }");
                var connection = RawClient.connectWithSmallBuffers(gateway.port());
                var client = Http2Peer.client(connection)) {
            byte[] pings = new byte[17 * 1000];
            for (int at = 0; at < pings.length; at += 17) {
                System.arraycopy(Http2Peer.bytes(Http2Peer.PING, 0, 0, new byte[8]), 0, pings, at, 17);
            }
            // Each is answered with as many bytes; the gateway leaves before it holds much more than 1 MiB of them.
            int sent = 0;
            try {
                for (; sent < 64 << 20; sent += pings.length) {
                    client.connection().send(pings);
                }
            } catch (AssertionError e) {
                // it has left
            }
            assertThat(sent).isLessThan(64 << 20);
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void row26_anAnswerThatIsTakenByteByByteEndsTheConnection() {
        try (var endpoint = ScriptedEndpoint.answering(200, "x".repeat(100_000));
                var gateway = gatewayTo(endpoint, ", http2: { control-frames: 100/h }");
                var client = Http2Peer.connect(gateway.port())) {
            client.settings(INITIAL_WINDOW_SIZE, 0);
            client.keepWindowsShut();
            int stream = client.get("/");
            for (int i = 0; i < 400; i++) {
                client.windowUpdate(stream, 1);
            }
            assertThat(client.readGoAway()).isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void row26_aWindowThatStaysShutCutsItsStreamAlone() {
        try (var endpoint = ScriptedEndpoint.answering(200, "x".repeat(1000));
                var gateway = gatewayTo(endpoint, ", timeouts: { response-write: 300ms }");
                var client = Http2Peer.connect(gateway.port())) {
            client.settings(INITIAL_WINDOW_SIZE, 0);
            client.keepWindowsShut();
            int shut = client.get("/");
            int open = client.get("/");
            client.windowUpdate(open, 1000);
            assertThat(client.readWhole(open).body()).hasSize(1000);
            assertThat(client.readReset(shut)).isEqualTo(Http2Peer.CANCEL);
            int next = client.get("/");
            client.windowUpdate(next, 1000);
            assertThat(client.readWhole(next).body()).hasSize(1000);
        }
    }

    // ---- rows 27, 28

    @Test
    void row27_dataOnAStreamThatWasResetIsIgnored() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", limits: { body: 4B }");
                var client = Http2Peer.connect(gateway.port())) {
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            client.data(stream, "abcdefgh", false);
            client.readReset(stream);
            for (int i = 0; i < 20; i++) {
                client.data(stream, new byte[16_000], false); // its credit of the connection comes back
                client.settle();
            }
            client.headers(stream, true, "x: y");
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void row28_framesThatBreakTheRulesOfTheConnection() {
        byte[] head = Http2Peer.section(Http2Peer.head("GET", "/"));
        byte[] open = Http2Peer.section(Http2Peer.head("POST", "/"));
        breaks(Http2Peer.COMPRESSION_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 1, new byte[]{(byte) 0xff}));
        breaks(Http2Peer.COMPRESSION_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 1, new byte[]{(byte) 0x80}));
        breaks(Http2Peer.COMPRESSION_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 1, new byte[]{(byte) 0xbf}));
        breaks(Http2Peer.COMPRESSION_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 1,
                new byte[]{0x3f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f}));
        breaks(Http2Peer.COMPRESSION_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 1, new byte[]{0, 9, 'x'}));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.PRIORITY, 0, 1, new byte[4]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.PING, 0, 0, new byte[7]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.RST_STREAM, 0, 1, new byte[3]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.WINDOW_UPDATE, 0, 0, new byte[5]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.SETTINGS, 0, 0, new byte[5]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.SETTINGS, 1, 0, new byte[6]));
        breaks(Http2Peer.FRAME_SIZE_ERROR, client -> client.frame(Http2Peer.DATA, 0, 1, new byte[16_385]));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.DATA, 0, 1, new byte[1]));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.DATA, 0, 0, new byte[1]));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 2, head));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.HEADERS, 5, 0, head));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.CONTINUATION, 4, 1, head));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.PUSH_PROMISE, 4, 1, new byte[4]));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.reset(1, 0));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.windowUpdate(1, 1));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.windowUpdate(0, 0));
        breaks(Http2Peer.FLOW_CONTROL_ERROR, client -> client.windowUpdate(0, Integer.MAX_VALUE));
        breaks(Http2Peer.FLOW_CONTROL_ERROR, client -> client.settings(INITIAL_WINDOW_SIZE, 1L << 31));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.settings(5, 100));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.settings(2, 2));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> client.frame(Http2Peer.PING, 0, 1, new byte[8]));
        breaks(Http2Peer.PROTOCOL_ERROR, client -> {
            client.frame(Http2Peer.HEADERS, 0, 1, open);
            client.ping();
        });
        breaks(Http2Peer.STREAM_CLOSED, client -> {
            client.readWhole(client.get("/"));
            client.headers(1, true, Http2Peer.head("GET", "/"));
        });
        breaks(Http2Peer.STREAM_CLOSED, client -> {
            client.readWhole(client.get("/"));
            client.data(1, "x", false);
        });
    }

    @Test
    void moreThanTheWindowEndsItsStreamAlone() {
        var end = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(Script.answer(200, ""));
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(_ -> end.await());
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            int sent = 0;
            while (sent < 65_535 + client.windowUpdates(stream)) {
                int bytes = (int) Math.min(16_000, 65_535 + client.windowUpdates(stream) - sent);
                client.data(stream, new byte[bytes], false);
                sent += bytes;
                client.settle();
                if (sent == 65_535 + client.windowUpdates(stream)) {
                    client.readUntilQuiet(); // the kernel may still take some
                }
            }
            client.data(stream, "x", false);
            assertThat(client.readReset(stream)).isEqualTo(Http2Peer.FLOW_CONTROL_ERROR);
            Message next = client.ask("/");
            assertThat(next.status()).as(next.toString()).isEqualTo(200);
            end.give();
        }
    }

    private void breaks(int code, Consumer<Http2Peer> breach) {
        var end = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            if (connection.request().method().equals("POST")) {
                end.await(); // takes none of a body
            } else {
                connection.answer(200, "");
            }
        });
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            client.settle();
            breach.accept(client);
            assertThat(client.readGoAway()).isEqualTo(code);
            client.readToEnd();
            end.give();
        }
    }

    @Test
    void theFirstFrameIsSettings() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var connection = RawClient.connect(gateway.port());
                var client = Http2Peer.silent(connection)) {
            connection.send(Http2Peer.PREFACE);
            client.get("/");
            assertThat(client.readGoAway()).isEqualTo(Http2Peer.PROTOCOL_ERROR);
            assertThat(endpoint.requests()).isZero();
        }
    }

    // ---- rows 36, 37

    @Test
    void row36_aHeadThatDoesNotComeEndsTheConnection() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", timeouts: { request-head: 300ms }")) {
            byte[] head = Http2Peer.section(Http2Peer.head("GET", "/"));
            byte[] frame = Http2Peer.bytes(Http2Peer.HEADERS, 5, 1, head);
            for (byte[] part : List.of(Arrays.copyOf(frame, 3), Arrays.copyOf(frame, 12),
                    Http2Peer.bytes(Http2Peer.HEADERS, 1, 1, head))) {
                try (var client = Http2Peer.connect(gateway.port())) {
                    client.settle();
                    client.connection().send(part);
                    assertThat(client.readGoAway()).isEqualTo(Http2Peer.ENHANCE_YOUR_CALM);
                    client.readToEnd();
                }
            }
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row36_aBodyThatDoesNotComeEndsItsStreamAlone() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, ", timeouts: { request-body: 300ms }");
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onRequest(connection -> connection.awaitDisconnect());
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            assertThat(client.readWhole(stream).status()).isEqualTo(408);
            assertThat(client.readReset(stream)).isEqualTo(Http2Peer.NO_ERROR);
            assertThat(client.ask("/").status()).isEqualTo(200);
        }
    }

    @Test
    void row36_aBodyThatComesInPiecesOfAFrameIsOnItsWay() throws InterruptedException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = Http2Peer.connect(gateway.port())) {
            var seen = new Cue();
            endpoint.onRequest(connection -> {
                assertThat(connection.readText(11)).isEqualTo("8\r\nabcdefgh");
                seen.give();
                connection.awaitDisconnect();
            });
            int stream = client.open(false, Http2Peer.head("POST", "/"));
            byte[] frame = Http2Peer.bytes(Http2Peer.DATA, 0, stream, new byte[1000]);
            byte[] begin = Arrays.copyOf(frame, 9 + 8);
            System.arraycopy(dev.ponticello.testing.Play.bytes("abcdefgh"), 0, begin, 9, 8);
            client.connection().send(begin);
            seen.await();
        }
    }

    @Test
    void row37_streamsBeyondTheLimitAreRefused() {
        var answer = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            answer.await();
            connection.answer(200, "");
        });
                var gateway = gatewayTo(endpoint, ", http2: { streams: 3 }");
                var client = Http2Peer.connect(gateway.port())) {
            for (int i = 0; i < 5; i++) {
                client.get("/");
            }
            assertThat(client.readReset(7)).isEqualTo(Http2Peer.REFUSED_STREAM);
            assertThat(client.readReset(9)).isEqualTo(Http2Peer.REFUSED_STREAM);
            answer.give();
            for (int stream = 1; stream < 7; stream += 2) {
                assertThat(client.readWhole(stream).status()).isEqualTo(200);
            }
            assertThat(client.ask("/").status()).isEqualTo(200);
            assertThat(endpoint.requests()).isEqualTo(4);
        }
    }
}
