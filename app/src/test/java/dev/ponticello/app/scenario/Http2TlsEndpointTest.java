package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.Certificates.TlsServerSocket;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.NettyHttp2Endpoint;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints with TLS that choose HTTP/2, or not, or sometimes: {@code protocol: h2} and {@code protocol: auto}. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class Http2TlsEndpointTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private Certificates certificates = new Certificates(folder);

    @BeforeEach
    void makeCertificates() {
        certificates = new Certificates(folder);
    }

    private TlsServerSocket socket(String... protocols) {
        return certificates.serverSocket(certificates.issue("127.0.0.1"), false, VERSIONS).speaking(protocols);
    }

    /** One loop, so that all attempts come from one pool. */
    private TestGateway gateway(ScriptedEndpoint endpoint, String settings) {
        return TestGateway.startOnOneLoop(transport, yaml(endpoint.url(), settings, ""));
    }

    /** YAML of a gateway that forwards all to one endpoint, with settings of the upstream and of its {@code tls}. */
    private String yaml(String url, String settings, String tls) {
        return """
                listeners: [{ address: "127.0.0.1:0" }]
                upstreams: { users: { endpoints: ["%s"], %s, tls: { ca: "%s"%s } } }
                routes: [{ path: /**, to: users }]
                """.formatted(url, settings, certificates.writeCa(), tls);
    }

    private static void expectFailure(TestGateway gateway, int status, String reason) {
        Response answer = RawClient.get(gateway.port(), "/");
        assertThat(answer.header("Proxy-Status")).contains("details=\"" + reason + "\"");
        assertThat(answer.status()).isEqualTo(status);
    }

    // ---- endpoints that speak HTTP/2

    @Test
    void asksByTlsInItsOwnScheme() {
        for (String protocol : new String[]{"h2", "auto"}) {
            try (var endpoint = ScriptedEndpoint.playingOn(socket("h2", "http/1.1"), "https", Script.echo())
                    .onConnection(Http2Peer.echoing());
                    var gateway = gateway(endpoint, "protocol: " + protocol);
                    var client = RawClient.connect(gateway.port())) {
                for (int i = 0; i < 3; i++) {
                    Response answer = client.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
                    assertThat(answer.bodyText()).startsWith(":method: POST\n:scheme: https\n:authority: 127.0.0.1:"
                            + endpoint.port() + "\n:path: /x\n").contains("\n\nhi\n\n");
                    assertThat(answer.header("Via")).isEqualTo("2.0 ponticello");
                }
                assertThat(endpoint.connections()).as(protocol).isEqualTo(1);
            }
        }
    }

    @Test
    void allWaitForTheFirstConnectionAndShareIt() {
        for (String protocol : new String[]{"h2", "auto"}) {
            try (var endpoint = ScriptedEndpoint.playingOn(socket("h2"), "https", Script.echo())
                    .onConnection(Http2Peer.answering("hello"));
                    var gateway = gateway(endpoint, "protocol: " + protocol);
                    var client = Http2Peer.connect(gateway.port())) {
                for (int i = 0; i < 50; i++) {
                    client.get("/" + i);
                }
                for (int stream = 1; stream < 100; stream += 2) {
                    assertThat(client.readWhole(stream).bodyText()).isEqualTo("hello");
                }
                assertThat(endpoint.connections()).as(protocol).isEqualTo(1);
            }
        }
    }

    @Test
    void goesOnElsewhereBehindAGoaway() {
        try (var endpoint = ScriptedEndpoint.playingOn(socket("h2", "http/1.1"), "https", Script.echo())
                .onConnection(connection -> {
                    var peer = Http2Peer.serve(connection);
                    Message first = peer.takeRequest();
                    peer.takeRequest();
                    peer.goAway(first.stream(), Http2Peer.NO_ERROR);
                    peer.answer(first.stream(), 200, "first");
                    peer.readToEnd();
                }).onConnection(Http2Peer.answering("again"));
                var gateway = gateway(endpoint, "protocol: auto");
                var client = Http2Peer.connect(gateway.port())) {
            client.get("/1");
            client.get("/2");
            assertThat(client.readWhole(1).bodyText()).isEqualTo("first");
            assertThat(client.readWhole(3).bodyText()).isEqualTo("again");
        }
    }

    @Test
    void speaksToAnotherImplementation() {
        byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);
        try (var endpoint = new NettyHttp2Endpoint(certificates.issue("127.0.0.1"));
                var gateway = TestGateway.startOnOneLoop(transport, yaml(endpoint.url(), "protocol: auto", ""));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
                Response answer = client.readResponse("POST");
                assertThat(answer.header("scheme")).isEqualTo("https");
                assertThat(answer.header("path")).isEqualTo("/large");
                assertThat(answer.body()).isEqualTo(body);
                assertThat(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nsmall").bodyText())
                        .isEqualTo("small");
            }
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    // ---- endpoints that do not

    @Test
    void autoSpeaksHttp1ToWhomHttp2IsUnknown() {
        for (String[] protocols : new String[][]{{"http/1.1"}, {}}) {
            var all = new Cue();
            var others = new Cue();
            try (var endpoint = ScriptedEndpoint.playingOn(socket(protocols), "https", connection -> {
                if (connection.request().target().equals("/2")) {
                    others.give();
                }
                all.await();
                connection.answer(200, connection.request().version());
            });
                    var gateway = gateway(endpoint, "protocol: auto");
                    var client = Http2Peer.connect(gateway.port())) {
                for (int i = 0; i < 3; i++) {
                    client.get("/" + i); // at the same time, and all before it is known what the endpoint speaks
                }
                others.await();
                all.give();
                for (int stream = 1; stream < 6; stream += 2) {
                    assertThat(client.readWhole(stream).bodyText()).isEqualTo("HTTP/1.1");
                }
                assertThat(client.ask("/more").bodyText()).isEqualTo("HTTP/1.1");
                assertThat(endpoint.connections()).isEqualTo(3);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void h2AsksNobodyWhoDoesNotChooseIt() {
        for (String[] protocols : new String[][]{{"http/1.1"}, {}}) {
            try (var endpoint = ScriptedEndpoint.playingOn(socket(protocols), "https", Script.echo());
                    var gateway = gateway(endpoint, "protocol: h2, connections: { max: 1 }")) {
                for (int i = 0; i < 5; i++) {
                    expectFailure(gateway, 502, "http2-unsupported");
                }
                assertThat(endpoint.requests()).isZero();
                assertThat(endpoint.connections()).isEqualTo(5);
            }
        }
    }

    @Test
    void http1OffersNothing() {
        List<String> agreed = new CopyOnWriteArrayList<>();
        try (var endpoint = ScriptedEndpoint.playingOn(socket("h2", "http/1.1"), "https", connection -> {
            agreed.add(connection.applicationProtocol());
            connection.answer(200, "old");
        }); var gateway = gateway(endpoint, "protocol: http1")) {
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
            assertThat(agreed).containsExactly("");
        }
    }

    // ---- endpoints that change their mind

    @Test
    void followsAnEndpointThatIsRestartedWithoutHttp2AndWithItAgain() {
        var socket = socket("h2", "http/1.1");
        try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", Script.answer(200, "http/1.1"))
                .onConnection(connection -> {
                    var peer = Http2Peer.serve(connection);
                    peer.answer(peer.takeRequest().stream(), 200, "h2");
                    socket.speaking("http/1.1");
                    connection.close();
                });
                var gateway = gateway(endpoint, "protocol: auto");
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).bodyText()).isEqualTo("h2");
            assertThat(client.ask(GET).bodyText()).isEqualTo("http/1.1");
            assertThat(client.ask(GET).bodyText()).isEqualTo("http/1.1");
            assertThat(endpoint.connections()).isEqualTo(2);

            endpoint.onRequest(connection -> {
                socket.speaking("h2", "http/1.1");
                endpoint.onConnection(Http2Peer.answering("h2 again"));
                connection.answer(200, "last");
                connection.close();
            });
            assertThat(client.ask(GET).bodyText()).isEqualTo("last");
            assertThat(client.ask(GET).bodyText()).isEqualTo("h2 again");
            assertThat(client.ask(GET).bodyText()).isEqualTo("h2 again");
            assertThat(endpoint.connections()).isEqualTo(3);
        }
    }

    @Test
    void manyConnectionsThatTurnOutToBeHttp2AreAllOfUse() throws InterruptedException {
        var socket = socket("http/1.1");
        var asked = new Cue();
        int clients = 8;
        try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", connection -> {
            if (connection.request().target().equals("/hold")) {
                asked.give();
                connection.awaitDisconnect();
            } else {
                connection.answer(200, "http/1.1");
            }
        }); var gateway = gateway(endpoint, "protocol: auto"); var held = RawClient.connect(gateway.port())) {
            held.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
            asked.await(); // the endpoint is known as one of HTTP/1.1, and its one connection is in use
            socket.speaking("h2", "http/1.1");
            for (int i = 0; i < clients; i++) {
                endpoint.onConnection(Http2Peer.answering("h2"));
            }
            try (var client = Http2Peer.connect(gateway.port())) {
                for (int i = 0; i < clients; i++) {
                    client.get("/" + i);
                }
                for (int i = 0; i < clients; i++) {
                    assertThat(client.readWhole(2 * i + 1).bodyText()).isEqualTo("h2");
                }
                Await.until("all that were opened", () -> endpoint.connections() == 1 + clients);
                assertThat(client.ask("/more").bodyText()).isEqualTo("h2");
                assertThat(endpoint.connections()).isEqualTo(1 + clients);
            }
            held.close();
        }
    }

    // ---- places, time, trust

    @Test
    void keepsToTheCapWhateverTheEndpointChooses() {
        var socket = socket("http/1.1");
        try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", connection -> {
            connection.answer(200, "http/1.1");
            socket.speaking("h2");
            connection.close();
        });
                var gateway = gateway(endpoint, "protocol: auto, connections: { max: 1 }");
                var client = Http2Peer.connect(gateway.port())) {
            endpoint.onConnection(connection -> {}).onConnection(Http2Peer.answering("h2"));
            for (int i = 0; i < 20; i++) {
                client.get("/" + i);
            }
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.readWhole(2 * i + 1).bodyText());
            }
            assertThat(answers.removeFirst()).isEqualTo("http/1.1");
            assertThat(answers).containsOnly("h2");
            assertThat(endpoint.connections()).isEqualTo(2);
        }
    }

    @Test
    void theHandshakeAndTheSettingsArePartOfTheConnecting() {
        for (String protocol : new String[]{"h2", "auto"}) {
            Script shakesNoHand = connection -> connection.awaitDisconnect();
            try (var endpoint = ScriptedEndpoint.start().onConnection(shakesNoHand);
                    var gateway = TestGateway.startOnOneLoop(transport,
                            yaml(endpoint.url().replace("http", "https"), "protocol: " + protocol
                                    + ", timeouts: { connect: 100ms }, connections: { max: 1 }", ""))) {
                expectFailure(gateway, 504, "connect-timeout");
                endpoint.awaitDisconnect();
            }
            Script saysNothing = connection -> {
                assertThat(connection.applicationProtocol()).isEqualTo("h2");
                connection.awaitDisconnect();
            };
            try (var endpoint = ScriptedEndpoint.playingOn(socket("h2"), "https", Script.echo())
                    .onConnection(saysNothing);
                    var gateway = gateway(endpoint,
                            "protocol: " + protocol + ", timeouts: { connect: 1s }, connections: { max: 1 }")) {
                expectFailure(gateway, 504, "connect-timeout");
                endpoint.awaitDisconnect();
            }
        }
    }

    @Test
    void refusesAnEndpointThatNobodyVouchesFor() {
        for (String protocol : new String[]{"h2", "auto"}) {
            var socket = certificates.serverSocket(Certificates.selfSigned("127.0.0.1"), false, VERSIONS)
                    .speaking("h2");
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", Script.echo());
                    var gateway = gateway(endpoint, "protocol: " + protocol + ", connections: { max: 1 }")) {
                for (int i = 0; i < 3; i++) {
                    expectFailure(gateway, 502, "certificate-refused");
                }
            }
        }
    }

    @Test
    void showsItsCertificate() {
        for (String version : VERSIONS) {
            var socket = certificates.serverSocket(certificates.issue("127.0.0.1"), true, version).speaking("h2");
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", Script.echo())
                    .onConnection(Http2Peer.answering("hello"));
                    var gateway = TestGateway.startOnOneLoop(transport, yaml(endpoint.url(), "protocol: h2",
                            ", " + certificates.yaml("own", certificates.issue("gateway.example"))))) {
                assertThat(RawClient.get(gateway.port(), "/").bodyText()).as(version).isEqualTo("hello");
            }
            var strict = certificates.serverSocket(certificates.issue("127.0.0.1"), true, version).speaking("h2");
            try (var endpoint = ScriptedEndpoint.playingOn(strict, "https", Script.echo());
                    var gateway = gateway(endpoint, "protocol: h2")) {
                expectFailure(gateway, 502, "tls-alert");
            }
        }
    }

    @Test
    void resumesSessions() {
        for (String version : VERSIONS) {
            var socket = certificates.serverSocket(certificates.issue("127.0.0.1"), false, version).speaking("h2");
            List<Long> ages = new CopyOnWriteArrayList<>();
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", Script.echo());
                    var gateway = gateway(endpoint, "protocol: auto, connections: { max-requests: 1 }")) {
                for (int i = 0; i < 6; i++) {
                    endpoint.onConnection(connection -> {
                        var peer = Http2Peer.serve(connection);
                        ages.add(connection.tlsSession().getCreationTime());
                        peer.answer(peer.takeRequest().stream(), 200, connection.applicationProtocol());
                        peer.readToEnd();
                    });
                    assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("h2");
                    long now = System.currentTimeMillis();
                    Await.until("another millisecond", () -> System.currentTimeMillis() > now);
                }
                assertThat(endpoint.connections()).isEqualTo(6);
                assertThat(ages.stream().distinct().count()).as(version).isLessThan(6);
            }
        }
    }

    @Test
    void usesNoConnectionThatWasTrustedByOtherFiles() {
        try (var endpoint = ScriptedEndpoint.playingOn(socket("h2"), "https", Script.echo())
                .onConnection(Http2Peer.answering("good"));
                var gateway = TestGateway.start(transport, yaml(endpoint.url(), "protocol: h2", ""));
                var client = RawClient.connect(gateway.port())) { // of one loop, which has the connection
            assertThat(client.ask(GET).bodyText()).isEqualTo("good");
            String yaml = yaml(endpoint.url(), "protocol: h2", "");
            certificates.write("ca.pem", Certificates.selfSigned("another").getCertificatePEM());
            gateway.reload(yaml);
            Response answer = client.ask(GET);
            assertThat(answer.header("Proxy-Status")).contains("details=\"certificate-refused\"");
        }
    }

    @Test
    void anEndpointOfAnotherProtocolIsAnother() {
        try (var endpoint = ScriptedEndpoint.playingOn(socket("h2", "http/1.1"), "https", Script.answer(200, "old"))
                .onConnection(Http2Peer.answering("new"));
                var gateway = TestGateway.start(transport, yaml(endpoint.url(), "protocol: h2", ""))) {
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("new");
            gateway.reload(yaml(endpoint.url(), "protocol: http1", ""));
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
        }
    }
}
