package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.UpstreamConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line: what it prints, where, and its exit codes. */
class ProgramTest {

    private static final String GOOD = """
            listeners: [{ address: "127.0.0.1:${PORT:-8000}" }]
            upstreams: { users: { endpoints: [http://10.0.0.1] } }
            policies: [access-log]
            groups:
              - path: /api
                policies: [request-id]
                routes: [{ path: /users, to: users }]
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> variables = new HashMap<>();
    private final Starter starter = new Starter();
    private String standardInput = "";
    private boolean interactive;
    private Runnable whileServing = () -> {};
    private Runnable second = () -> {};
    private Runnable reload = () -> {};

    @TempDir
    private Path directory = Path.of("");

    /** A gateway that only remembers. */
    private static final class Starter implements GatewayStarter {

        private @Nullable GatewayConfig started;
        private @Nullable GatewayConfig reloaded;
        private @Nullable String conflict;
        private @Nullable String conflictLater;
        private boolean inUse;
        private boolean cuts;
        private boolean breaks;
        private boolean drained;
        private boolean ended;

        @Override
        public void compile(GatewayConfig config, Problems problems) {
            if (conflict != null) {
                problems.error("groups[0].routes[0].path", conflict, null);
            }
        }

        @Override
        public StartedGateway start(GatewayConfig config) throws StartFailure {
            started = config;
            if (inUse) {
                throw new StartFailure("127.0.0.1:8000: address already in use", new BindException());
            }
            return new StartedGateway() {
                @Override
                public String transport() {
                    return "epoll";
                }

                @Override
                public List<String> listeners() {
                    return config.listeners().stream().map(ListenerConfig::address).map(Object::toString).toList();
                }

                @Override
                public boolean drain() {
                    drained = true;
                    return !cuts;
                }

                @Override
                public void end() {
                    ended = true;
                }

                @Override
                public void reload(GatewayConfig config, Problems problems) {
                    if (breaks) {
                        throw new IllegalStateException("a bug");
                    }
                    conflict = conflictLater;
                    compile(config, problems);
                    reloaded = problems.hasErrors() ? reloaded : config;
                }
            };
        }
    }

    @Test
    void checkOfAGoodConfigSaysWhatIsInIt() throws IOException {
        assertThat(run("check", file(GOOD))).isZero();
        assertThat(out()).isEqualTo(file() + ": good, 1 route, 1 upstream, 2 policies\n");
        assertThat(err()).isEmpty();
        assertThat(starter.started).isNull();
    }

    @Test
    void checkTellsEveryProblemOnStandardError() throws IOException {
        assertThat(run("check", file("""
                listeners: [{ address: "127.0.0.1:8000", timeout: 1s }]
                routes: [{ path: /a, to: users }]
                """))).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo(
                """
                        F:1:42: timeout: unknown key (expected: address, trusted-proxies, tls, redirect-to-https, \
                        http2, half-close, underscores, path-parameters, encoded-slash, timeouts or limits); did you mean 'timeouts'?
                        F:2:26: to: unknown upstream 'users' (expected: none)
                        """
                        .replace("F:", file() + ":"));
    }

    @Test
    void showsTheLineToAPersonWatching() throws IOException {
        interactive = true;
        assertThat(run("check", file("listeners: []\nlisten: 8000\n"))).isEqualTo(2);
        assertThat(err()).isEqualTo("""
                F:1:1: listeners: missing (expected: at least one, like - address: 127.0.0.1:8000)
                  1 | listeners: []
                    | ^
                F:2:1: listen: unknown key (expected: transport, loops, errors, drain, limits, listeners, upstreams, \
                policies, routes or groups); did you mean 'listeners'?
                  2 | listen: 8000
                    | ^
                """.replace("F:", file() + ":"));
    }

    @Test
    void checkTellsWhatOnlyCompilingFinds() throws IOException {
        starter.conflict = "conflict";
        assertThat(run("check", file(GOOD))).isEqualTo(2);
        assertThat(err()).isEqualTo(file() + ":7:22: path: conflict\n");
    }

    @Test
    void checkDoesNotFailForWarnings() throws IOException {
        variables.put("SECRET", Configs.SECRET);
        assertThat(run("check", file(GOOD + """
                routes:
                  - { path: /api/token, answer: { token-issuer: { secret: "${SECRET}" } } }
                """))).isZero();
        assertThat(err()).isEqualTo("""
                F:9:13: note: path: '/api/token' is below the group '/api' but not written in it, so the group's \
                policies do not guard it
                F:9:35: warning: token-issuer: gives any role to whoever asks; for demos only
                """.replace("F:", file() + ":"));
    }

    @Test
    void readsStandardInput() {
        standardInput = GOOD;
        assertThat(run("check", "-")).isZero();
        assertThat(out()).isEqualTo("<stdin>: good, 1 route, 1 upstream, 2 policies\n");
        standardInput = "a: 1\n";
        assertThat(run("check", "-")).isEqualTo(2);
        assertThat(err()).startsWith("<stdin>:1:1: a: unknown key");
    }

    @Test
    void readsFilesBesideTheConfig() throws IOException {
        Files.writeString(directory.resolve("secret.txt"), Configs.SECRET + "\n");
        assertThat(run("check", file(GOOD + """
                routes:
                  - { path: /token, answer: { token-issuer: { secret: "${file:secret.txt}" } } }
                """))).isZero();
    }

    @Test
    void tellsAFileThatIsNotThere() {
        String missing = directory.resolve("missing.yaml").toString();
        assertThat(run("check", missing)).isEqualTo(2);
        assertThat(run("run", missing)).isEqualTo(2);
        assertThat(err()).isEqualTo(("ponticello: " + missing + ": no such file\n").repeat(2));
    }

    @Test
    void runServesUntilItIsAskedToEnd() throws IOException {
        variables.put("PORT", "8080");
        assertThat(run("run", file(GOOD))).isZero();
        assertThat(err()).isEqualTo("""
                Ponticello development, transport epoll
                listening on 127.0.0.1:8080
                loaded %s: 1 route, 1 upstream, 2 policies
                """.formatted(file()));
        assertThat(out()).isEmpty();
        assertThat(starter.drained).isTrue();
    }

    @Test
    void runSaysThatSomethingWasCut() throws IOException {
        starter.cuts = true;
        assertThat(run("run", file(GOOD))).isEqualTo(3);
    }

    @Test
    void runEndsAtOnceWhenAskedTwice() throws IOException {
        whileServing = () -> second.run();
        assertThat(run("run", file(GOOD))).isZero();
        assertThat(starter.ended).isTrue();
    }

    @Test
    void runBindsNothingWithABadConfig() throws IOException {
        assertThat(run("run", file("a: 1\n"))).isEqualTo(2);
        assertThat(starter.started).isNull();
    }

    @Test
    void runSaysThatAnAddressIsInUse() throws IOException {
        starter.inUse = true;
        assertThat(run("run", file(GOOD))).isEqualTo(1);
        assertThat(err()).isEqualTo("ponticello: 127.0.0.1:8000: address already in use\n");
    }

    /** What is told when this is the file and the program is asked to read it again. */
    private String toldWhenReloading(String yaml) throws IOException {
        file(GOOD);
        whileServing = () -> {
            err.reset();
            try {
                file(yaml);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reload.run();
        };
        assertThat(run("run", file())).isZero();
        return err().replace(file(), "F");
    }

    @Test
    void runReadsItsFileAgain() throws IOException {
        assertThat(toldWhenReloading(GOOD.replace("/users", "/people"))).isEqualTo("""
                reloaded F: 1 route, 1 upstream, 2 policies
                """);
        assertThat(starter.reloaded).isNotNull();
        assertThat(starter.reloaded.groups().getFirst().routes().getFirst().path()).isEqualTo("/people");
    }

    @Test
    void runReadsVariablesAndFilesAgain() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret.txt"), Configs.SECRET);
        whileServing = () -> {
            variables.put("PORT", "8080");
            try {
                Files.writeString(secret, Configs.SECRET + "x");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reload.run();
        };
        assertThat(run("run", file(GOOD + """
                routes:
                  - { path: /token, answer: { token-issuer: { secret: "${file:secret.txt}" } } }
                """))).isZero();
        assertThat(starter.reloaded).isNotNull();
        assertThat(starter.reloaded.listeners().getFirst().address().port()).isEqualTo(8080);
        assertThat(starter.started).isNotNull();
        assertThat(starter.reloaded.routes()).isNotEqualTo(starter.started.routes());
    }

    @Test
    void runGoesOnWithTheConfigBeforeAndTellsEveryProblemOfTheNewOne() throws IOException {
        assertThat(toldWhenReloading(GOOD + "routes: [{ path: /a, to: nowhere }, { path: /b, to: us }]\n"))
                .isEqualTo("""
                        F:8:26: to: unknown upstream 'nowhere' (expected: users)
                        F:8:53: to: unknown upstream 'us' (expected: users)
                        not reloaded F: the config before goes on
                        """);
        assertThat(starter.reloaded).isNull();
        starter.conflictLater = "conflict";
        assertThat(toldWhenReloading(GOOD)).isEqualTo("""
                F:7:22: path: conflict
                not reloaded F: the config before goes on
                """);
        assertThat(starter.reloaded).isNull();
    }

    @Test
    void runGoesOnWithTheConfigBeforeWhenItsFileIsHalfWrittenOrGone() throws IOException {
        assertThat(toldWhenReloading(GOOD.substring(0, GOOD.indexOf("access-log") + 5)))
                .endsWith("not reloaded F: the config before goes on\n");
        assertThat(toldWhenReloading("")).endsWith("not reloaded F: the config before goes on\n");
        whileServing = () -> {
            err.reset();
            try {
                Files.delete(Path.of(file()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reload.run();
        };
        assertThat(run("run", file(GOOD))).isZero();
        assertThat(err()).isEqualTo("""
                ponticello: %1$s: no such file
                not reloaded %1$s: the config before goes on
                """.formatted(file()));
        assertThat(starter.reloaded).isNull();
    }

    @Test
    void runOutlivesAReloadThatBreaks() throws IOException {
        starter.breaks = true;
        assertThat(toldWhenReloading(GOOD)).isEqualTo("""
                ponticello: reload: java.lang.IllegalStateException: a bug
                not reloaded F: the config before goes on
                """);
    }

    @Test
    void standardInputAndTheDemoHaveNothingToReadAgain() {
        standardInput = GOOD;
        whileServing = () -> {
            err.reset();
            reload.run();
        };
        assertThat(run("run", "-")).isZero();
        assertThat(err()).isEqualTo("standard input: nothing to read again\n");
        assertThat(run("demo")).isZero();
        assertThat(err()).isEqualTo("demo.yaml: part of the program, nothing to read again\n");
        assertThat(starter.reloaded).isNull();
    }

    @Test
    void demoServesTheExampleWithItsServicesAndAFreshSecret() {
        whileServing = () -> {
            GatewayConfig config = starter.started;
            assertThat(config).isNotNull();
            List.of("users", "orders", "products").forEach(name -> {
                UpstreamConfig upstream = Objects.requireNonNull(config.upstreams().get(name));
                URI uri = URI.create("http://" + upstream.endpoints().getFirst().authority() + "/api/v1/" + name);
                assertThat(get(uri)).startsWith("{\"" + name + "\":[");
            });
        };
        assertThat(run("demo")).isZero();
        GatewayConfig first = starter.started;
        assertThat(err()).startsWith("""
                Ponticello development, transport epoll
                listening on 127.0.0.1:8000
                loaded demo.yaml: 9 routes, 4 upstreams, 8 policies

