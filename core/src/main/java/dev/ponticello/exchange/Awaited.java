package dev.ponticello.exchange;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import dev.ponticello.outcome.FailureKind;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A decision that an exchange waits for, and the time that it has. What it comes to arrives as a task of the loop; who waits looks there whether it still does.
 *
 * <p>On the loop, but for the arrival.
 */
final class Awaited extends Timeout {
    /** Who waits. */
    interface Owner {
        /** There is a decision, or a failure why there is none; also for one that is not waited for any more. */
        void onDecided(Awaited awaited, @Nullable Decision decision, @Nullable Throwable failure);

        /** The time is over. */
        void onTooLate(Awaited awaited);
    }

    private final Owner owner;
    private final LoopContext loop;
    private final Decision.Await await;
    private final int nextPolicy;
    private @Nullable Future<?> work;

    Awaited(Owner owner, LoopContext loop, Decision.Await await, int nextPolicy) {
        this.owner = owner;
        this.loop = loop;
        this.await = await;
        this.nextPolicy = nextPolicy;
    }

    /** Begins; false if there is no room for more work. */
    boolean begin(Exchange exchange) {
        loop.timers().arm(this, await.deadline.toNanos());
        work = await.work.begin(exchange, this::arrive);
        return work != null;
    }

    private void arrive(@Nullable Decision decision, @Nullable Throwable failure) {
        try {
            loop.eventLoop().execute(() -> owner.onDecided(this, decision, failure));
        } catch (RejectedExecutionException e) {
            // The loop has ended, and every exchange with it.
        }
    }

    /** Where the chain goes on. */
    int nextPolicy() {
        return nextPolicy;
    }

    /** What it is to be late. */
    FailureKind late() {
        return await.late;
    }

    /** Nobody waits any more. */
    void end() {
        loop.timers().release(this);
        Future<?> begun = work;
        if (begun != null) {
            begun.cancel(true);
        }
    }

    @Override
    protected void expired() {
        owner.onTooLate(this);
    }
}
