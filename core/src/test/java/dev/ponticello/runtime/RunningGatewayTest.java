package dev.ponticello.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AccessLogConfig.Destination;
import dev.ponticello.config.AccessLogConfig.Standard;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Place;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.Settings;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Tasks;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.Transport;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.Meanwhile;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of policies, and in which order configs are served. The policies under test stand where access logs are written. */
class RunningGatewayTest {
    private static final Destination BROKEN = new AccessLogConfig.File(Path.of("broken"));
    private static final Destination SHARED = new AccessLogConfig.File(Path.of("shared"));
    private static final Destination CLUMSY = new AccessLogConfig.File(Path.of("clumsy"));

    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final List<Seen> made = new ArrayList<>();
    private final Seen shared = new Seen();
    private final PolicyMaker policies = new PolicyMaker(Chance.SECURE, this::make, OwnPolicy::make);

    /** A policy that counts. */
    private static final class Seen implements Policy {
        final AtomicInteger concluded = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public void onConclude(Exchange exchange, Outcome outcome) {
            assertThat(closed).as("an exchange ends with the policy closed").hasValue(0);
            concluded.incrementAndGet();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private Policy make(AccessLogConfig config) {
        if (config.to().equals(BROKEN)) {
            throw new IllegalArgumentException("to: broken (expected: a file)");
        }
        if (config.to().equals(SHARED)) {
            return shared;
        }
        if (config.to().equals(CLUMSY)) {
            return new Policy() {
                @Override
                public void close() {
                    throw new IllegalStateException("clumsy");
                }
            };
        }
        Seen seen = new Seen();
        made.add(seen);
        return seen;
    }

    @AfterEach
    void endWorker() {
        worker.close();
    }

    private RunningGateway start(GatewayConfig config, Executor executor) throws Exception {
        return RunningGateway.start(config, new EventLoops(Transport.best(), 2, Clock.SYSTEM, Chance.SECURE), policies,
                executor, Tasks.virtualThreads());
    }

    /** One route for everything. */
    private static GatewayConfig config(ScriptedEndpoint endpoint, Destination... logs) {
        List<PolicyConfig> policies = new ArrayList<>();
        for (Destination to : logs) {
            policies.add(new AccessLogConfig(to));
        }
        return GatewayConfig.DEFAULTS
                .withListeners(List.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"))))
                .withUpstreams(new LinkedHashMap<>(
                        Map.of("u", UpstreamConfig.of(EndpointConfig.parse(endpoint.url())))))
                .withRoutes(List.of(RouteConfig.to("/**", "u"))).withPolicies(policies);
    }

    private static void reload(RunningGateway gateway, GatewayConfig config) {
        Problems problems = new Problems();
        assertThat(gateway.reload(config, problems)).as(problems.toString()).isTrue();
    }

    private static int port(RunningGateway gateway) {
        return gateway.listeners().getFirst().getPort();
    }

    @Test
    void closesPoliciesOnceWhenTheLastExchangeOfTheirConfigHasEnded() throws Exception {
        Cue cue = new Cue();
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint, Standard.STDOUT), worker);
            try (var client = RawClient.connect(port(gateway))) {
                endpoint.onRequest(connection -> {
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    cue.await();
                    connection.sendLastChunk();
                });
                client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(200);
                reload(gateway, config(endpoint, Standard.STDOUT));
                reload(gateway, config(endpoint, Standard.STDOUT));
                Await.until("the policy that nobody met is closed", () -> made.get(1).closed.get() == 1);
                assertThat(RawClient.get(port(gateway), "/").status()).isEqualTo(200);
                assertThat(made.get(0).closed).hasValue(0);
                cue.give();
                assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
                Await.until("the first policy is closed", () -> made.get(0).closed.get() == 1);
                assertThat(made.get(2).closed).hasValue(0);
            } finally {
                gateway.close();
            }
            assertThat(made).hasSize(3).allSatisfy(policy -> assertThat(policy.closed).hasValue(1));
            assertThat(made).extracting(policy -> policy.concluded.get()).containsExactly(1, 0, 1);
        }
    }

