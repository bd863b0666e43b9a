package dev.ponticello.limit;

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

/** One permit, with the hash of the key and the look at the clocks: for one client, or for each of 100,000 in turn. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LimiterBenchmark {
    private static final int LIMIT = 1_000_000_000;
    private static final long MINUTE_MILLIS = 60_000;

    @Param({"fixed-window", "sliding-window", "token-bucket"})
    private String algorithm;

    @Param({"1", "100000"})
    private int clients;

    private final KeyHash hash = new KeyHash(1, 2);
    private final Grant grant = new Grant();
    private RateLimiter limiter;
    private int next;

    @Setup
    public void setUp() {
        int room = 2 * clients;
        limiter = switch (algorithm) {
            case "fixed-window" -> new FixedWindow(LIMIT, MINUTE_MILLIS, room);
            case "sliding-window" -> new SlidingWindow(LIMIT, MINUTE_MILLIS, room);
            default -> new TokenBucket(LIMIT, MINUTE_MILLIS, LIMIT, room);
        };
        for (int i = 0; i < clients; i++) {
            acquire();
        }
    }

    @Benchmark
    public boolean acquire() {
        next = next + 1 < clients ? next + 1 : 0;
        limiter.acquire(hash.hash(next), System.currentTimeMillis(), System.nanoTime(), grant);
        return grant.granted();
    }
}