                """).contains(
                "TOKEN=$(curl -s http://127.0.0.1:8000/api/token -d '{\"user_id\":\"1\",\"role\":\"admin\"}'",
                "curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8000/api/v1/users");
        assertThat(run("demo")).isZero();
        assertThat(starter.started).isNotNull();
        assertThat(starter.started.routes()).isNotEqualTo(first == null ? null : first.routes());
    }

    @Test
    void demoTakesAGivenSecretAndPort() {
        variables.put("PONTICELLO_DEMO_SECRET", Configs.SECRET);
        variables.put("DEMO_PORT", "0");
        assertThat(run("demo")).isZero();
        GatewayConfig first = starter.started;
        assertThat(run("demo")).isZero();
        assertThat(starter.started).isNotNull();
        assertThat(starter.started.routes()).isEqualTo(first == null ? null : first.routes());
        assertThat(err()).contains("listening on 127.0.0.1:0\n");
    }

    @Test
    void demoRefusesAShortSecret() {
        variables.put("PONTICELLO_DEMO_SECRET", "short");
        assertThat(run("demo")).isEqualTo(2);
        assertThat(err()).contains("secret: 5 bytes (expected: at least 32 bytes for HS256)");
        assertThat(starter.started).isNull();
    }

    @Test
    void helpAndVersionAreNoFailures() {
        assertThat(run("--help")).isZero();
        assertThat(out()).startsWith("Usage: ponticello [-hV] [COMMAND]").contains("demo ", "run ", "check ");
        assertThat(run("--version")).isZero();
        assertThat(out()).endsWith("ponticello development\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run("help")).isZero();
        String help = out();
        out.reset();
        assertThat(run("--help")).isZero();
        assertThat(help).isEqualTo(out());
        out.reset();
        assertThat(run("help", "run")).isZero();
        assertThat(out()).startsWith("Usage: ponticello run [-hV] [FILE]");
        assertThat(err()).isEmpty();
    }

    @Test
    void anUnknownCommandIsToldWithTheNearestOne() {
        for (String[] typed : new String[][]{{"chekc", "check"}, {"runn", "run"}, {"hlep", "help"}, {"dmeo", "demo"},
            {"Run", "run"}}) {
            err.reset();
            assertThat(run(typed[0], "gw.yaml")).isEqualTo(2);
            assertThat(err()).isEqualTo("ponticello: unknown command '" + typed[0]
                    + "' (expected: demo, run, check or help); did you mean '" + typed[1] + "'?\n");
        }
        err.reset();
        assertThat(run("zzzz")).isEqualTo(2);
        assertThat(err()).isEqualTo(
                "ponticello: unknown command 'zzzz' (expected: demo, run, check or help)\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void wrongUsageIsExitCode2() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("serve")).isEqualTo(2);
        assertThat(run("check")).isEqualTo(2);
        assertThat(run("check", "a", "b")).isEqualTo(2);
        assertThat(run("run", "--port", "1")).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("Missing command: demo, run, check or help\n");
    }

    private int run(String... arguments) {
        Terminal terminal = new Terminal(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive);
        GatewayConfig startedBefore = starter.started;
        return Program.run(arguments, terminal, variables::get, starter, new Termination() {
            @Override
            public void listen() {
                assertThat(starter.started).isEqualTo(startedBefore);
            }

            @Override
            public void await() {
                whileServing.run();
            }

            @Override
            public void onSecond(Runnable action) {
                second = action;
            }

            @Override
            public void onReload(Runnable action) {
                reload = action;
            }
        });
    }

    private String file(String yaml) throws IOException {
        Files.writeString(Path.of(file()), yaml);
        return file();
    }

    private String file() {
        return directory.resolve("gw.yaml").toString();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static String get(URI uri) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(uri.toString(), e);
        }
    }
}
