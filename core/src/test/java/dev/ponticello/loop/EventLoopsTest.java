package dev.ponticello.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final List<String> CLOSED = new ArrayList<>();
    private static final LoopSlot<String> HELD = LoopSlot.of(loop -> "of loop " + loop.index(), CLOSED::add);
    private static final LoopSlot<String> NEVER_ASKED_FOR = LoopSlot.of(_ -> "never", CLOSED::add);

    @Test
    void hasAnArenaOfItsPoolForEachLoop() {
        EventLoops loops = new EventLoops(Transport.NIO, 3, Clock.SYSTEM, () -> 0);
        assertThat(loops.sockets().allocator()).isInstanceOfSatisfying(PooledByteBufAllocator.class, pool -> {
            assertThat(pool.metric().numDirectArenas()).isEqualTo(3);
            assertThat(pool.metric().numHeapArenas()).isZero();
            assertThat(loops.sockets().channels().newChannel().config().getAllocator()).isSameAs(pool);
            Channel accepted = Transport.NIO.channels().newChannel();
            loops.sockets().prepare(accepted);
            assertThat(accepted.config().getAllocator()).isSameAs(pool);
        });
        loops.stop().join();
    }

    @Test
    void letsGoOfWhatTheSlotsHoldWhenItStops() {
        EventLoops loops = new EventLoops(Transport.NIO, 3, Clock.SYSTEM, () -> 0);
        assertThat(NEVER_ASKED_FOR.index).isNotEqualTo(HELD.index);
        for (LoopContext loop : loops.contexts().subList(0, 2)) {
            loop.eventLoop().submit(() -> assertThat(loop.get(HELD)).isSameAs(loop.get(HELD))).syncUninterruptibly();
        }
        assertThat(CLOSED).isEmpty();
        loops.stop().join();
        assertThat(CLOSED).containsExactly("of loop 0", "of loop 1");
        loops.stop().join();
        assertThat(CLOSED).hasSize(2);
    }
}
