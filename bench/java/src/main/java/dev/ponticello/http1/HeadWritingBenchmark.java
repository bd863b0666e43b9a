package dev.ponticello.http1;

import dev.ponticello.http.HeaderName;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A request head of which one line was removed and one added, as bytes for an endpoint. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadWritingBenchmark {
    private static final String REQUEST = """
            GET /api/users HTTP/1.1
            Host: api.example.com
            User-Agent: curl/8.5.0
            Connection: keep-alive
            Accept: application/json
            Accept-Encoding: gzip

            """.replace("\n", "\r\n");
    private static final byte[] NO_BASE_PATH = {};
    private static final byte[] AUTHORITY = "10.0.0.1:8080".getBytes(StandardCharsets.US_ASCII);

    private final RequestHead head = new RequestHead();
    private final ByteBuf out = Unpooled.directBuffer(4096);

    @Setup
    public void setUp() {
        ByteBuf in = Unpooled.copiedBuffer(REQUEST, StandardCharsets.US_ASCII);
        if (!new RequestParser(64 * 1024, 128, 8 * 1024).parse(in, head)) {
            throw new IllegalStateException("a head that is not whole");
        }
        head.setPathInHeaders(head.targetStart(), head.targetEnd());
        head.headers().remove(HeaderName.CONNECTION);
        head.headers().add(HeaderName.of("X-User-Id"), "user-1");
    }

    @Benchmark
    public ByteBuf write() {
        out.clear();
        HeadWriter.writeRequest(out, head, NO_BASE_PATH, AUTHORITY, 0, AUTHORITY.length);
        return out;
    }
}
