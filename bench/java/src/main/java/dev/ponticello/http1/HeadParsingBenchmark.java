package dev.ponticello.http1;

import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
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

/** A request head, from bytes to an index of them. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadParsingBenchmark {
    private static final String BROWSER = """
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Accept-Language: en-GB,en;q=0.5
            Accept-Encoding: gzip, deflate, br, zstd
            Referer: https://app.example.com/users?page=2
            Cookie: session=0123456789abcdef0123456789abcdef; theme=dark
            Sec-Fetch-Dest: document
            Sec-Fetch-Mode: navigate
            Sec-Fetch-Site: same-origin
            Upgrade-Insecure-Requests: 1
            Priority: u=0, i
            """.replace("\n", "\r\n");

    @Param({"short", "browser"})
    private String head;

    private final RequestParser parser = new RequestParser(64 * 1024, 128, 8 * 1024);
    private final RequestHead parsed = new RequestHead();
    private ByteBuf bytes;

    @Setup
    public void setUp() {
        String text = "GET /api/users/12345?expand=roles HTTP/1.1\r\nHost: api.example.com\r\n"
                + (head.equals("short") ? "" : BROWSER) + "\r\n";
        bytes = Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public RequestHead parse() {
        bytes.readerIndex(0);
        parser.reset();
        if (!parser.parse(bytes, parsed)) {
            throw new IllegalStateException("fault: " + parser.fault());
        }
        return parsed;
    }
}
