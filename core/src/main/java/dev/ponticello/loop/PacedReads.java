package dev.ponticello.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much the connections of a loop read at one time: as much as each has shown to bring, up to 64 KiB, but little while
 * the loop's {@link BufferBudget} is spent.
 */
public final class PacedReads extends AdaptiveRecvByteBufAllocator {
    public static final LoopSlot<PacedReads> SLOT = LoopSlot.of(loop -> new PacedReads(loop.get(BufferBudget.SLOT)));

    private static final int MOST_WHILE_SPENT = 4096;
    /** As Netty's channels have it without an allocator of ours. */
    private static final int READS_IN_ONE_GO = 16;

    private final BufferBudget budget;

    PacedReads(BufferBudget budget) {
        this.budget = budget;
        maxMessagesPerRead(READS_IN_ONE_GO);
    }

    @Override
    @SuppressWarnings("deprecation") // Netty has no other type for it
    public Handle newHandle() {
        return new PacedHandle((ExtendedHandle) super.newHandle());
    }

    private final class PacedHandle extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle delegate;

        PacedHandle(ExtendedHandle delegate) {
            super(delegate);
            this.delegate = delegate;
        }

        @Override
        public int guess() {
            int guess = delegate.guess();
            return budget.isSpent() ? Math.min(guess, MOST_WHILE_SPENT) : guess;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(guess());
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return delegate.continueReading(maybeMoreData);
        }
    }
}
