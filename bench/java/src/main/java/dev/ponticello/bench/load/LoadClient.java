package dev.ponticello.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program of the load client. Its standard output is for the comparison: {@code warm} when the measured time begins, {@code result NAME=NUMBER …} at the end, {@code open} when every idle connection is.
 */
@Command(name = "load", mixinStandardHelpOptions = true, description = "Sends requests at a rate, or one on each connection that then stays.", subcommandsRepeatable = false)
public final class LoadClient {
    private LoadClient() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadClient()).execute(arguments));
    }

    @Command(name = "paced", description = "Sends requests at a fixed rate.")
    void paced(@Option(names = "--port", required = true) int port,
            @Option(names = "--path", required = true) String path,
            @Option(names = "--connections", required = true) int connections,
            @Option(names = "--rate", required = true, description = "requests in a second") double rate,
            @Option(names = "--warmup", required = true, description = "seconds") double warmup,
            @Option(names = "--seconds", required = true) double seconds,
            @Option(names = "-H", description = "a field line; may be repeated") List<String> fields) {
        PacedLoad.Result result = new PacedLoad(new Connections(port), connections, request(port, path, fields), rate,
                warmup, seconds, () -> System.out.println("warm")).run().join();
        Histogram nanos = result.latencyNanos();
        System.out.printf("result requests=%d micros=%d p50=%d p99=%d failed=%d%n", result.answered(),
                Math.round(seconds * 1e6), nanos.getValueAtPercentile(50) / 1000,
                nanos.getValueAtPercentile(99) / 1000, result.failed());
    }

    @Command(name = "idle", description = "Opens connections, and holds them until its standard input ends.")
    void idle(@Option(names = "--port", required = true) int port,
            @Option(names = "--path", required = true) String path,
            @Option(names = "--connections", required = true) int connections,
            @Option(names = "-H", description = "a field line; may be repeated") List<String> fields)
            throws IOException {
        new IdleLoad(new Connections(port), connections, request(port, path, fields)).run().join();
        System.out.println("open");
        System.in.transferTo(System.out);
    }

    private static byte[] request(int port, String path, List<String> fields) {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
        fields.forEach(field -> text.append(field).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
