package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that have said all they have to say: gone, or waiting. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HalfCloseTest {
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    private TestGateway gateway(ScriptedEndpoint endpoint, String halfClose) {
        return TestGateway.start(transport, Forward.allTo(endpoint, ", half-close: " + halfClose, ""));
    }

    @Test
    void takesAFinForAnAbort() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = gateway(endpoint, "refuse");
                var client = RawClient.connect(gateway.port())) {
            client.send(GET.formatted("x"));
            endpoint.takeRequest();
            client.finish();
            endpoint.awaitDisconnect();
            client.expectEnd();
        }
    }

    @Test
    void answersAClientThatWaitsAfterItsFin() {
        Cue finished = new Cue();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            finished.await();
            connection.answer(200, "hello");
        });
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connect(gateway.port())) {
            client.send(GET.formatted("x"));
            endpoint.takeRequest();
            client.finish();
            client.expectNothing();
            finished.give();
            var response = client.readResponse();
            assertThat(response.bodyText()).isEqualTo("hello");
            assertThat(response.header("Connection")).isEqualTo("close");
            client.expectEnd();
        }
    }

    @Test
    void answersAllThatWasAskedBeforeTheFin() {
        try (var endpoint = ScriptedEndpoint
                .playing(connection -> connection.answer(200, connection.request().target()));
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connect(gateway.port())) {
            client.send(GET.formatted("1") + GET.formatted("2") + http("""
                    POST /3 HTTP/1.1
                    Host: a
                    Content-Length: 5

                    hello""") + GET.formatted("4") + "GET /never HT");
            client.finish();
            for (int i = 1; i <= 4; i++) {
                assertThat(client.readResponse(i == 3 ? "POST" : "GET").bodyText()).isEqualTo("/" + i);
            }
            client.expectEnd();
            assertThat(endpoint.requests()).isEqualTo(4);
        }
    }

    @Test
    void answersItselfWhatCameBeforeAnEndRightBehindIt() {
        for (String halfClose : new String[]{"allow", "refuse"}) {
            try (var gateway = TestGateway.start(transport, """
                    listeners: [{ address: "127.0.0.1:0", half-close: %s }]
                    routes: [{ path: /, answer: health }]
                    """.formatted(halfClose))) {
                for (int i = 0; i < 50; i++) {
                    try (var client = RawClient.connect(gateway.port())) {
                        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                        client.finish();
                        assertThat(client.readResponse().status()).as(halfClose).isEqualTo(200);
                    }
                }
            }
        }
    }

    @Test
    void answersWholeToAClientThatReadsSlowly() {
        byte[] body = new byte[2 << 20];
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.send(body);
        });
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send(GET.formatted("x"));
            client.finish();
            endpoint.takeRequest();
            assertThat(client.readResponse().body()).hasSize(body.length);
            client.expectEnd();
        }
    }

    @Test
    void takesAFinInABodyForAnAbort() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connect(gateway.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            endpoint.takeRequest();
            client.finish();
            endpoint.awaitDisconnect();
            client.expectEnd();
        }
    }

    @Test
    void answersWholeWhatCameBeforeARequestThatIsCut() {
        byte[] body = new byte[2 << 20];
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            if (connection.request().target().equals("/first")) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                connection.send(body);
            } else {
                connection.awaitDisconnect();
            }
        });
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send(GET.formatted("first") + "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            client.finish();
            endpoint.takeRequest();
            assertThat(client.readResponse().body()).hasSize(body.length);
            client.expectEnd();
        }
    }

    @Test
    void takesAFinForAnAbortWhereHttp2IsSpoken() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection.awaitDisconnect());
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connect(gateway.port())) {
            Http2Peer peer = Http2Peer.client(client);
            peer.get("/x");
            endpoint.takeRequest();
            client.finish();
            endpoint.awaitDisconnect();
            peer.readToEnd();
        }
    }

    @Test
    void closesWhenNothingIsOwed() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "allow");
                var silent = RawClient.connect(gateway.port());
                var idle = RawClient.connect(gateway.port());
                var begun = RawClient.connect(gateway.port())) {
            silent.finish();
            silent.expectEnd();
            assertThat(idle.ask(GET.formatted("x")).status()).isEqualTo(200);
            idle.finish();
            idle.expectEnd();
            begun.send("GET /x HT");
            begun.finish();
            begun.expectEnd();
        }
    }

    @Test
    void refusesWhatIsWrongAfterAFin() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gateway(endpoint, "allow");
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /%00 HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n");
            client.finish();
            assertThat(client.readResponse().status()).isEqualTo(400);
            client.expectEnd();
        }
    }

    @Test
    void row31_doesNotSpinOnClientsThatFinishAndReset() throws Exception {
        Cue reset = new Cue();
        int clients = 50;
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            reset.await();
            connection.answer(200, "x".repeat(100_000));
        });
                var gateway = gateway(endpoint, "allow")) {
            List<RawClient> open = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                RawClient client = RawClient.connect(gateway.port());
                open.add(client);
                client.send(GET.formatted(i));
                endpoint.takeRequest();
                client.finish();
                client.reset();
            }
            Duration before = cpu();
            try (var client = RawClient.connect(gateway.port())) {
                for (int i = 0; i < 3; i++) {
                    client.expectNothing();
                }
            }
            // A loop that spins takes all of the time that has passed; what the JVM itself still does, less.
            assertThat(cpu().minus(before)).isLessThan(RawClient.QUIET.multipliedBy(2));
            reset.give();
            open.forEach(RawClient::close);
            assertThat(RawClient.get(gateway.port(), "/after").status()).isEqualTo(200);
        }
    }

    private static Duration cpu() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Duration.ofNanos(system.getProcessCpuTime());
    }
}
