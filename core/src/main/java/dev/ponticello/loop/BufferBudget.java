package dev.ponticello.loop;

import java.util.List;

/**
 * How many bytes of bodies wait on a loop for peers that are slow to take them, and how many may: an equal share of
 * {@code limits.buffers} for each loop.
 *
 * <p>Counted is what stands before a sink when its relay pauses, until it goes on, and what else waits on a client's connection when it is looked at, once in a second or more often; who never waits costs nothing. While the share is spent, little is read at one time
 * ({@link PacedReads}), and no relay reads on before its sink has taken everything: each then holds a few KiB. None stops, so a few clients that read nothing cannot take the share of those that do.
 *
 * <p>On its loop only.
 */
public final class BufferBudget {
    public static final LoopSlot<BufferBudget> SLOT = LoopSlot.of(_ -> new BufferBudget());

    private long shareBytes = Long.MAX_VALUE;
    private long heldBytes;

    /** Divides so many bytes among the loops. */
    public static void divide(List<LoopContext> loops, long bytes) {
        long share = bytes / loops.size();
        for (LoopContext loop : loops) {
            loop.eventLoop().execute(() -> loop.get(SLOT).setShare(share));
        }
    }

    /** Sets how many bytes may wait. */
    public void setShare(long bytes) {
        shareBytes = bytes;
    }

    /** How many bytes may wait. */
    public long shareBytes() {
        return shareBytes;
    }

    /** Whether as many bytes wait as may. */
    public boolean isSpent() {
        return heldBytes >= shareBytes;
    }

    /** Counts bytes that begin to wait. */
    public void hold(long bytes) {
        heldBytes += bytes;
    }

    /** Counts bytes that were held, and do not wait any more. */
    public void release(long bytes) {
        heldBytes -= bytes;
    }

    /** How many bytes wait. */
    public long heldBytes() {
        return heldBytes;
    }
}
