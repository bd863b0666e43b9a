package dev.ponticello.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConnections;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.http.Headers;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.ScriptedEndpoint;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointPoolTest {
    private static final int LOOPS = 4;

    private final EventLoops loops = new EventLoops(Transport.NIO, LOOPS, Clock.SYSTEM, () -> 0);
    private final ScriptedEndpoint server = ScriptedEndpoint.answering(200, "");
    private final UpstreamFactory factory = new UpstreamFactory(loops.contexts(), Transport.NIO, LOOPS);
    private final Upstream upstream = factory.create("u",
            UpstreamConfig.of(EndpointConfig.parse(server.url()))
                    .withConnections(UpstreamConnections.DEFAULTS.withMax(LOOPS)),
            null, null);
    private final Endpoint endpoint = upstream.endpoints().getFirst();

    /** Each loop has one connection, which is idle: so many as there may be. */
    @BeforeEach
    void eachLoopHasAnIdleConnection() {
        for (LoopContext loop : loops.contexts()) {
            exchange(loop);
        }
        assertThat(endpoint.connections().get()).isEqualTo(LOOPS);
    }

    @AfterEach
    void stop() {
        factory.close();
        loops.stop().join();
        server.close();
    }

    @Test
    void anAttemptThatWaitsHasOneIdleConnectionOfAnotherLoopClosed() {
        LoopContext busy = loops.contexts().get(1);
        UpstreamStream first = take(busy);
        assertThat(request(busy).join()).isNotSameAs(first);
        for (LoopContext loop : loops.contexts()) {
            on(loop, () -> null); // whatever was asked of it before has happened
        }
        assertThat(endpoint.connections().get()).isEqualTo(LOOPS);
        assertThat(loops.contexts().stream().filter(loop -> loop != busy && hasIdle(loop))).hasSize(LOOPS - 2);
    }

    @Test
    void whoHasNoIdleConnectionPassesTheWishOn() {
        LoopContext busy = loops.contexts().get(1);
        take(busy);
        take(loops.contexts().get(2));
        take(loops.contexts().get(3));
        assertThat(request(busy).join().endpoint()).isSameAs(endpoint);
        assertThat(hasIdle(loops.contexts().get(0))).isFalse();
    }

    private void exchange(LoopContext loop) {
        UpstreamStream stream = request(loop).join();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        on(loop, () -> {
            upstream.begin(stream, new FinishingListener(stream, ended), TestExchanges.request("GET / HTTP/1.1"));
            stream.end(null);
            stream.flush();
            return null;
        });
        ended.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private UpstreamStream take(LoopContext loop) {
        UpstreamStream idle = on(loop, () -> upstream.takeIdle(loop, endpoint));
        assertThat(idle).isNotNull();
        return idle;
    }

    private boolean hasIdle(LoopContext loop) {
        return on(loop, () -> upstream.takeIdle(loop, endpoint)) != null;
    }

    private CompletableFuture<UpstreamStream> request(LoopContext loop) {
        CompletableFuture<UpstreamStream> granted = new CompletableFuture<>();
        on(loop, () -> upstream.request(loop, endpoint, new StreamRequest.Owner() {
            @Override
            public void onStream(UpstreamStream stream) {
                granted.complete(stream);
            }

            @Override
            public void onNoStream(FailureKind kind) {
                granted.completeExceptionally(new AssertionError(kind));
            }
        }));
        return granted.orTimeout(10, TimeUnit.SECONDS);
    }

    private static <T> T on(LoopContext loop, Callable<T> work) {
        return loop.eventLoop().submit(work).syncUninterruptibly().getNow();
    }

    private record FinishingListener(UpstreamStream stream, CompletableFuture<Void> ended)
            implements
                UpstreamStream.Listener {
        @Override
        public void onInformational(ResponseHead head) {
            // none comes
        }

        @Override
        public void onResponseHead(ResponseHead head) {
            assertThat(head.status()).isEqualTo(200);
        }

        @Override
        public void onData(ByteBuf data) {
            data.release();
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            stream.finish();
            ended.complete(null);
        }

        @Override
        public void onReadComplete() {
            // nothing is relayed
        }

        @Override
        public void onSinkWritable() {
            // nothing waits to be sent
        }

        @Override
        public void onStreamFailed(FailureKind kind) {
            ended.completeExceptionally(new AssertionError(kind));
        }
    }
}
