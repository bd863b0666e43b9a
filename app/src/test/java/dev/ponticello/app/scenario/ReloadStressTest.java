package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Meanwhile;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hundred configs, one in ten of them broken, while requests and streams go on: none fails and none is cut. */
class ReloadStressTest {
    private static final int RELOADS = 100;
    private static final int CLIENTS = 8;
    private static final int STREAMS = 10;

    private static String config(ScriptedEndpoint one, ScriptedEndpoint other, int number) {
        String first = number % 2 == 0 ? one.url() : other.url();
        return """
                upstreams:
                  users:
                    endpoints: ["%s"%s]
                    connections: { max-requests: %d }
                    circuit-breaker: { failures: %d }
                  events: { endpoints: ["%s"], timeouts: { idle: 1m } }
                policies: [{ headers: { response: { set: { X-Config: "%d" } } } }]
                routes: [{ path: /events, to: events }]
                groups:
                  - path: /api
                    policies: [{ rate-limit: { limit: %d/h } }]
                    routes: [{ path: /**, to: %s }]
                """.formatted(first, number % 3 == 0 ? ", \"" + one.url() + "\"" : "", 1 + number % 7, 1 + number % 3,
                one.url(), number, 1_000_000 + number, number % 10 == 9 ? "nowhere" : "users");
    }

    @ParameterizedTest
    @MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
    @Timeout(60)
    void noRequestFailsAndNoStreamIsCut(Transport transport) throws Exception {
        Cue end = new Cue();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        Script script = connection -> {
            if (connection.request().target().equals("/events")) {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.sendChunk("begin");
                end.await();
                connection.sendLastChunk();
            } else {
                connection.answer(200, "answer");
            }
        };
        try (var one = ScriptedEndpoint.playing(script);
                var other = ScriptedEndpoint.playing(script);
                var gateway = TestGateway.start(transport, config(one, other, 0))) {
            List<RawClient> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                RawClient stream = RawClient.connect(gateway.port());
                stream.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(stream.readHead().status()).isEqualTo(200);
                streams.add(stream);
            }
            List<Meanwhile> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Meanwhile.play(() -> {
                    try (var client = RawClient.connect(gateway.port())) {
                        while (!over.get()) {
                            Response response = client.ask("GET /api/users HTTP/1.1\r\nHost: a\r\n\r\n");
                            assertThat(response.status()).as(response.toString()).isEqualTo(200);
                            answers.incrementAndGet();
                        }
                    }
                }));
            }
            for (int number = 1; number <= RELOADS; number++) {
                int before = answers.get();
                String yaml = config(one, other, number);
                if (number % 10 == 9) {
                    assertThat(gateway.refusal(yaml)).contains("unknown upstream 'nowhere'");
                } else {
                    gateway.reload(yaml);
                    assertThat(RawClient.get(gateway.port(), "/api/users").header("X-Config"))
                            .isEqualTo(Integer.toString(number));
                }
                Await.until("requests go on", () -> answers.get() > before);
            }
            over.set(true);
            clients.forEach(Meanwhile::join);
            end.give();
            for (RawClient stream : streams) {
                assertThat(stream.readText(15)).isEqualTo("5\r\nbegin\r\n0\r\n\r\n");
                stream.close();
            }
        }
    }
}
