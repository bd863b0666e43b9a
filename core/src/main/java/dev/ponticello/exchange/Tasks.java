package dev.ponticello.exchange;

import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.LoopSlot;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what may block beside the loops: checks of own policies, and own handlers. So many at once, and no more: what ignores that it is interrupted is still counted.
 *
 * <p>Shared by the loops of one gateway; lock-free.
 */
@SuppressWarnings("exports") // for the gateway itself
public final class Tasks {
    /** Where a loop finds those of its gateway. */
    static final LoopSlot<Tasks> SLOT = LoopSlot.of(_ -> new Tasks(_ -> {
        throw new RejectedExecutionException("no executor for tasks (expected: Tasks.serve)");
    }, 1));

    private final Executor executor;
    private final AtomicInteger running = new AtomicInteger();
    private volatile int most;

    /**
     * @param executor gives each task a thread that may block
     * @param most how many run at once
     */
    public Tasks(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /** Gives each task a virtual thread of its own. */
    public static Executor virtualThreads() {
        ThreadFactory threads = Thread.ofVirtual().name("ponticello-task-", 0).factory();
        return task -> threads.newThread(task).start();
    }

    /** From now on so many run at once. Those that run already are counted, and none of them is ended. */
    public void change(int newMost) {
        most = newMost;
    }

    /** Lets these loops find them, from what each of them runs next. */
    public void serve(List<LoopContext> loops) {
        for (LoopContext loop : loops) {
            loop.eventLoop().execute(() -> loop.set(SLOT, this));
        }
    }

    /** Starts a task; false if there is no room for it. */
    boolean start(Runnable task) {
        if (running.incrementAndGet() > most) {
            ended();
            return false;
        }
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    ended();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            ended();
            return false;
        }
    }

    private void ended() {
        running.decrementAndGet();
    }

    /** How many are at work. */
    int running() {
        return running.get();
    }
}
