package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole program, its file, and real signals. */
class HangUpTest {
    @TempDir
    Path directory = Path.of("");

    private Path config() {
        return directory.resolve("gateway.yaml");
    }

    private void write(Transport transport, String rest) throws IOException {
        Files.writeString(config(), """
                transport: %s
                listeners: [{ address: "127.0.0.1:0" }]
                %s
                """.formatted(transport.name().toLowerCase(Locale.ROOT), rest));
    }

    private static String answering(String body) {
        return "routes: [{ path: /, answer: { respond: { status: 200, body: %s } } }]".formatted(body);
    }

    @ParameterizedTest
    @MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
    void everySighupReadsTheFileAgainAndSigtermLetsWhatRunsEnd(Transport transport) throws Exception {
        Cue end = new Cue();
        try (var endpoint = ScriptedEndpoint.start()) {
            write(transport, """
                    upstreams: { events: { endpoints: ["%s"] } }
                    routes: [{ path: /events, to: events }, { path: /, answer: health }]
                    """.formatted(endpoint.url()));
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                end.await();
                connection.sendLastChunk();
            });
            try (var program = ProgramProcess.run(config()); var client = RawClient.connect(program.port())) {
                client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(200);

                write(transport, answering("one"));
                program.signal("HUP");
                Await.until("the file is read again",
                        () -> program.count("reloaded " + config() + ": 1 route, 0 upstreams, 0 policies") == 1);
                assertThat(RawClient.get(program.port(), "/").bodyText()).isEqualTo("one");

                write(transport, answering("two") + "\nrouts: []");
                program.signal("HUP");
                Await.until("the problem is told",
                        () -> program.count(config() + ":4:1: routs: unknown key") == 1);
                Await.until("the file is not taken", () -> program.count("not reloaded " + config()) == 1);
                assertThat(RawClient.get(program.port(), "/").bodyText()).isEqualTo("one");

                write(transport, answering("three"));
                Files.writeString(config(), Files.readString(config()).replace("127.0.0.1:0", "127.0.0.2:0"));
                program.signal("HUP");
                Await.until("a restart is asked for",
                        () -> program.count(config() + ":2:24: address: 127.0.0.2:0 is new") == 1);
                Await.until("the file is not taken", () -> program.count("not reloaded " + config()) == 2);

                Files.delete(config());
                program.signal("HUP");
                Await.until("the file is missed", () -> program.count(config() + ": no such file") == 1);
                assertThat(RawClient.get(program.port(), "/").bodyText()).isEqualTo("one");

                write(transport, answering("four"));
                program.signal("HUP");
                Await.until("the file is read again",
                        () -> program.count("reloaded " + config() + ": 1 route") == 2);
                assertThat(RawClient.get(program.port(), "/").bodyText()).isEqualTo("four");

                program.signal("TERM");
                program.signal("HUP");
                Await.until("it is stopping",
                        () -> program.count("the gateway is stopping and takes no other config") == 1);
                Await.until("the file is not taken", () -> program.count("not reloaded " + config()) == 4);
                assertThat(program.count(config() + ":1:1: the gateway")).isZero();
                end.give();
                assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
                assertThat(program.awaitExit()).isZero();
            }
        }
    }
}
