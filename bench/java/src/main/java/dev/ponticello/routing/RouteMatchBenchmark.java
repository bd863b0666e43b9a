package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
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

/** A path of four segments, one of them captured, in a table of so many routes; another one each time. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteMatchBenchmark {
    private static final byte[] HOST = "api.example.com".getBytes(StandardCharsets.US_ASCII);
    private static final int PATHS = 1024;

    @Param({"10", "1000", "100000"})
    private int routes;

    private final Match<Integer> match = new Match<>();
    private final byte[][] paths = new byte[PATHS][];
    private RouteTable<Integer> table;
    private int next;

    @Setup
    public void setUp() {
        RouteTable.Builder<Integer> builder = RouteTable.builder();
        for (int i = 0; i < routes; i++) {
            builder.add(null, PathPattern.parse("/api/service-" + i + "/users/{id}"), Set.of("GET"), i);
        }
        table = builder.build();
        Random random = new Random(1);
        for (int i = 0; i < PATHS; i++) {
            paths[i] = ("/api/service-" + random.nextInt(routes) + "/users/" + random.nextInt(100_000))
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Benchmark
    public Integer match() {
        byte[] path = paths[next++ & PATHS - 1];
        table.match(HOST, 0, HOST.length, path, 0, path.length, "GET", match);
        return match.value();
    }
}
