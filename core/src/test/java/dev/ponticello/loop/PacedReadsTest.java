package dev.ponticello.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class PacedReadsTest {
    private final BufferBudget budget = new BufferBudget();

    @Test
    @SuppressWarnings("deprecation") // Netty has no other type for it
    void readsLittleWhileTheBudgetIsSpent() {
        RecvByteBufAllocator.Handle handle = new PacedReads(budget).newHandle();
        EmbeddedChannel channel = new EmbeddedChannel();
        budget.setShare(10);
        for (int i = 0; i < 20; i++) {
            handle.reset(channel.config());
            int size = read(handle);
            handle.attemptedBytesRead(size);
            handle.lastBytesRead(size);
            handle.readComplete();
        }
        assertThat(read(handle)).isEqualTo(65_536);
        budget.hold(10);
        assertThat(read(handle)).isEqualTo(4096);
        budget.release(1);
        assertThat(read(handle)).isEqualTo(65_536);
        assertThat(new PacedReads(budget).maxMessagesPerRead()).isEqualTo(16);
        channel.finishAndReleaseAll();
    }

    @SuppressWarnings("deprecation")
    private static int read(RecvByteBufAllocator.Handle handle) {
        ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
        int size = buffer.capacity();
        buffer.release();
        assertThat(handle.guess()).isEqualTo(size);
        return size;
    }
}
