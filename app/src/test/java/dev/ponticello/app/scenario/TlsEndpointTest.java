package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints that speak TLS: whom the gateway trusts, what it shows them, and that all else is as on a plain connection. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class TlsEndpointTest {
    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private Certificates certificates = new Certificates(folder);

    @BeforeEach
    void makeCertificates() {
        certificates = new Certificates(folder);
    }

    private TestGateway gateway(ScriptedEndpoint endpoint, String tls) {
        return TestGateway.start(transport, Forward.allTo(endpoint, "", ", tls: { " + tls + " }"));
    }

    private String ca() {
        return "ca: \"" + certificates.writeCa() + "\"";
    }

    private static void expectFailure(TestGateway gateway, String reason, String errorType) {
        Response answer = RawClient.get(gateway.port(), "/");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("Proxy-Status")).contains("error=" + errorType, "details=\"" + reason + "\"");
    }

    // ---- trust

    @Test
    void forwardsToAnEndpointWithAGoodCertificate() {
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), Script.echo());
                var gateway = gateway(endpoint, ca());
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                Response answer = client.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.bodyText()).contains("Host: 127.0.0.1:" + endpoint.port());
            }
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void refusesAnEndpointThatNobodyVouchesFor() {
        refuses(certificates.issue("127.0.0.1"), "");
        refuses(Certificates.selfSigned("127.0.0.1"), ca());
        refuses(new Certificates(folder.resolve("other")).issue("127.0.0.1"), ca());
    }

    @Test
    void refusesAnEndpointOfAnotherName() {
        refuses(certificates.issue("127.0.0.2"), ca());
        refuses(certificates.issue("localhost"), ca());
        refuses(certificates.issue("127.0.0.1", "other.example"), ca() + ", server-name: users.example");
    }

    @Test
    void refusesAnEndpointWhoseCertificateHasExpired() {
        refuses(certificates.issue(Certificates::expired, "127.0.0.1"), ca());
    }

    private void refuses(X509Bundle shown, String tls) {
        try (var endpoint = certificates.endpoint(shown, Script.echo()); var gateway = gateway(endpoint, tls)) {
            expectFailure(gateway, "certificate-refused", "tls_certificate_error");
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void asksForTheNameThatIsWritten() {
        try (var endpoint = certificates.endpoint(certificates.issue("users.example"), Script.echo());
                var gateway = gateway(endpoint, ca() + ", server-name: users.example")) {
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void trustsAnybodyOnlyWhereThatIsWritten() {
        try (var endpoint = certificates.endpoint(Certificates.selfSigned("other.example"), Script.echo());
                var gateway = gateway(endpoint, "insecure: true")) {
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    // ---- the gateway's own certificate

    @Test
    void showsItsCertificate() {
        try (var endpoint = ScriptedEndpoint.playingOn(
                certificates.serverSocket(certificates.issue("127.0.0.1"), true, "TLSv1.3"), "https", Script.echo());
                var gateway = gateway(endpoint,
                        ca() + ", " + certificates.yaml("own", certificates.issue("gateway.example")))) {
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void tellsThatAnEndpointRefusesIt() {
        for (String version : new String[]{"TLSv1.2", "TLSv1.3"}) {
            var socket = certificates.serverSocket(certificates.issue("127.0.0.1"), true, version);
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", Script.echo());
                    var gateway = gateway(endpoint, ca())) {
                expectFailure(gateway, "tls-alert", "tls_alert_received");
                assertThat(endpoint.requests()).isZero();
            }
        }
    }

    // ---- handshakes that fail

    @Test
    void row34_takesNothingThatComesBeforeTheHandshakeIsDone() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            connection.awaitDisconnect();
        }); var gateway = TestGateway.start(transport, """
                upstreams: { users: { endpoints: ["https://127.0.0.1:%d"] } }
                routes: [{ path: /**, to: users }]
                """.formatted(endpoint.port()))) {
            expectFailure(gateway, "tls-handshake-failed", "tls_protocol_error");
        }
    }

    @Test
    void tellsThatAnEndpointHangsUp() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> connection.close());
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["https://127.0.0.1:%d"] } }
                        routes: [{ path: /**, to: users }]
                        """.formatted(endpoint.port()))) {
            expectFailure(gateway, "tls-handshake-failed", "tls_protocol_error");
        }
    }

    @Test
    void theHandshakeIsPartOfTheConnecting() {
        try (var endpoint = ScriptedEndpoint.start().onConnection(connection -> connection.awaitDisconnect());
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["https://127.0.0.1:%d"], timeouts: { connect: 100ms },
                                              connections: { max: 1 } } }
                        routes: [{ path: /**, to: users }]
                        """.formatted(endpoint.port()))) {
            Response answer = RawClient.get(gateway.port(), "/");
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.header("Proxy-Status")).contains("connect-timeout");
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void theTimeSpentWaitingForAPlaceIsNotTheEndpoints() throws Exception {
        Cue queued = new Cue();
        Cue over = new Cue();
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), connection -> {
            queued.await();
            connection.answer(200, "", "Connection: close");
        }).onConnection(_ -> {}).onConnection(_ -> over.await()); // that one reads nothing, so there is no handshake
                var gateway = TestGateway.startOnOneLoop(transport, Forward.allTo(endpoint, "",
                        ", connections: { max: 1 }, timeouts: { connect: 1s }, tls: { " + ca() + " }")
                        + "  - { path: /health, answer: health }\n");
                var first = RawClient.connect(gateway.port());
                var second = RawClient.connect(gateway.port())) {
            first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.takeRequest();
            // Both are begun in one turn of the loop.
            second.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(second.readResponse().status()).isEqualTo(200);
            queued.give();
            assertThat(first.readResponse().status()).isEqualTo(200);
            Response answer = second.readResponse();
            assertThat(answer.header("Proxy-Status")).contains("connections-to-endpoint-exceeded");
            assertThat(answer.status()).isEqualTo(503);
            over.give();
        }
    }

    @Test
    void aFailedHandshakeGivesItsPlaceBack() {
        try (var endpoint = certificates.endpoint(Certificates.selfSigned("127.0.0.1"), Script.echo());
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint, "",
                        ", connections: { max: 1 }, timeouts: { connect: 1s }, tls: { " + ca() + " }"))) {
            for (int i = 0; i < 10; i++) {
                expectFailure(gateway, "certificate-refused", "tls_certificate_error");
            }
        }
    }

    // ---- sessions and files

    @Test
    void resumesSessions() {
        for (String version : new String[]{"TLSv1.2", "TLSv1.3"}) {
            var socket = certificates.serverSocket(certificates.issue("127.0.0.1"), false, version);
            List<Long> ages = new CopyOnWriteArrayList<>();
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", connection -> {
                ages.add(connection.tlsSession().getCreationTime());
                connection.answer(200, "", "Connection: close");
                connection.close();
            }); var gateway = TestGateway.start(transport, Forward.allTo(endpoint, "", ", tls: { " + ca() + " }"))) {
                for (int i = 0; i < 6; i++) {
                    assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
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
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), Script.echo());
                var gateway = gateway(endpoint, ca())) {
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
            String yaml = Forward.allTo(endpoint, "", ", tls: { ca: \"%s\" }".formatted(folder.resolve("ca.pem")));
            gateway.reload(yaml);
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
            int before = endpoint.connections();
            certificates.write("ca.pem", Certificates.selfSigned("another").getCertificatePEM());
            gateway.reload(yaml);
            expectFailure(gateway, "certificate-refused", "tls_certificate_error");
            assertThat(endpoint.connections()).isGreaterThan(before);
            certificates.writeCa();
            Await.until("the CA is read anew by itself",
                    () -> RawClient.get(gateway.port(), "/").status() == 200);
        }
    }

    // ---- as on a plain connection

    @Test
    void anAnswerThatEndsWithTheConnectionIsWholeOnlyWithTheEndOfTls() {
        for (boolean whole : new boolean[]{true, false}) {
            var socket = certificates.serverSocket(certificates.issue("127.0.0.1"), false, "TLSv1.3");
            try (var endpoint = ScriptedEndpoint.playingOn(socket, "https", connection -> {
                connection.readBody();
                connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
                if (whole) {
                    connection.close();
                } else {
                    socket.closeWithoutTls();
                    connection.close();
                }
            });
                    var gateway = gateway(endpoint, ca());
                    var client = RawClient.connect(gateway.port())) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(200);
                String body = client.readToEnd();
                if (whole) {
                    assertThat(body).isEqualTo("5\r\nhello\r\n0\r\n\r\n");
                } else {
                    assertThat(body).as("cut").doesNotContain("0\r\n\r\n");
                }
            }
        }
    }

    @Test
    void relaysLargeBodiesBothWays() {
        byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), connection -> {
            byte[] got = connection.readBody();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + got.length + "\r\n\r\n");
            connection.send(got);
        }); var gateway = gateway(endpoint, ca()); var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
                assertThat(client.readResponse("POST").body()).isEqualTo(body);
            }
        }
    }

    @Test
    void row57_holdsTheEndpointBackForAClientThatReadsSlowly() {
        AtomicLong sent = new AtomicLong();
        byte[] part = new byte[64 * 1024];
        int parts = 512;
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (long) parts * part.length + "\r\n\r\n");
            for (int i = 0; i < parts; i++) {
                connection.send(part);
                sent.addAndGet(part.length);
            }
        }); var gateway = gateway(endpoint, ca()); var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            long held = Await.settled("bytes sent by the endpoint", sent::get, Duration.ofMillis(300));
            assertThat(held).isLessThan((long) parts * part.length / 2);
            client.read(parts * part.length);
            assertThat(sent.get()).isEqualTo((long) parts * part.length);
        }
    }

    @Test
    void row57_cancelsTheEndpointWhenTheClientLeaves() {
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"),
                connection -> connection.awaitDisconnect());
                var gateway = gateway(endpoint, ca());
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.takeRequest();
            long left = System.nanoTime();
            client.close();
            assertThat(endpoint.awaitDisconnect().after(left)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void deliversAnEarlyAnswerOfAnEndpointThatReadsNoMore() {
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), connection -> {
            connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            connection.finish();
            connection.awaitDisconnect();
        }); var gateway = gateway(endpoint, ca()); var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            Response answer = client.readResponse("POST");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.bodyText()).isEqualTo("big");
        }
    }

    @Test
    void aKeptConnectionThatTheEndpointEndsCostsNothing() {
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), Script.echo());
                var gateway = gateway(endpoint, ca())) {
            endpoint.onRequest(connection -> {
                connection.answer(200, "first");
                connection.close();
            });
            for (int i = 0; i < 20; i++) {
                assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void mapsLocationsOfItsOwnScheme() {
        try (var endpoint = certificates.endpoint(certificates.issue("127.0.0.1"), connection -> connection.answer(302,
                "", "Location: https://" + connection.request().header("Host") + "/v2/x"));
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["%s"], tls: { %s } } }
                        routes: [{ path: /api/**, to: users, rewrite: { prefix: /v2 } }]
                        """.formatted(endpoint.url(), ca()))) {
            assertThat(RawClient.get(gateway.port(), "/api/y").header("Location")).isEqualTo("/api/x");
        }
    }
}
