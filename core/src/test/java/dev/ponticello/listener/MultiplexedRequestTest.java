package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Target;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is taken for a client that takes nothing of its answers, where they share a connection: {@code response-write} is 60 s. */
class MultiplexedRequestTest implements Clock {
    private static final int BODY = 100_000;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int STREAMS = 100;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, this, () -> 4);
    private final Map<Integer, Integer> received = new TreeMap<>();
    private int resets;
    private long nowMillis;

    @BeforeEach
    void begin() {
        channel.freezeTime();
        Route route = new Route("/**", List.of(), new Target.Answer(
                (_, _) -> Decision.respond(Response.of(200, "text/plain", new byte[BODY]))));
        Snapshot snapshot = new Snapshot(
                RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, route).build(),
                PrefixTable.<Route>builder().build(), route, HeaderNameSet.of(List.of()), ErrorsConfig.DEFAULTS,
                List.of(), new Pins(1));
        ListenerSettings settings = ListenerSettings.of(ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0")), null);
        MultiplexedClient client = new MultiplexedClient(loop, settings, () -> snapshot,
                Objects.requireNonNull(PeerAddress.parse("203.0.113.7")), null, loop.get(LiveConnections.SLOT),
                Objects.requireNonNull(settings.http2()));
        channel.pipeline().addLast(client.handler());
        come(Http2Peer.PREFACE.getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void ask(int initialWindow, int streams) {
        come(Http2Peer.SETTINGS, 0,
                ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(initialWindow).array());
        for (int i = 0; i < streams; i++) {
            come(Http2Peer.bytes(Http2Peer.HEADERS, Http2Peer.END_HEADERS | Http2Peer.END_STREAM, 2 * i + 1,
                    Http2Peer.section(Http2Peer.head("GET", "/"))));
        }
    }

    @Test
    void aStreamThatWaitsForItsTurnIsNotStalled() {
        ask(BODY, STREAMS);
        // 16 KiB a second for all of them: each gets a frame in a hundred seconds.
        for (int second = 0; second < 620; second++) {
            openWindow(0, 16_384);
            pass(1);
        }
        assertThat(resets).isZero();
        assertThat(received).hasSize(STREAMS).allSatisfy((_, bytes) -> assertThat(bytes).isEqualTo(BODY));
    }

    @Test
    void aStreamWhoseOwnWindowStaysShutIsCut() {
        ask(10_000, 2);
        openWindow(0, 1 << 20);
        for (int second = 0; second < 65; second++) {
            openWindow(3, 400);
            pass(1);
        }
        assertThat(resets).isEqualTo(1);
        assertThat(received).containsEntry(1, 10_000).containsEntry(3, 36_000);
    }

    @Test
    void aConnectionWhoseWindowIsNotOpenedCutsAll() {
        ask(BODY, 3);
        pass(58);
        assertThat(resets).isZero();
        pass(5);
        assertThat(resets).isEqualTo(3);
    }

    @Test
    void aConnectionWhoseWindowIsOpenedTooSlowlyCutsAll() {
        ask(BODY, 3);
        for (int second = 0; second < 65; second++) {
            openWindow(0, 100);
            pass(1);
        }
        assertThat(resets).isEqualTo(3);
    }

    private void openWindow(int stream, int bytes) {
        come(Http2Peer.WINDOW_UPDATE, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    private void come(int type, int stream, byte[] payload) {
        come(Http2Peer.bytes(type, 0, stream, payload));
    }

    private void come(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        settle();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowMillis += 1000;
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            settle();
        }
    }

    /** Lets what was planned happen, and reads what went out. */
    private void settle() {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        while (all.isReadable()) {
            int length = all.readUnsignedMedium();
            int type = all.readUnsignedByte();
            all.skipBytes(1);
            int stream = all.readInt();
            all.skipBytes(length);
            if (type == Http2Peer.DATA) {
                received.merge(stream, length, Integer::sum);
            }
            resets += type == Http2Peer.RST_STREAM ? 1 : 0;
        }
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis);
    }

    @Override
    public long wallMillis() {
        return nowMillis;
    }
}
