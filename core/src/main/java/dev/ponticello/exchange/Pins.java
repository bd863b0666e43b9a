package dev.ponticello.exchange;

import dev.ponticello.loop.LoopContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many exchanges still need a snapshot, so that it can end with the last of them. It does not hold the snapshot: an exchange that lasts keeps these numbers, not the config.
 *
 * <p>Thread rule: each loop counts its own exchanges, in cache lines of its own and without an atomic. {@link #retire} is called once, by any thread.
 */
@SuppressWarnings("exports") // for the gateway itself
public final class Pins {
    /** In ints: two cache lines, as processors fetch neighbours in pairs. */
    private static final int STRIDE = 32;
    private static final int RETIRED = 1;

    private final int[] ofLoops;
    private final AtomicInteger loopsLeft;
    private final CompletableFuture<Void> none = new CompletableFuture<>();

    /** For the exchanges of so many loops. */
    public Pins(int loops) {
        ofLoops = new int[(loops + 1) * STRIDE];
        loopsLeft = new AtomicInteger(loops);
    }

    private static int at(LoopContext loop) {
        return (loop.index() + 1) * STRIDE;
    }

    /** An exchange begins. */
    void pin(LoopContext loop) {
        ofLoops[at(loop)]++;
    }

    /** An exchange has ended. */
    void unpin(LoopContext loop) {
        int at = at(loop);
        if (--ofLoops[at] == 0 && ofLoops[at + RETIRED] != 0) {
            loopEnded();
        }
    }

    /**
     * Says that no exchange begins with the snapshot any more, because another one has been published.
     *
     * @param loops all of the gateway's
     * @return complete, on the loop of the last exchange, when all have ended
     */
    public CompletableFuture<Void> retire(List<LoopContext> loops) {
        for (LoopContext loop : loops) {
            // A task, and not at once: what runs on the loop now may have read the old snapshot and not yet begun.
            loop.eventLoop().execute(() -> {
                ofLoops[at(loop) + RETIRED] = 1;
                if (ofLoops[at(loop)] == 0) {
                    loopEnded();
                }
            });
        }
        return none;
    }

    private void loopEnded() {
        if (loopsLeft.decrementAndGet() == 0) {
            none.complete(null);
        }
    }
}
