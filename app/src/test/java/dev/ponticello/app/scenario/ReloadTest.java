package dev.ponticello.app.scenario;

import static dev.ponticello.testing.Play.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What changes when a gateway is given another config, and what lives on. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class ReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path directory = Path.of("");

    private static String answering(String body) {
        return "routes: [{ path: /, answer: { respond: { status: 200, body: %s } } }]".formatted(body);
    }

    private static String forwarding(String endpoint, String upstream) {
        return """
                upstreams: { users: { endpoints: ["%s"]%s } }
                routes: [{ path: /**, to: users }, { path: /health, answer: health }]
                """.formatted(endpoint, upstream);
    }

    @Test
    void theNextRequestOfAConnectionMeetsTheNewRoute() {
        try (var gateway = TestGateway.start(transport, answering("old"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).bodyText()).isEqualTo("old");
            gateway.reload(answering("new"));
            assertThat(client.ask(GET).bodyText()).isEqualTo("new");
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("new");
        }
    }

    @Test
    void aBadConfigChangesNothingAndTellsEveryProblem() {
        try (var gateway = TestGateway.start(transport, answering("old"))) {
            assertThat(gateway.refusal("""
                    errors: problem
                    routes:
                      - { path: /, to: nowhere }
                      - { path: /a, answer: health }
                      - { path: /a, answer: index }
                    """)).contains("routes[0].to: unknown upstream 'nowhere'");
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
            assertThat(RawClient.get(gateway.port(), "/a").bodyText()).isEqualTo("{\"error\":\"Not found\"}");
            gateway.reload(answering("new"));
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("new");
        }
    }

    @Test
    void anotherAddressNeedsARestart() {
        try (var gateway = TestGateway.start(transport, answering("old"))) {
            assertThat(gateway.refusal("listeners: [{ address: \"127.0.0.2:0\" }]\n" + answering("new")))
                    .isEqualTo(
                            """
                                    listeners: 127.0.0.1:0 is missing (expected: the addresses of the start); needs a restart
                                    listeners[0].address: 127.0.0.2:0 is new (expected: the addresses of the start); needs a restart
                                    """);
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
        }
    }

    @Test
    void aGatewayThatStopsTakesNoConfig() throws Exception {
        try (var gateway = TestGateway.start(transport, "drain: { delay: 1h }\n" + answering("old"))) {
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            assertThat(gateway.refusal(answering("new")))
                    .isEqualTo("the gateway is stopping and takes no other config\n");
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
            gateway.close();
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aDrainIsThatOfTheLastConfig() throws Exception {
        try (var gateway = TestGateway.start(transport, "drain: { delay: 1h }\n" + answering("old"))) {
            gateway.reload(answering("new"));
            assertThat(gateway.gateway().drain().get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void anEventStreamLivesOn() throws Exception {
        Cue second = new Cue();
        Cue third = new Cue();
        Cue end = new Cue();
        Script events = connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.sendChunk("data: 1\n\n");
            second.await();
            connection.sendChunk("data: 2\n\n");
            third.await();
            connection.sendChunk("data: 3\n\n");
            end.await();
            connection.sendLastChunk();
        };
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(events);
            client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readText(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
            gateway.reload(forwarding(endpoint.url(), ", timeouts: { idle: 1s, response: 1s }"));
            second.give();
            assertThat(client.readText(14)).isEqualTo("9\r\ndata: 2\n\n\r\n");
            gateway.reload(forwarding("http://127.0.0.1:1", ""));
            third.give();
            assertThat(client.readText(14)).isEqualTo("9\r\ndata: 3\n\n\r\n");
            gateway.reload(answering("new"));
            end.give();
            assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
            assertThat(client.ask(GET).bodyText()).isEqualTo("new");
        }
    }

    @Test
    void aRequestThatHasBegunEndsByTheConfigItBeganWith() throws Exception {
        Cue answer = new Cue();
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, """
                        upstreams: { users: { endpoints: ["%s"] } }
                        policies: [{ headers: { response: { set: { X-Config: old } } } }]
                        routes: [{ path: /, to: users }]
                        """.formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                answer.await();
                connection.answer(200, "answer");
            });
            client.send(GET);
            endpoint.takeRequest();
            gateway.reload(answering("new"));
            answer.give();
            Response response = client.readResponse();
            assertThat(response.bodyText()).isEqualTo("answer");
            assertThat(response.header("X-Config")).isEqualTo("old");
            Response next = client.ask(GET);
            assertThat(next.bodyText()).isEqualTo("new");
            assertThat(next.header("X-Config")).isNull();
        }
    }

    @Test
    void anOpenCircuitStaysOpenUntilTheBreakerIsTakenOut() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(),
                        ", circuit-breaker: { failures: 1, open-for: 1h }"))) {
            endpoint.onRequest(Script.answer(500, ""));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(500);
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(503);
            gateway.reload(forwarding(endpoint.url(), ", circuit-breaker: { failures: 3, open-for: 1s }"));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(503);
            assertThat(RawClient.get(gateway.port(), "/health").json())
                    .isEqualTo("{\"status\":\"degraded\",\"circuits\":{\"users\":\"open\"}}");
            gateway.reload(forwarding(endpoint.url(), ""));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
            gateway.reload(forwarding(endpoint.url(), ", circuit-breaker: {}"));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    private static String limited(String rest) {
        return """
                groups:
                  - path: /api
                    policies: [{ rate-limit: { limit: %s } }]
                    routes: [{ path: /, answer: health }]
                """.formatted(rest);
    }

    private static String left(TestGateway gateway) {
        Response response = RawClient.get(gateway.port(), "/api/");
        return response.status() + " " + response.header("X-RateLimit-Remaining");
    }

    @Test
    void aLimitKeepsItsCountsAndTakesItsNewNumber() {
        try (var gateway = TestGateway.start(transport, limited("2/h"))) {
            assertThat(left(gateway)).isEqualTo("200 1");
            assertThat(left(gateway)).isEqualTo("200 0");
            assertThat(left(gateway)).isEqualTo("429 0");
            gateway.reload(limited("2/h"));
            assertThat(left(gateway)).isEqualTo("429 0");
            gateway.reload(limited("5/h"));
            assertThat(left(gateway)).isEqualTo("200 2");
            gateway.reload(limited("1/h"));
            assertThat(left(gateway)).isEqualTo("429 0");
            gateway.reload(limited("5/h, ipv4-prefix: 24"));
            assertThat(left(gateway)).as("counted in another way").isEqualTo("200 4");
        }
    }

    @Test
    void aLimitWithoutANameStaysWithItsGroupWhereverThatIsWritten() {
        String other = """
                  - path: /other
                    policies: [{ rate-limit: { limit: 2/h } }]
                    routes: [{ path: /, answer: health }]
                """;
        try (var gateway = TestGateway.start(transport, limited("2/h"))) {
            assertThat(left(gateway)).isEqualTo("200 1");
            gateway.reload(limited("2/h").replace("groups:\n", "groups:\n" + other));
            assertThat(RawClient.get(gateway.port(), "/other/").header("X-RateLimit-Remaining")).isEqualTo("1");
            assertThat(left(gateway)).isEqualTo("200 0");
            gateway.reload(limited("2/h") + other);
            assertThat(RawClient.get(gateway.port(), "/other/").header("X-RateLimit-Remaining")).isEqualTo("0");
            assertThat(left(gateway)).isEqualTo("429 0");
        }
    }

    @Test
    void aNamedLimitGoesWithItsName() {
        try (var gateway = TestGateway.start(transport, limited("2/h, name: api"))) {
            assertThat(left(gateway)).isEqualTo("200 1");
            gateway.reload("""
                    policies: [{ rate-limit: { name: api, limit: 2/h } }]
                    routes: [{ path: /api/, answer: health }]
                    """);
            assertThat(left(gateway)).isEqualTo("200 0");
        }
    }

    @Test
    void tokensAreTakenByTheKeyOfTheNewConfig() {
        String config = """
                routes:
                  - path: /
                    policies: [{ bearer-token: { algorithms: [HS256], secret: "%s" } }]
                    answer: health
                """;
        String bearer = "Authorization: Bearer " + Tokens.good();
        try (var gateway = TestGateway.start(transport, config.formatted(TestGateway.SECRET))) {
            assertThat(RawClient.get(gateway.port(), "/", bearer).status()).isEqualTo(200);
            gateway.reload(config.formatted(TestGateway.SECRET));
            assertThat(RawClient.get(gateway.port(), "/", bearer).status()).isEqualTo(200);
            gateway.reload(config.formatted(TestGateway.SECRET + "x"));
            assertThat(RawClient.get(gateway.port(), "/", bearer).status()).isEqualTo(401);
        }
    }

    @Test
    void connectionsToAnEndpointAreKeptUnderOtherSettings() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            gateway.reload(forwarding(endpoint.url(), ", title: People, connections: { max: 1 }"));
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionToAnEndpointIsUsedNoLongerThanTheNewConfigSays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            gateway.reload(forwarding(endpoint.url(), ", connections: { max-requests: 2 }"));
            assertThat(client.ask(GET).status()).isEqualTo(200);
            endpoint.awaitDisconnect();
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void requestsThatWaitForAConnectionGetTheOnesThatTheNewConfigAllows() throws Exception {
        Cue answer = new Cue();
        Script late = connection -> {
            answer.await();
            connection.answer(200, "late");
        };
        // Three on two loops, each of which may always have one: at least one waits.
        try (var endpoint = ScriptedEndpoint.playing(late);
                var gateway = TestGateway.start(transport,
                        forwarding(endpoint.url(), ", connections: { max: 1 }, timeouts: { connect: 1h }"));
                var first = RawClient.connect(gateway.port());
                var second = RawClient.connect(gateway.port());
                var third = RawClient.connect(gateway.port())) {
            first.send(GET);
            second.send(GET);
            third.send(GET);
            endpoint.takeRequest();
            gateway.reload(forwarding(endpoint.url(), ", connections: { max: 3 }, timeouts: { connect: 1h }"));
            endpoint.takeRequest();
            endpoint.takeRequest();
            answer.give();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
            assertThat(third.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void anEndpointThatIsTakenOutLosesItsConnections() throws Exception {
        Cue answer = new Cue();
        try (var kept = ScriptedEndpoint.answering(200, "kept");
                var gone = ScriptedEndpoint.answering(200, "gone");
                var gateway = TestGateway.start(transport, forwarding(gone.url(), ""));
                var idle = RawClient.connect(gateway.port());
                var busy = RawClient.connect(gateway.port())) {
            gone.onRequest(connection -> {
                answer.await();
                connection.answer(200, "late");
            });
            busy.send(GET);
            gone.takeRequest();
            assertThat(idle.ask(GET).bodyText()).isEqualTo("gone");
            assertThat(gone.connections()).isEqualTo(2);

            gateway.reload(forwarding(kept.url(), ""));
            gone.awaitDisconnect();
            assertThat(idle.ask(GET).bodyText()).isEqualTo("kept");

            answer.give();
            assertThat(busy.readResponse().bodyText()).isEqualTo("late");
            gone.awaitDisconnect();
            assertThat(busy.ask(GET).bodyText()).isEqualTo("kept");
        }
    }

    @Test
    void anUpstreamThatIsTakenOutLosesItsConnections() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(), ""))) {
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
            gateway.reload(answering("alone"));
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void settingsOfAListenerHoldForConnectionsAcceptedFromThenOn() {
        String config = """
                listeners: [{ address: "127.0.0.1:0", path-parameters: %s }]
                routes: [{ path: /**, answer: health }]
                """;
        String get = "GET /a;b HTTP/1.1\r\nHost: a\r\n\r\n";
        try (var gateway = TestGateway.start(transport, config.formatted("refuse"));
                var before = RawClient.connect(gateway.port())) {
            assertThat(before.ask(get).status()).isEqualTo(400);
            gateway.reload(config.formatted("allow"));
            try (var after = RawClient.connect(gateway.port());
                    var again = RawClient.connect(gateway.port())) {
                assertThat(after.ask(get).status()).isEqualTo(200);
                assertThat(again.ask(get).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void capsOfTheProcessHoldForConnectionsAcceptedFromThenOn() {
        try (var gateway = TestGateway.start(transport, answering("old"));
                var first = RawClient.connect(gateway.port())) {
            assertThat(first.ask(GET).status()).isEqualTo(200);
            gateway.reload("limits: { connections-per-address: 1 }\n" + answering("new"));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(503);
            assertThat(first.ask(GET).bodyText()).isEqualTo("new");
            gateway.reload("limits: { connections: 1 }\n" + answering("new"));
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(503);
            gateway.reload(answering("newest"));
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("newest");
        }
    }

    @Test
    void fieldsOfTheNewConfigAreOwnedFromThenOn() {
        try (var endpoint = ScriptedEndpoint.echoing();
                var gateway = TestGateway.start(transport, forwarding(endpoint.url(), ""));
                var client = RawClient.connect(gateway.port())) {
            String request = http("""
                    GET / HTTP/1.1
                    Host: a
                    X-User: root

                    """);
            assertThat(client.ask(request).bodyText()).contains("X-User: root");
            gateway.reload(forwarding(endpoint.url(), "") + """
                    groups: [{ path: /a, policies: [{ headers: { request: { set: { X-User: me } } } }] }]
                    """);
            assertThat(client.ask(request).bodyText()).doesNotContain("X-User");
        }
    }

    @Test
    void anAccessLogThatWasMovedAwayIsOpenedAnew() throws Exception {
        Path log = directory.resolve("access.log");
        Path rotated = directory.resolve("access.log.1");
        String config = "policies: [{ access-log: { to: \"%s\" } }]\n%s";
        try (var gateway = TestGateway.start(transport, config.formatted(log, answering("old")))) {
            RawClient.get(gateway.port(), "/first");
            Await.until("the first line is written", () -> read(log).contains("/first"));
            Files.move(log, rotated);
            gateway.reload(config.formatted(log, answering("new")));
            Await.until("the file is there again", () -> Files.exists(log));
            RawClient.get(gateway.port(), "/second");
            Await.until("the second line is written", () -> read(log).contains("/second"));
            assertThat(read(rotated)).contains("/first").doesNotContain("/second");
            gateway.reload(answering("newest"));
            RawClient.get(gateway.port(), "/third");
        }
        assertThat(read(log)).doesNotContain("/first", "/third");
    }

    @Test
    void anAccessLogThatCannotBeOpenedIsAProblem() {
        Path log = directory.resolve("no folder").resolve("access.log");
        try (var gateway = TestGateway.start(transport, answering("old"))) {
            assertThat(gateway.refusal("policies: [{ access-log: { to: \"%s\" } }]\n%s".formatted(log,
                    answering("new"))))
                    .startsWith("policies[0].access-log.to: there is no folder '" + log.getParent() + "'");
            assertThat(RawClient.get(gateway.port(), "/").bodyText()).isEqualTo("old");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
