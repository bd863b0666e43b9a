package dev.ponticello.listener;

import dev.ponticello.exchange.HopByHop;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http1.RequestParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/**
 * What is done to the fields of a request from a trusted proxy: hop-by-hop and owned ones go, the forwarding ones and two of an identity come. An edit marks the head that was parsed, so each time it is
 * parsed anew; {@code parse} is that alone, to be taken off.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeaderHandlingBenchmark {
    private static final String REQUEST = """
            GET /api/users HTTP/1.1
            Host: api.example.com
            Connection: keep-alive
            X-User-Id: forged
            X-Forwarded-For: 10.0.0.1
            User-Agent: curl/8.5.0
            Accept: application/json
            Accept-Encoding: gzip

            """.replace("\n", "\r\n");
    private static final HeaderName USER_ID = HeaderName.of("X-User-Id");
    private static final HeaderName USER_ROLE = HeaderName.of("X-User-Role");
    private static final HeaderNameSet OWNED = HeaderNameSet.of(List.of(USER_ID, USER_ROLE));

    private final RequestParser parser = new RequestParser(64 * 1024, 128, 8 * 1024);
    private final RequestHead head = new RequestHead();
    private final ByteBuf bytes = Unpooled.directBuffer().writeBytes(REQUEST.getBytes(StandardCharsets.US_ASCII));
    private ForwardingFields forwarding;

    @Setup
    public void setUp() {
        forwarding = new ForwardingFields(PeerAddress.of(InetAddress.ofLiteral("192.0.2.7")), null);
    }

    @Benchmark
    public RequestHead parse() {
        bytes.readerIndex(0);
        parser.reset();
        if (!parser.parse(bytes, head)) {
            throw new IllegalStateException("fault: " + parser.fault());
        }
        return head;
    }

    @Benchmark
    public RequestHead parseAndEdit() {
        parse();
        HopByHop.removeFrom(head.headers());
        head.headers().removeResembling(OWNED);
        forwarding.writeTo(head);
        head.headers().set(USER_ID, "user-1");
        head.headers().set(USER_ROLE, "admin");
        return head;
    }
}
