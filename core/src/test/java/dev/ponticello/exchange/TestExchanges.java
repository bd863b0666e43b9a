package dev.ponticello.exchange;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.ResponseSink;
import dev.ponticello.http1.RequestParser;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges of heads that are written as text, on a loop whose clock stands still until the test moves it, and whose
 * chance comes from a seed.
 *
 * <p>A policy is tested by its own methods, on {@link #begin} and {@link #response}; or inside its chain, with
 * {@link #play}, which takes an exchange from head to outcome.
 */
public final class TestExchanges implements Clock {
    /** 2023-11-14T22:13:20Z, 20 s into a minute. */
    public static final long NOON_MILLIS = 1_700_000_000_000L;

    public static final String CLIENT = "203.0.113.7";

    private final LoopContext loop;
    private long sinceStartMillis;
    private long wallStepMillis;

    public TestExchanges() {
        this(1);
    }

    /** On a loop of another chance. */
    public TestExchanges(long seed) {
        this.loop = new LoopContext(0, new DefaultEventLoop(), Transport.NIO, this, new Random(seed)::nextLong);
    }

    @Override
    public long nanoTime() {
        return sinceStartMillis * 1_000_000;
    }

    @Override
    public long wallMillis() {
        return NOON_MILLIS + sinceStartMillis + wallStepMillis;
    }

    /** Moves the clock. */
    public void passMillis(long millis) {
        sinceStartMillis += millis;
    }

    /** Lets somebody set the wall clock, back if negative; the clock for intervals knows nothing of it. */
    public void stepWallMillis(long millis) {
        wallStepMillis += millis;
    }

    public LoopContext loop() {
        return loop;
    }

    // ---- exchanges that stand at ADMIT

    /** An exchange of {@link #CLIENT}, whose head has these lines and a Host. */
    public Exchange begin(String... lines) {
        return beginFrom(CLIENT, lines);
    }

    public Exchange beginFrom(String client, String... lines) {
        Exchange exchange = new Exchange(loop);
        exchange.begin(request(lines), address(client));
        return exchange;
    }

    /** One whose answer is that to a CORS preflight. */
    public Exchange beginPreflight(String... lines) {
        Exchange exchange = begin(lines);
        exchange.setPreflight();
        return exchange;
    }

    /** A request head with these lines and a Host. */
    public static RequestHead request(String... lines) {
        String text = String.join("\r\n", lines) + "\r\nHost: gateway.example\r\n\r\n";
        RequestHead head = new RequestHead();
        RequestParser parser = new RequestParser(64 * 1024, 128, 8 * 1024);
        if (!parser.parse(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), head)) {
            throw new IllegalArgumentException(text + " (expected: a request head, found " + parser.fault() + ")");
        }
        head.setPathInHeaders(head.targetStart(), head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1);
        return head;
    }

    /** The head of an answer with these fields, each {@code Name: value}. */
    public static ResponseHead response(int status, long bodyLength, String... fields) {
        ResponseHead head = new ResponseHead();
        head.setStatus(status);
        head.setBodyLength(bodyLength);
        for (String field : fields) {
            String[] parts = field.split(": ?", 2);
            byte[] value = parts[1].getBytes(StandardCharsets.ISO_8859_1);
            head.headers().add(HeaderName.of(parts[0]), value, 0, value.length);
        }
        return head;
    }

    /** What the client gets of a refusal, without what the chain adds. */
    public static Response refused(Decision decision, Exchange exchange) {
        return OwnAnswers.render(((Decision.Reject) decision).rejection(), exchange.request(), ErrorsConfig.DEFAULTS);
    }

    /** Ends the coding that a policy has asked for, if there is one. */
    public static void dropCoding(Exchange exchange) {
        BodyCoding coding = exchange.takeResponseCoding();
        if (coding != null) {
            coding.close();
        }
    }

    private static PeerAddress address(String text) {
        return Objects.requireNonNull(PeerAddress.parse(text));
    }

    // ---- exchanges from head to outcome

    /** An answer as the client got it. */
    @SuppressWarnings("ArrayRecordComponent") // read once, by one test
    public record Answer(int status, Headers fields, byte[] body, boolean cut) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The only value of this field; null for none. */
        public @Nullable String field(String name) {
            List<String> all = fields.all(HeaderName.of(name));
            if (all.size() > 1) {
                throw new AssertionError(name + ": " + all + " (expected: one)");
            }
            return all.isEmpty() ? null : all.getFirst();
        }
    }

    /** Plays an exchange without a body: this chain, and behind it this answer on every path. */
    public Answer play(List<Policy> chain, BuiltInAnswer answer, String... lines) {
        return play(chain, answer, new byte[0], lines);
    }

    /** Plays an exchange whose head announces this body. */
    public Answer play(List<Policy> chain, BuiltInAnswer answer, byte[] body, String... lines) {
        Route route = new Route("/**", chain, new Target.Answer(answer));
        Snapshot snapshot = new Snapshot(
                RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, route).build(),
                PrefixTable.<Route>builder().build(), route, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS,
                chain, new Pins(1));
        Client client = new Client();
        ExchangeDriver driver = new ExchangeDriver(loop, client, client, () -> {});
        driver.receive(snapshot, request(lines), address(CLIENT), Long.MAX_VALUE);
        if (body.length > 0) {
            driver.requestBody().onData(Unpooled.copiedBuffer(body));
            driver.requestBody().onEnd(null);
        }
        if (!client.ended) {
            throw new AssertionError("no whole answer to " + List.of(lines));
        }
        return new Answer(client.status, client.fields, client.body.toByteArray(), client.cut);
    }

    /** A client that takes everything. */
    private static final class Client implements MessageSource, ResponseSink {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Headers fields = new Headers();
        private int status;
        private boolean ended;
        private boolean cut;

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public void setTight(boolean tight) {}

        @Override
        public void informational(ResponseHead head) {}

        @Override
        public void head(ResponseHead head, RequestHead request) {
            status = head.status();
            fields = head.headers().copy();
        }

        @Override
        public void data(ByteBuf data) {
            try {
                data.readBytes(body, data.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                data.release();
            }
        }

        @Override
        public void end(@Nullable Headers trailers) {
            ended = true;
        }

        @Override
        public void dropRequest() {}

        @Override
        public void cut() {
            ended = true;
            cut = true;
        }

        @Override
        public void flush() {}
    }
}
