package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.RawClient;
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
        Path config = directory.resolve("gateway.yaml");
        Files.writeString(config, """
                transport: %s
                loops: 1
                listeners: [{ address: "127.0.0.1:0" }]
                limits: { connections: 10000 }
                routes: [{ path: /, answer: health }]
                """.formatted(transport.name().toLowerCase(Locale.ROOT)));
        List<RawClient> clients = new ArrayList<>();
        try (var program = ProgramProcess.runWithFiles(FILES, config)) {
            int port = program.port();
            assertThat(RawClient.get(port, "/").status()).isEqualTo(200);
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
        } finally {
            clients.forEach(RawClient::close);
        }
    }
}
