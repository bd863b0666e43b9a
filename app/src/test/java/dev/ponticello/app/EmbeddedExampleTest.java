package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The program in {@code examples/} does what it says, compiled and run as its comment says. */
class EmbeddedExampleTest {
    @Test
    void runsAsItSays() throws Exception {
        try (var endpoint = ScriptedEndpoint.answering(200, "user 7")) {
            Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                    System.getProperty("java.class.path"), Path.of("..", "examples", "Embedded.java").toString(),
                    "127.0.0.1:0", endpoint.url()).redirectErrorStream(true).start();
            try (BufferedReader output = program.inputReader()) {
                int port = port(output);
                try (var client = RawClient.connect(port)) {
                    var user = client.ask("GET /api/v1/users/7 HTTP/1.1\r\nHost: a\r\nX-Key: k-ann\r\n\r\n");
                    assertThat(user.bodyText()).isEqualTo("user 7");
                    assertThat(user.header("X-RateLimit-Limit")).isEqualTo("100");
                    assertThat(endpoint.takeRequest().header("X-User")).isEqualTo("ann");

                    assertThat(client.ask(note("k-ann")).bodyText()).contains("\"by\":\"ann\"",
                            "\"text\":\"buy milk\"");
                    assertThat(client.ask(note("k-bob")).status()).isEqualTo(403);
                    assertThat(client.ask(note("k-eve")).status()).isEqualTo(403);
                    assertThat(client.ask("GET /api/v1/other HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(403);
                    assertThat(client.ask("GET /health HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
                    assertThat(endpoint.requests()).isEqualTo(1);
                }
            } finally {
                program.destroy();
                assertThat(program.waitFor(30, TimeUnit.SECONDS)).as("it drains and ends").isTrue();
            }
        }
    }

    private static String note(String key) {
        return "POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nX-Key: " + key + "\r\nContent-Length: 8\r\n\r\nbuy milk";
    }

    private static int port(BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("listening on port ")) {
                return Integer.parseInt(line.substring("listening on port ".length()));
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the program has ended:\n" + said);
    }
}
