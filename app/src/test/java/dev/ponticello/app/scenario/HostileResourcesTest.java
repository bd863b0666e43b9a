package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.BigBody;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Meanwhile;
import dev.ponticello.testing.PeerEnded;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.RawConnection;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that are slow, big, or gone: the hostile rows 36 and 57. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostileResourcesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final BigBody BIG = new BigBody(64 * 1024 * 1024, 57);
    /** What may be under way between two peers of which one does not read: the kernel's buffers and the gateway's. */
    private static final long UNDER_WAY = 16 * 1024 * 1024;
    /** Row 57 says 100 ms; a busy machine is given more, far less than any timeout of the gateway. */
    private static final Duration SOON = Duration.ofSeconds(1);

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void row36_ends408WhenAHeadTakesTooLong() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-head: 300ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            // Each byte would keep a timer alive that runs between bytes.
            var dribbling = Meanwhile.play(() -> {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
                try {
                    for (int i = 0; i < 500; i++) {
                        client.send("a");
                        Thread.sleep(2);
                    }
                } catch (PeerEnded e) {
                    // as it should
                }
            });
            assertThat(client.readResponse().status()).isEqualTo(408);
            client.expectEnd();
            dribbling.join();
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row36_ends408WhenABodyStops() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { request-body: 200ms }", ""));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
            endpoint.takeRequest();
            assertThat(client.readResponse("POST").status()).isEqualTo(408);
            client.expectEnd();
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void row36_ends504WhenTheEndpointDoesNotAnswer() {
        try (var endpoint = ScriptedEndpoint.playing(RawConnection::awaitDisconnect);
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { response: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask(GET).status()).isEqualTo(504);
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void row36_cutsAnAnswerThatStops() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { idle: 200ms }"));
                var client = RawClient.connect(gateway.port())) {
            endpoint.onRequest(connection -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
                connection.awaitDisconnect();
            });
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEqualTo("hel");
            endpoint.awaitDisconnect();
        }
    }

    @Test
    void row36_cutsAClientThatTakesNothing() {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(BIG.size()));
            BIG.sendTo(connection);
        });
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { response-write: 300ms }", ""));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            endpoint.awaitDisconnect();
            assertThat(client.readToEnd().length()).isLessThan((int) UNDER_WAY);
        }
    }

    @Test
    void row36_ends504WhenTheEndpointTakesNothing() {
        var over = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            over.await();
            connection.awaitDisconnect();
        });
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { idle: 300ms }"));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(BIG.size()));
            var sending = Meanwhile.play(() -> {
                try {
                    BIG.sendTo(client);
                } catch (PeerEnded e) {
                    // as it should
                }
            });
            assertThat(client.readResponse("POST").status()).isEqualTo(504);
            over.give();
            endpoint.awaitDisconnect();
            sending.join();
        }
    }

    @Test
    void row36_servesAClientThatTakesLittleAtATime() throws Exception {
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(BIG.size()));
            try {
                BIG.sendTo(connection);
            } catch (PeerEnded e) {
                // the client leaves before the end
            }
        });
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, ", timeouts: { response-write: %s }".formatted(shortBound()), ""));
                var client = RawClient.connectWithSmallBuffers(gateway.port());
                var pace = new Pace()) {
            client.send(GET);
            assertThat(client.readHead().status()).isEqualTo(200);
            for (int i = 0; i < 20; i++) {
                pace.await();
                assertThat(client.read(32 * 1024)).hasSize(32 * 1024);
            }
        }
    }

    @Test
    void row36_servesAnEndpointThatTakesLittleAtATime() {
        try (var pace = new Pace(); var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            for (int i = 0; i < 20; i++) {
                pace.await();
                connection.read(32 * 1024);
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
                var gateway = TestGateway.start(transport,
                        Forward.allTo(endpoint, "", ", timeouts: { idle: %s }".formatted(shortBound())));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(BIG.size()));
            var sending = Meanwhile.play(() -> {
                try {
                    BIG.sendTo(client);
                } catch (PeerEnded e) {
                    // it is answered before the end
                }
            });
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            client.close();
            sending.join();
        }
    }

    /** NIO hears of what a slow peer takes only when megabytes are taken. */
    private String shortBound() {
        return transport == Transport.NIO ? "10s" : "500ms";
    }

    /** Lets somebody go on ten times a second. */
    private static final class Pace implements AutoCloseable {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final BlockingQueue<Boolean> turns = new LinkedBlockingQueue<>();

        Pace() {
            timer.scheduleAtFixedRate(() -> turns.add(true), 100, 100, TimeUnit.MILLISECONDS);
        }

        void await() throws InterruptedException {
            turns.take();
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }

    @Test
    void row57_holdsBackADownloadForASlowClient() {
        var received = BIG.verifier();
        var sender = new AtomicReference<@Nullable RawConnection>();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            sender.set(connection);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(BIG.size()));
            BIG.sendTo(connection);
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send(GET);
            Await.until("the endpoint answers", () -> sender.get() != null);
            RawConnection sending = Objects.requireNonNull(sender.get());
            assertThat(Await.settled("sent", sending::sent, RawConnection.QUIET)).isLessThan(UNDER_WAY);
            client.readResponse("GET", received);
            received.assertWhole();
        }
    }

    @Test
    void row57_holdsBackAnUploadToASlowEndpoint() {
        var received = BIG.verifier();
        var go = new Cue();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            go.await();
            connection.readBody(received);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connectWithSmallBuffers(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            var sending = Meanwhile.play(() -> BIG.sendChunkedTo(client, 100_003));
            assertThat(Await.settled("sent", client::sent, RawConnection.QUIET)).isLessThan(UNDER_WAY);
            go.give();
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            sending.join();
            received.assertWhole();
        }
    }

    @Test
    void row57_servesEverybodyWholeWhenTheBuffersAreSpent() {
        byte[] body = new byte[4 << 20];
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.send(body);
        });
                var gateway = TestGateway.start(transport, "limits: { buffers: 1MiB }\n" + Forward.allTo(endpoint))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                RawClient client = RawClient.connectWithSmallBuffers(gateway.port());
                clients.add(client);
                client.send(GET);
                client.readHead();
            }
            // Nobody has read a byte of a body yet: what waits for all of them would spend the budget several times.
            for (RawClient client : clients) {
                assertThat(client.read(body.length)).isEqualTo(body);
            }
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void row57_carriesBothWaysAtOnce() {
        var up = new BigBody(8 * 1024 * 1024 + 7, 1);
        var down = new BigBody(8 * 1024 * 1024 + 11, 2);
        var received = up.verifier();
        var answer = down.verifier();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            // Its last chunk comes when the request is whole: an answer that ends earlier ends the exchange.
            var answering = Meanwhile.play(() -> {
                connection.send("%x\r\n".formatted(down.size()));
                down.sendTo(connection);
                connection.send("\r\n");
            });
            connection.readBody(received);
            answering.join();
            connection.sendLastChunk();
        });
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(up.size()));
            var sending = Meanwhile.play(() -> up.sendTo(client));
            client.readResponse("POST", answer);
            sending.join();
        }
        received.assertWhole();
        answer.assertWhole();
    }

    /** The client does something, then leaves; the endpoint must see it soon. */
    private void abandons(Script script, String sent, Consumer<RawClient> then, Consumer<RawClient> leave) {
        try (var endpoint = ScriptedEndpoint.start().onRequest(script);
                var gateway = TestGateway.start(transport, Forward.allTo(endpoint))) {
            try (var client = RawClient.connect(gateway.port())) {
                client.send(sent);
                endpoint.takeRequest();
                then.accept(client);
                long left = System.nanoTime();
                leave.accept(client);
                assertThat(endpoint.awaitDisconnect().after(left)).isBetween(Duration.ZERO, SOON);
            }
            assertThat(RawClient.get(gateway.port(), "/").status()).isEqualTo(200);
        }
    }

    private void abandonsInEveryWay(Script script, String sent, Consumer<RawClient> then) {
        abandons(script, sent, then, RawClient::reset);
        abandons(script, sent, then, RawClient::close);
        abandons(script, sent, then, RawClient::finish);
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesBeforeTheAnswer() {
        abandonsInEveryWay(RawConnection::awaitDisconnect, GET, client -> {});
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesInItsBody() {
        String begun = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhello";
        abandonsInEveryWay(RawConnection::awaitDisconnect, begun, client -> {});
        String chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        abandonsInEveryWay(RawConnection::awaitDisconnect, chunked, client -> {});
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesAfterItsBody() {
        abandonsInEveryWay(connection -> {
            connection.readBody();
            connection.awaitDisconnect();
        }, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", client -> {});
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesBeforeContinue() {
        abandonsInEveryWay(RawConnection::awaitDisconnect,
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", client -> {});
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesInTheAnswer() {
        abandonsInEveryWay(connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
            connection.awaitDisconnect();
        }, GET, client -> {
            client.readHead();
            client.readText(5);
        });
    }

    @Test
    void row57_tellsTheEndpointOfAClientThatLeavesWhileItIsHeldBack() {
        Script big = connection -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(Long.MAX_VALUE));
            new BigBody(Long.MAX_VALUE, 1).sendTo(connection);
        };
        abandons(big, GET, client -> {
            client.readHead();
            Await.settled("received", client::received, RawConnection.QUIET);
        }, RawClient::reset);
    }

    @Test
    void row57_cutsTheClientsAnswerWhereTheEndpointLeaves() {
        for (String head : new String[]{"Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n"}) {
            for (Consumer<RawConnection> leave : List.<Consumer<RawConnection>>of(RawConnection::close,
                    RawConnection::reset)) {
                var seen = new Cue();
                try (var endpoint = ScriptedEndpoint.start().onRequest(connection -> {
                    connection.send("HTTP/1.1 200 OK\r\n" + head + "hello");
                    seen.await();
                    leave.accept(connection);
                });
                        var gateway = TestGateway.start(transport, Forward.allTo(endpoint));
                        var client = RawClient.connect(gateway.port())) {
                    client.send(GET);
                    assertThat(client.readHead().status()).isEqualTo(200);
                    seen.give();
                    assertThat(client.readToEnd()).contains("hello").doesNotContain("0\r\n\r\n");
                }
            }
        }
    }
}
