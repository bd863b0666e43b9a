package dev.ponticello.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A part of a play that runs beside the test on a virtual thread, such as an upload while the answer is read. */
public final class Meanwhile {
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Meanwhile() {}

    /** What may throw anything. */
    @FunctionalInterface
    public interface Step {
        void play() throws Exception;
    }

    public static Meanwhile play(Step step) {
        var meanwhile = new Meanwhile();
        Thread.ofVirtual().name("meanwhile").start(() -> {
            try {
                step.play();
                meanwhile.done.complete(null);
            } catch (Throwable failure) {
                meanwhile.done.completeExceptionally(failure);
            }
        });
        return meanwhile;
    }

    public boolean isDone() {
        return done.isDone();
    }

    /** Waits for the end of the part, and fails as it failed. */
    public void join() {
        try {
            done.copy().orTimeout(RawConnection.DEADLINE.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof PeerEnded ended) {
                throw ended;
            }
            throw new AssertionError("failed meanwhile: " + e.getCause(), e.getCause());
        }
    }
}
