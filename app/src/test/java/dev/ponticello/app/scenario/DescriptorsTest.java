package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.DeadPort;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that may open 256 files, and more clients than that. */
class DescriptorsTest {
    private static final int FILES = 256;

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
    void acceptingPausesAndGoesOn(Transport transport) throws Exception {
        run(transport, "routes: [{ path: /, answer: health }]", (program, clients) -> {
            int port = program.port();
            for (int i = 0; i < FILES; i++) {
                clients.add(RawClient.connect(port));
            }
            Await.until("accepting has paused", () -> program.count("Accepting pauses") >= 1);
            long first = System.nanoTime();
            Await.until("accepting has paused again", () -> program.count("Accepting pauses") >= 3);
            assertThat(System.nanoTime() - first).as("two pauses, in nanoseconds").isGreaterThan(1_000_000_000L);
            assertThat(clients.getFirst().ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            clients.forEach(RawClient::close);
            assertThat(RawClient.get(port, "/").status()).isEqualTo(200);
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
    void anEndpointIsNotBlamedForADescriptorThatIsMissing(Transport transport) throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> connection
                .send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"));
                var dead = DeadPort.refusing()) {
            run(transport, """
                    upstreams:
                      users: { endpoints: ["%s"], circuit-breaker: { failures: 1 } }
                      dead: { endpoints: ["http://127.0.0.1:%d"] }
                    routes: [{ path: /, answer: health }, { path: /users, to: users }, { path: /dead, to: dead }]
                    """.formatted(endpoint.url(), dead.port()), (program, clients) -> {
                int port = program.port();
                // Once before, because a class cannot be loaded from a folder without a descriptor.
                assertThat(RawClient.get(port, "/users").bodyText()).isEqualTo("hello");
                assertThat(RawClient.get(port, "/dead").status()).isEqualTo(502);
                for (int i = 0; i < FILES; i++) {
                    clients.add(RawClient.connect(port));
                }
                Await.until("accepting has paused", () -> program.count("Accepting pauses") >= 1);
                RawClient first = clients.getFirst();
                Response refused = first.ask("GET /users HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Proxy-Status")).contains(FailureKind.SOCKET_REFUSED.slug());
                assertThat(first.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").bodyText())
                        .contains("\"users\":\"closed\"");
                clients.forEach(RawClient::close);
                assertThat(RawClient.get(port, "/users").bodyText()).isEqualTo("hello");
            });
        }
    }

    private interface Act {
        void play(ProgramProcess program, List<RawClient> clients) throws Exception;
    }

    /** Plays an act before a process that may not open many files, with this config. */
    private void run(Transport transport, String routes, Act act) throws Exception {
        Path config = directory.resolve("gateway.yaml");
        Files.writeString(config, """
                transport: %s
                loops: 1
                listeners: [{ address: "127.0.0.1:0" }]
                limits: { connections: 10000 }
                %s
                """.formatted(transport.name().toLowerCase(Locale.ROOT), routes));
        List<RawClient> clients = new ArrayList<>();
        try (var program = ProgramProcess.runWithFiles(FILES, config)) {
            assertThat(RawClient.get(program.port(), "/").status()).isEqualTo(200);
            act.play(program, clients);
        } finally {
            clients.forEach(RawClient::close);
        }
    }
}
