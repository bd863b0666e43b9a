package dev.ponticello.runtime;

import dev.ponticello.Gateway;
import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.TokenIssuer;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A whole exchange on connections that stay, without a kernel: the request arrives, goes to the endpoint, its answer comes back and goes to the client. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
    "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx256m"})
public class ExchangeBenchmark {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nServer: endpoint\r\nDate: Mon, 23 Nov 2026 00:00:00 GMT\r\n"
            + "Content-Type: application/json\r\nContent-Length: 120\r\n\r\n" + "x".repeat(120))
            .getBytes(StandardCharsets.US_ASCII);

    @Param({"plain", "policies"})
    private String config;

    private final MemorySockets sockets = new MemorySockets();
    private ManualLoop loop;
    private byte[] request;
    private MemoryChannel client;

    @Setup
    public void setUp() throws IOException {
        loop = new ManualLoop();
        String token = new TokenIssuer(new HmacSecret(SECRET.getBytes(StandardCharsets.US_ASCII)), JwsAlgorithm.HS256,
                Duration.ofDays(1)).issue("user-1", "admin", System.currentTimeMillis());
        request = ("GET /api/users HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer " + token
                + "\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        RunningGateway.start(config(), new Loops(loop, sockets), PolicyMaker.forServing(Chance.SECURE), Runnable::run,
                Runnable::run);
        client = sockets.accept();
        loop.runAll();
        exchange();
    }

    private GatewayConfig config() {
        UpstreamConfig upstream = UpstreamConfig.of(EndpointConfig.parse("http://127.0.0.1:1"));
        if (config.equals("plain")) {
            return Gateway.builder().listen("127.0.0.1:0").upstream("users", upstream)
                    .group("/api", api -> api.route("/**").to("users")).build();
        }
        return Gateway.builder().listen("127.0.0.1:0")
                .upstream("users", upstream.withCircuitBreaker(CircuitBreakerConfig.DEFAULTS))
                .group("/api", api -> api
                        .policy(RateLimitConfig.of(Rate.parse("1000000000/min")))
                        .policy(BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), Secret.of(SECRET)))
                        .route("/**").to("users"))
                .build();
    }

    /** Waits by driving the loop. */
    private static final class Loops extends EventLoops {
        private final ManualLoop loop;

        Loops(ManualLoop loop, MemorySockets sockets) {
            super(loop, sockets, Clock.SYSTEM, Chance.SECURE);
            this.loop = loop;
        }

        @Override
        public <T> T await(CompletableFuture<T> work) {
            while (!work.isDone()) {
                loop.runNow();
            }
            return work.join();
        }
    }

    @Benchmark
    public int exchange() {
        client.deliver(request);
        loop.runAll();
        MemoryChannel endpoint = sockets.endpoint();
        if (endpoint.takeWritten() == 0) {
            throw new IllegalStateException("nothing was forwarded; the client got " + client.takeWritten() + " bytes");
        }
        endpoint.deliver(ANSWER);
        loop.runAll();
        int answered = client.takeWritten();
        if (answered < ANSWER.length) {
            throw new IllegalStateException("the client got " + answered + " bytes");
        }
        return answered;
    }
}