    @Test
    void aStreamDoesNotHoldTheConfigThatItBeganWith() throws Exception {
        Cue cue = new Cue();
        try (var endpoint = ScriptedEndpoint.start()) {
            List<WeakReference<RouteConfig>> configs = new ArrayList<>();
            RunningGateway gateway = start(config(endpoint, Standard.STDOUT), worker);
            for (int i = 0; i < 2; i++) {
                GatewayConfig config = config(endpoint, Standard.STDOUT);
                configs.add(new WeakReference<>(config.routes().getFirst()));
                reload(gateway, config);
            }
            try (var client = RawClient.connect(port(gateway))) {
                endpoint.onRequest(connection -> {
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    cue.await();
                    connection.sendLastChunk();
                });
                client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead().status()).isEqualTo(200);
                reload(gateway, config(endpoint, Standard.STDOUT));
                Await.until("the configs are gone", () -> {
                    System.gc();
                    return configs.stream().allMatch(config -> config.refersTo(null));
                });
                cue.give();
                assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
            } finally {
                gateway.close();
            }
        }
    }

    @Test
    void closesWhatWasMadeForAConfigThatCannotBeServed() throws Exception {
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint, Standard.STDOUT), worker);
            Problems problems = new Problems();
            assertThat(gateway.reload(config(endpoint, Standard.STDERR, BROKEN), problems)).isFalse();
            assertThat(problems).hasToString("policies[1].access-log: to: broken (expected: a file)\n");
            assertThat(made.get(1).closed).hasValue(1);
            assertThat(RawClient.get(port(gateway), "/").status()).isEqualTo(200);
            assertThat(made.get(0).closed).hasValue(0);
            gateway.close();
            assertThat(made).extracting(policy -> policy.closed.get()).containsExactly(1, 1);
        }
    }

    @Test
    void keepsOpenWhatTheNextConfigHasToo() throws Exception {
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint, SHARED, Standard.STDOUT), worker);
            reload(gateway, config(endpoint, SHARED));
            Await.until("the other policy is closed", () -> made.get(0).closed.get() == 1);
            assertThat(RawClient.get(port(gateway), "/").status()).isEqualTo(200);
            assertThat(shared.closed).hasValue(0);
            gateway.close();
            assertThat(shared.closed).hasValue(1);
        }
    }

    @Test
    void aConfigThatCannotBeServedDoesNotCloseWhatTheServedOneHas() throws Exception {
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint, SHARED), worker);
            assertThat(gateway.reload(config(endpoint, SHARED, BROKEN), new Problems())).isFalse();
            assertThat(shared.closed).hasValue(0);
            gateway.close();
            assertThat(shared.closed).hasValue(1);
        }
    }

    @Test
    void closesTheOthersWhenOneThrows() throws Exception {
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint, CLUMSY, Standard.STDOUT), worker);
            reload(gateway, config(endpoint));
            Await.until("the other policy is closed", () -> made.get(0).closed.get() == 1);
            gateway.close();
        }
    }

    @Test
    void servesConfigsOneAfterTheOtherAndTheLastOneStays() throws Exception {
        BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint), work::add);
            List<Meanwhile> reloads = new ArrayList<>();
            for (String path : List.of("/first", "/second", "/third")) {
                GatewayConfig config = config(endpoint)
                        .withRoutes(List.of(RouteConfig.to(path, path.equals("/second") ? "nowhere" : "u")));
                reloads.add(Meanwhile.play(() -> {
                    done.add(path + " " + gateway.reload(config, new Problems()));
                }));
                int waiting = reloads.size();
                Await.until("it waits", () -> work.size() == waiting);
            }
            work.take().run();
            assertThat(RawClient.get(port(gateway), "/first").status()).isEqualTo(200);
            work.take().run();
            assertThat(RawClient.get(port(gateway), "/first").status()).isEqualTo(200);
            work.take().run();
            assertThat(RawClient.get(port(gateway), "/third").status()).isEqualTo(200);
            assertThat(RawClient.get(port(gateway), "/first").status()).isEqualTo(404);
            reloads.forEach(Meanwhile::join);
            assertThat(done).containsExactlyInAnyOrder("/first true", "/second false", "/third true");
            Meanwhile ending = Meanwhile.play(gateway::close);
            Await.until("the end, of which the worker does its part", () -> {
                Runnable next = work.poll();
                if (next != null) {
                    next.run();
                }
                return ending.isDone();
            });
            ending.join();
        }
    }

    @Test
    void refusesAConfigWhenItStops() throws Exception {
        try (var endpoint = ScriptedEndpoint.start()) {
            RunningGateway gateway = start(config(endpoint), worker);
            gateway.close();
            Problems problems = new Problems();
            assertThat(gateway.reload(config(endpoint), problems)).isFalse();
            assertThat(problems).hasToString("the gateway is stopping and takes no other config\n");
            Problems placed = new Problems();
            placed.locateIn(new Settings.Mapping(new Place("gw.yaml", 1, 1), List.of()));
            assertThat(gateway.reload(config(endpoint), placed)).isFalse();
            assertThat(placed).hasToString("the gateway is stopping and takes no other config\n");
        }
    }

    @Test
    void namesBothListenersThatOneAddressIsNotEnoughFor() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (var endpoint = ScriptedEndpoint.start()) {
            // Whether names are one address is found by a check for localhost, and by binding for all others.
            GatewayConfig config = config(endpoint)
                    .withListeners(List.of(ListenerConfig.on(new ListenerAddress("127.0.0.1", port)),
                            ListenerConfig.on(new ListenerAddress("localhost", port))));
            assertThatThrownBy(() -> start(config, worker)).isInstanceOf(IOException.class)
                    .hasMessageStartingWith("listener localhost:" + port + ": ")
                    .hasMessageEndingWith("; listener 127.0.0.1:" + port + " has this address");
        }
    }
}
