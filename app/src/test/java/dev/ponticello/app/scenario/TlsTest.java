package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.RawConnection;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that speak TLS: who gets which certificate, and that all else is as on a plain connection. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class TlsTest {
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private static final String[] BOTH = {"TLSv1.3", "TLSv1.2"};

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private Certificates certificates = new Certificates(folder);

    @BeforeEach
    void makeCertificates() {
        certificates = new Certificates(folder);
    }

    private TestGateway gateway(ScriptedEndpoint endpoint, String more) {
        return TestGateway.start(transport, Forward.allTo(endpoint,
                ", tls: { " + certificates.yaml("a", certificates.issue("a.example")) + more + " }", ""));
    }

    // ---- handshakes

    @Test
    void servesByBothVersions() {
        try (var endpoint = ScriptedEndpoint.echoing(); var gateway = gateway(endpoint, "")) {
            for (String version : BOTH) {
                SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), "a.example",
                        version);
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                try (var client = RawClient.on(socket)) {
                    var answer = client.ask(GET.formatted("x"));
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.bodyText()).contains("X-Forwarded-Proto: https", "proto=https");
                    assertThat(client.ask(GET.formatted("y")).bodyText()).contains("/y");
                }
            }
        }
    }

    @Test
    void speaksNoVersionBelowTheLeast() {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, ", min-version: 1.3")) {
            assertThatThrownBy(() -> Certificates.connect(certificates.context(null), gateway.port(), "a.example",
                    "TLSv1.2")).hasCauseInstanceOf(SSLException.class);
            assertThat(get(certificates.client(gateway.port(), "a.example"))).isEqualTo(200);
        }
    }

    @Test
    void speaksOnlyTheCiphersThatAreWritten() {
        String cipher = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, ", groups: [P-256], ciphers: [" + cipher + "]")) {
            SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), "a.example", "TLSv1.2");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo(cipher);
            assertThat(get(RawClient.on(socket))).isEqualTo(200);
        }
    }

    @Test
    void agreesOnHttp2() throws IOException {
        try (var endpoint = ScriptedEndpoint.echoing(); var gateway = gateway(endpoint, "")) {
            SSLSocket socket = offering(gateway, "h2", "http/1.1");
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            try (var client = Http2Peer.client(RawClient.on(socket))) {
                int stream = client.open(true, ":method: GET", ":scheme: https", ":authority: a.example", ":path: /x");
                assertThat(client.readWhole(stream).bodyText()).contains("X-Forwarded-Proto: https", "proto=https",
                        "2.0 ponticello");
            }
        }
    }

    @Test
    void offersNoHttp2WhereItIsOff() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint, ", http2: false, tls: { "
                        + certificates.yaml("a", certificates.issue("a.example")) + " }", ""))) {
            SSLSocket socket = offering(gateway, "h2", "http/1.1");
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(get(RawClient.on(socket))).isEqualTo(200);
        }
    }

    private SSLSocket offering(TestGateway gateway, String... protocols) throws IOException {
        SSLSocket socket = Certificates.open(certificates.context(null), new Socket(), gateway.port(), "a.example",
                BOTH);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Test
    void agreesOnHttp11() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, "")) {
            for (String offered : new String[]{"http/1.1", "spdy/3"}) {
                SSLSocket socket = offering(gateway, offered);
                assertThat(socket.getApplicationProtocol()).isEqualTo(offered.equals("http/1.1") ? offered : "");
                assertThat(get(RawClient.on(socket))).isEqualTo(200);
            }
        }
    }

    @Test
    void showsTheCertificateForTheNameThatIsAskedFor() throws IOException {
        String more = """
                , certificates: [{ %s }, { %s }]""".formatted(
                certificates.yaml("b", certificates.issue("b.example", "*.b.example")),
                certificates.yaml("c", certificates.issue("deep.b.example", "*.c.example")));
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, more)) {
            assertThat(shown(gateway, "a.example")).isEqualTo("CN=a.example");
            assertThat(shown(gateway, "B.Example")).isEqualTo("CN=b.example");
            assertThat(shown(gateway, "x.b.example")).isEqualTo("CN=b.example");
            assertThat(shown(gateway, "deep.b.example")).as("exactly before by a wildcard")
                    .isEqualTo("CN=deep.b.example");
            assertThat(shown(gateway, "x.y.b.example")).as("a wildcard is one label").isEqualTo("CN=a.example");
            assertThat(shown(gateway, "c.example")).isEqualTo("CN=a.example");
            assertThat(shown(gateway, "unknown.example")).isEqualTo("CN=a.example");
            assertThat(shown(gateway, "127.0.0.1")).as("no name").isEqualTo("CN=a.example");
        }
    }

    private String shown(TestGateway gateway, String name) throws IOException {
        try (SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), name, BOTH)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void row33_refusesARequestForAHostOfAnotherCertificate() {
        String more = ", certificates: [{ %s }]".formatted(
                certificates.yaml("b", certificates.issue("b.example", "*.b.example")));
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, more);
                var client = certificates.client(gateway.port(), "b.example");
                var nameless = certificates.client(gateway.port(), "127.0.0.1")) {
            assertThat(status(client, "b.example")).isEqualTo(200);
            assertThat(status(client, "x.b.example:8443")).isEqualTo(200);
            assertThat(status(client, "B.EXAMPLE.")).isEqualTo(200);
            assertThat(status(client, "a.example")).isEqualTo(421);
            assertThat(status(client, "other.example")).isEqualTo(421);
            assertThat(status(client, "b.example")).as("goes on").isEqualTo(200);
            assertThat(status(nameless, "b.example")).isEqualTo(200);
            var refused = client.ask("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(refused.header("Proxy-Status")).contains("misdirected");
        }
    }

    private static int status(RawClient client, String host) {
        return client.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status();
    }

    private static int get(RawClient client) {
        try (client) {
            return client.ask(GET.formatted("")).status();
        }
    }

    // ---- who must not hold a connection

    @Test
    void row30_endsAHandshakeThatTakesTooLong() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint,
                        ", timeouts: { tls-handshake: 100ms }, tls: { "
                                + certificates.yaml("a", certificates.issue("a.example")) + " }",
                        ""));
                var silent = RawClient.connect(gateway.port());
                var begun = RawClient.connect(gateway.port())) {
            begun.send("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001");
            silent.expectEnd();
            begun.expectEnd();
        }
    }

    @Test
    void row30_refusesAHelloThatClaimsToBeHuge() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "");
                var huge = RawClient.connect(gateway.port());
                var split = RawClient.connect(gateway.port())) {
            huge.send("\u0016\u0003\u0001@\u0000\u0001\u00ff\u00ff\u00ff" + "x".repeat(0x4000 - 4));
            huge.awaitDisconnect();
            // The length of the message is split over two records.
            split.send("\u0016\u0003\u0001\u0000\u0002\u0001\u0001" + "\u0016\u0003\u0001\u0000\u0002\u0000\u0000");
            split.awaitDisconnect();
            assertThat(get(certificates.client(gateway.port(), "a.example"))).isEqualTo(200);
        }
    }

    @Test
    void closesOnWhatIsNoTls() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "");
                var plain = RawClient.connect(gateway.port());
                var garbage = RawClient.connect(gateway.port())) {
            plain.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            plain.awaitDisconnect();
            garbage.send("\u0016\u0003\u0001\u0000\u0010\u0001\u0000\u0000\u000c" + "\u0000".repeat(12));
            garbage.awaitDisconnect();
        }
    }

    @Test
    void closesOnARecordThatIsBroken() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, "")) {
            Socket plain = new Socket();
            SSLSocket socket = Certificates.handshake(Certificates.open(certificates.context(null), plain,
                    gateway.port(), "a.example", BOTH));
            try (var client = RawClient.on(socket)) {
                assertThat(client.ask(GET.formatted("")).status()).isEqualTo(200);
                plain.getOutputStream().write(new byte[]{0x17, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                    14, 15, 16, 17, 18, 19, 20});
                client.awaitDisconnect();
            }
        }
    }

    @Test
    void aClientCannotNegotiateAnew() {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, "")) {
            SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), "a.example", "TLSv1.2");
            try (var client = RawClient.on(socket)) {
                assertThat(client.ask(GET.formatted("")).status()).isEqualTo(200);
                assertThatThrownBy(() -> {
                    socket.startHandshake();
                    client.ask(GET.formatted(""));
                }).satisfiesAnyOf(e -> assertThat(e).isInstanceOf(SSLException.class),
                        e -> assertThat(e).isInstanceOf(AssertionError.class),
                        e -> assertThat(e).hasCauseInstanceOf(IOException.class));
            }
        }
    }

    @Test
    void listenersOnAnyPortHaveEachTheirOwn() throws IOException {
        String yaml = """
                listeners:
                  - { address: "127.0.0.1:0", tls: { %s } }
                  - { address: "127.0.0.1:0", tls: { %s } }
                routes: [{ path: /**, answer: health }]
                """.formatted(certificates.yaml("a", certificates.issue("a.example")),
                certificates.yaml("b", certificates.issue("b.example")));
        try (var gateway = TestGateway.start(transport, yaml)) {
            gateway.reload(yaml);
            for (int i = 0; i < 2; i++) {
                int port = gateway.gateway().listeners().get(i).getPort();
                try (SSLSocket socket = Certificates.connect(certificates.context(null), port, "x.example", BOTH)) {
                    assertThat(((X509Certificate) socket.getSession().getPeerCertificates()[0])
                            .getSubjectX500Principal().getName())
                            .isEqualTo(i == 0 ? "CN=a.example" : "CN=b.example");
                }
            }
        }
    }

    // ---- clients' certificates

    private String clientCertificate(String mode) {
        return ", client-certificate: { mode: %s, ca: \"%s\" }".formatted(mode, certificates.writeCa());
    }

    @Test
    void asksClientsForACertificate() {
        try (var endpoint = ScriptedEndpoint.echoing(); var gateway = gateway(endpoint, clientCertificate("require"))) {
            for (String version : BOTH) {
                SSLContext good = certificates.context(certificates.issue("orders.example"));
                try (var client = RawClient.on(Certificates.connect(good, gateway.port(), "a.example", version))) {
                    assertThat(client.ask(GET.formatted("")).bodyText())
                            .containsPattern("X-Forwarded-Client-Cert: Hash=[0-9a-f]{64};"
                                    + "Subject=\"CN=orders.example\";DNS=orders.example\r\n");
                }
                refused(gateway, certificates.context(null), version);
                refused(gateway, certificates.context(
                        certificates.issue(Certificates::expired, "orders.example")), version);
                refused(gateway, certificates.context(Certificates.selfSigned("orders.example")), version);
                refused(gateway, certificates.context(new Certificates(folder.resolve("other"))
                        .issue("orders.example")), version);
            }
            assertThat(endpoint.requests()).isEqualTo(BOTH.length);
        }
    }

    /** By TLS 1.3 the client has sent its request before it hears of it. */
    private static void refused(TestGateway gateway, SSLContext context, String version) {
        assertThatThrownBy(() -> {
            SSLSocket socket = Certificates.connect(context, gateway.port(), "a.example", version);
            try (var client = RawClient.on(socket)) {
                client.ask(GET.formatted(""));
            }
        }).satisfiesAnyOf(e -> assertThat(e).isInstanceOf(AssertionError.class),
                e -> assertThat(e).hasCauseInstanceOf(IOException.class),
                e -> assertThat(e).hasMessageContaining("peer"));
    }

    @Test
    void letsClientsWithoutACertificateIn() {
        try (var endpoint = ScriptedEndpoint.echoing(); var gateway = gateway(endpoint, clientCertificate("allow"))) {
            try (var client = certificates.client(gateway.port(), "a.example")) {
                var spoof = client
                        .ask("GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Client-Cert: Subject=me\r\n\r\n");
                assertThat(spoof.bodyText()).doesNotContain("Client-Cert");
            }
            SSLContext good = certificates.context(certificates.issue("orders.example"));
            try (var client = RawClient.on(Certificates.connect(good, gateway.port(), "a.example", BOTH))) {
                var spoof = client
                        .ask("GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Client-Cert: Subject=me\r\n\r\n");
                assertThat(spoof.bodyText()).contains("Subject=\"CN=orders.example\"").doesNotContain("Subject=me");
            }
            refused(gateway, certificates.context(Certificates.selfSigned("orders.example")), "TLSv1.3");
        }
    }

    // ---- sessions

    @Test
    void resumesSessions() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(); var gateway = gateway(endpoint, "")) {
            for (String version : BOTH) {
                SSLContext context = certificates.context(null);
                assertThat(isResumed(gateway, context, version)).isFalse();
                assertThat(isResumed(gateway, context, version)).as(version).isTrue();
            }
        }
    }

    /** A session that is resumed is as old as the first. */
    private boolean isResumed(TestGateway gateway, SSLContext context, String version) throws IOException {
        return isResumed(gateway.port(), context, "a.example", version);
    }

    private static boolean isResumed(int port, SSLContext context, String name, String version) throws IOException {
        long before = System.currentTimeMillis();
        Await.until("another millisecond", () -> System.currentTimeMillis() > before);
        SSLSocket socket = Certificates.connect(context, port, name, version);
        try (var client = RawClient.on(socket)) {
            // The ticket comes behind the handshake; with the answer it is there.
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n").status()).isEqualTo(200);
            return socket.getSession().getCreationTime() < before;
        }
    }

    @Test
    void aResumedClientIsWhoItWas() throws IOException {
        try (var endpoint = ScriptedEndpoint.echoing(); var gateway = gateway(endpoint, clientCertificate("require"))) {
            for (String version : BOTH) {
                SSLContext context = certificates.context(certificates.issue("orders.example"));
                isResumed(gateway, context, version);
                SSLSocket socket = Certificates.connect(context, gateway.port(), "a.example", version);
                try (var client = RawClient.on(socket)) {
                    assertThat(client.ask(GET.formatted("")).bodyText()).as(version)
                            .contains("Subject=\"CN=orders.example\"");
                }
            }
        }
    }

    @Test
    void row32_resumesNoSessionUnderAnotherRule() throws IOException {
        var a = certificates.yaml("a", certificates.issue("a.example"));
        String yaml = """
                listeners:
                  - { address: "127.0.0.1:0", tls: { %s } }
                  - { address: "127.0.0.2:0", tls: { %s %s } }
                routes: [{ path: /**, answer: health }]
                """.formatted(a, a, clientCertificate("require"));
        try (var gateway = TestGateway.start(transport, yaml)) {
            int open = gateway.gateway().listeners().get(0).getPort();
            for (String version : BOTH) {
                // The JDK's client keeps sessions by host and port: a plain socket lies to it about both.
                SSLContext context = certificates.context(null);
                assertThat(isResumed(open, context, "a.example", version)).isFalse();
                assertThat(isResumed(open, context, "a.example", version)).isTrue();
                int closed = gateway.gateway().listeners().get(1).getPort();
                SSLSocket without = askedAs(context, "a.example", open, "127.0.0.2", closed, version);
                assertThatThrownBy(() -> {
                    Certificates.handshake(without);
                    try (var client = RawClient.on(without)) {
                        client.ask(GET.formatted(""));
                    }
                }).as("%s without a certificate", version).satisfiesAnyOf(
                        e -> assertThat(e).isInstanceOf(AssertionError.class),
                        e -> assertThat(e).hasCauseInstanceOf(IOException.class));
            }
        }
    }

    /** A socket that takes itself to be connected to one host and port, with its sessions, and is to another. */
    private static SSLSocket askedAs(SSLContext context, String host, int port, String address, int realPort,
            String version) throws IOException {
        Socket plain = new Socket(address, realPort);
        plain.setSoTimeout((int) RawConnection.DEADLINE.toMillis());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[]{version});
        socket.setSSLParameters(parameters);
        return socket;
    }

    // ---- files that change

    @Test
    void servesNewFilesByItself() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "");
                var before = certificates.client(gateway.port(), "a.example")) {
            assertThat(before.ask(GET.formatted("")).status()).isEqualTo(200);
            certificates.write("a", certificates.issue("new.example", "a.example"));
            Await.until("the new certificate is served", () -> {
                try {
                    return shown(gateway, "a.example").equals("CN=new.example");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(before.ask(GET.formatted("")).status()).as("who is connected").isEqualTo(200);
            certificates.write("a-key.pem", certificates.issue("wrong.example").getPrivateKeyPEM());
            // What is half written is not served: at the latest behind two looks it would have been.
            certificates.write("a.pem", certificates.issue("a.example").getCertificatePEM());
            Await.until("two looks", new Elapsed(Duration.ofMillis(4500))::isOver);
            assertThat(shown(gateway, "a.example")).isEqualTo("CN=new.example");
        }
    }

    private static final class Elapsed {
        private final long start = System.nanoTime();
        private final Duration time;

        Elapsed(Duration time) {
            this.time = time;
        }

        boolean isOver() {
            return System.nanoTime() - start > time.toNanos();
        }
    }

    @Test
    void aReloadServesNewFilesAndRules() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "");
                var before = certificates.client(gateway.port(), "a.example")) {
            assertThat(before.ask(GET.formatted("")).status()).isEqualTo(200);
            SSLContext context = certificates.context(null);
            isResumed(gateway, context, "TLSv1.3");
            String yaml = Forward.allTo(endpoint, ", tls: { certificate: \"%s\", key: \"%s\" %s }", "");
            Path certificate = folder.resolve("a.pem");
            Path key = folder.resolve("a-key.pem");
            gateway.reload(yaml.formatted(certificate, key, ", min-version: 1.3"));
            assertThat(isResumed(gateway, context, "TLSv1.3")).as("by the same certificate").isTrue();
            certificates.write("a", certificates.issue("new.example", "a.example"));
            gateway.reload(yaml.formatted(certificate, key, ""));
            assertThat(shown(gateway, "a.example")).isEqualTo("CN=new.example");
            gateway.reload(yaml.formatted(certificate, key, clientCertificate("require")));
            refused(gateway, context, "TLSv1.3");
            assertThat(before.ask(GET.formatted("")).status()).as("who is connected").isEqualTo(200);
            certificates.write("a-key.pem", certificates.issue("a.example").getPrivateKeyPEM());
            assertThat(gateway.refusal(yaml.formatted(certificate, key, "")))
                    .contains("not the key of the certificate");
            gateway.reload(Forward.allTo(endpoint));
            assertThat(RawClient.get(gateway.port(), "/").status()).as("without TLS").isEqualTo(200);
        }
    }

    @Test
    void aReloadLeavesAHandshakeWhatItBeganWith() {
        try (var endpoint = ScriptedEndpoint.start()) {
            String yaml = Forward.allTo(endpoint,
                    ", tls: { " + certificates.yaml("a", certificates.issue("a.example")) + " %s }", "");
            try (var gateway = TestGateway.start(transport, yaml.formatted(""))) {
                List<SSLSocket> slow = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    slow.add(Certificates.open(certificates.context(null), new Socket(), gateway.port(), "a.example",
                            "TLSv1.3"));
                }
                // Who connects later is served later, on each of the loops: the slow ones have been accepted.
                askOften(gateway);
                gateway.reload(yaml.formatted(", min-version: 1.3"));
                askOften(gateway);
                for (SSLSocket socket : slow) {
                    try (var client = RawClient.on(Certificates.handshake(socket))) {
                        assertThat(client.ask(GET.formatted("")).status()).isEqualTo(200);
                    }
                }
            }
        }
    }

    private void askOften(TestGateway gateway) {
        for (int i = 0; i < 8; i++) {
            assertThat(ask(gateway).status()).isEqualTo(200);
        }
    }

    private Response ask(TestGateway gateway) {
        try (var client = certificates.client(gateway.port(), "a.example")) {
            return client.ask(GET.formatted(""));
        }
    }

    // ---- as on a plain connection

    @Test
    void relaysLargeBodiesBothWays() {
        byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            byte[] got = connection.readBody();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + got.length + "\r\n\r\n");
            connection.send(got);
        }); var gateway = gateway(endpoint, ""); var client = certificates.client(gateway.port(), "a.example")) {
            for (int i = 0; i < 2; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
                assertThat(client.readResponse("POST").body()).isEqualTo(body);
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() {
        try (var endpoint = ScriptedEndpoint.playing(c -> c.answer(200, c.request().target()));
                var gateway = gateway(endpoint, "");
                var client = certificates.client(gateway.port(), "a.example")) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                all.append(GET.formatted(i));
            }
            client.sendSlowly(all.toString(), 100); // a record for every 100 bytes
            for (int i = 0; i < 100; i++) {
                assertThat(client.readResponse().bodyText()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void row57_cancelsTheEndpointWhenTheClientLeaves() {
        for (boolean reset : new boolean[]{false, true}) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                    var gateway = gateway(endpoint, "")) {
                Socket plain = new Socket();
                SSLSocket socket = Certificates.handshake(
                        Certificates.open(certificates.context(null), plain, gateway.port(), "a.example", BOTH));
                var client = RawClient.on(socket);
                client.send(GET.formatted("x"));
                endpoint.takeRequest();
                long left = System.nanoTime();
                if (reset) {
                    RawClient.on(plain).reset();
                } else {
                    client.close();
                }
                assertThat(endpoint.awaitDisconnect().after(left)).isLessThan(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void takesTheEndOfTlsForTheEndOfTheClient() throws IOException {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = gateway(endpoint, "")) {
            SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), "a.example", BOTH);
            try (var client = RawClient.on(socket)) {
                client.send(GET.formatted("x"));
                endpoint.takeRequest();
                socket.shutdownOutput(); // close_notify, and no FIN
                endpoint.awaitDisconnect();
                client.expectEnd();
            }
        }
    }

    @Test
    void row57_holdsTheEndpointBackForAClientThatReadsSlowly() {
        AtomicLong sent = new AtomicLong();
        byte[] part = new byte[64 * 1024];
        int parts = 512;
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (long) parts * part.length + "\r\n\r\n");
            for (int i = 0; i < parts; i++) {
                connection.send(part);
                sent.addAndGet(part.length);
            }
        });
                var gateway = gateway(endpoint, "");
                var client = certificates.client(gateway.port(), "a.example")) {
            client.send(GET.formatted("x"));
            assertThat(client.readHead().status()).isEqualTo(200);
            long held = Await.settled("bytes sent by the endpoint", sent::get, Duration.ofMillis(300));
            assertThat(held).isLessThan((long) parts * part.length / 2);
            client.read(parts * part.length);
            assertThat(sent.get()).isEqualTo((long) parts * part.length);
        }
    }

    @Test
    void row57_holdsTheClientBackForAnEndpointThatReadsSlowly() {
        Cue read = new Cue();
        byte[] part = new byte[64 * 1024];
        int parts = 512;
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            read.await();
            connection.answer(200, "done");
        });
                var gateway = gateway(endpoint, "");
                var client = certificates.client(gateway.port(), "a.example")) {
            client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + (long) parts * part.length
                    + "\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < parts; i++) {
                    client.send(part);
                }
            });
            long held = Await.settled("bytes sent by the client", client::sent, Duration.ofMillis(300));
            assertThat(held).isLessThan((long) parts * part.length / 2);
            assertThat(sender.isAlive()).isTrue();
            read.give();
            assertThat(client.readResponse("POST").bodyText()).isEqualTo("done");
        }
    }

    @Test
    void cancelsAnUploadThatIsHeldBackWhenTheClientLeaves() throws Exception {
        Cue over = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            over.await();
            connection.awaitDisconnect();
        });
                var gateway = gateway(endpoint, "")) {
            Socket plain = new Socket();
            SSLSocket socket = Certificates.handshake(Certificates.open(certificates.context(null), plain,
                    gateway.port(), "a.example", BOTH));
            var client = RawClient.on(socket);
            client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 400000\r\n\r\n");
            client.send(new byte[300_000]);
            endpoint.takeRequest();
            RawClient.on(plain).close();
            over.give();
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void drainsInOrder() throws Exception {
        Cue answer = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            answer.await();
            connection.answer(200, "last");
        });
                var gateway = gateway(endpoint, "");
                var client = certificates.client(gateway.port(), "a.example");
                var idle = certificates.client(gateway.port(), "a.example");
                var shaking = RawClient.connect(gateway.port())) {
            client.send(GET.formatted("x"));
            endpoint.takeRequest();
            var drained = gateway.gateway().drain();
            idle.expectClosed();
            shaking.expectEnd();
            answer.give();
            var response = client.readResponse();
            assertThat(response.bodyText()).isEqualTo("last");
            assertThat(response.header("Connection")).isEqualTo("close");
            client.expectClosed();
            client.close();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void endsInOrderBehindTheLastAnswer() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello");
                var gateway = gateway(endpoint, "");
                var client = certificates.client(gateway.port(), "a.example")) {
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
            assertThat(client.readResponse().bodyText()).isEqualTo("hello");
            client.expectClosed();
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionIsWholeOnlyWithTheEndOfTls() {
        for (boolean whole : new boolean[]{true, false}) {
            try (var endpoint = ScriptedEndpoint.playing(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("hello");
                if (whole) {
                    connection.sendLastChunk();
                } else {
                    connection.close();
                }
            });
                    var gateway = gateway(endpoint, "");
                    var client = certificates.client(gateway.port(), "a.example")) {
                client.send("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(200);
                if (whole) {
                    assertThat(client.readToEnd()).isEqualTo("hello");
                    client.expectClosed();
                } else {
                    client.readToEnd();
                    client.expectReset();
                }
            }
        }
    }

    @Test
    void cutsAClientThatTakesNothing() {
        byte[] part = new byte[64 * 1024];
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            while (true) {
                connection.send(part);
            }
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint,
                        ", timeouts: { response-write: 300ms }, tls: { "
                                + certificates.yaml("a", certificates.issue("a.example")) + " }",
                        ""));
                var client = certificates.client(gateway.port(), "a.example")) {
            client.send(GET.formatted("x"));
            endpoint.awaitDisconnect();
        }
    }

    // ---- beside TLS

    @Test
    void sendsClientsOnToHttps() {
        try (var gateway = TestGateway.start(transport, """
                listeners: [{ address: "127.0.0.1:0", redirect-to-https: 8443 }]
                routes: [{ path: /**, answer: health }]
                """); var client = RawClient.connect(gateway.port())) {
            var answer = client.ask("GET /a%20b?c=d HTTP/1.1\r\nHost: a.example:8000\r\n\r\n");
            assertThat(answer.status()).isEqualTo(308);
            assertThat(answer.header("Location")).isEqualTo("https://a.example:8443/a%20b?c=d");
            answer = client.ask("POST http://[::1]/x HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(answer.header("Location")).isEqualTo("https://[::1]:8443/x");
            answer = client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer.header("Location")).isEqualTo("https://a:8443/");
            assertThat(client.ask("GET /../x HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(400);
        }
    }

    @Test
    void servesNobodyWithoutAHostInCleartextWhereClientsAreSentOn() {
        try (var gateway = TestGateway.start(transport, """
                listeners: [{ address: "127.0.0.1:0", redirect-to-https: 8443 }]
                routes: [{ path: /**, answer: health }]
                """); var client = RawClient.connect(gateway.port())) {
            var answer = client.ask("GET /a HTTP/1.0\r\n\r\n");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.bodyText()).contains("names no host");
        }
    }

    @Test
    void closesOneConnectionTooMany() {
        try (var gateway = TestGateway.start(transport, """
                limits: { connections: 1 }
                listeners: [{ address: "127.0.0.1:0", tls: { %s } }]
                routes: [{ path: /**, answer: health }]
                """.formatted(certificates.yaml("a", certificates.issue("a.example"))));
                var first = certificates.client(gateway.port(), "a.example")) {
            assertThat(first.ask(GET.formatted("")).status()).isEqualTo(200);
            try (var second = RawClient.connect(gateway.port())) {
                second.expectEnd();
            }
        }
    }
}
