package dev.ponticello.exchange;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How a decision comes about that is made beside the loop. */
@FunctionalInterface
interface Work {
    /**
     * Begins, on the loop.
     *
     * @param done is told the decision, or why there is none, on any thread and at most once; never after a cancel
     * @return what cancels it; null if there is no room for it
     */
    @Nullable
    Future<?> begin(Exchange exchange, BiConsumer<@Nullable Decision, @Nullable Throwable> done);

    /** On a thread of its own, which a cancel interrupts. */
    static Work of(Check check, byte[] body) {
        return (exchange, done) -> {
            Request request = Request.of(exchange, body);
            FutureTask<Decision> task = new FutureTask<>(() -> check.decide(request)) {
                @Override
                protected void done() {
                    switch (state()) {
                        case SUCCESS -> done.accept(resultNow(), null);
                        case FAILED -> done.accept(null, exceptionNow());
                        case RUNNING, CANCELLED -> {
                        }
                    }
                }
            };
            return exchange.loop().get(Tasks.SLOT).start(task) ? task : null;
        };
    }

    /** By somebody who has begun already. */
    static Work of(CompletionStage<? extends Decision> decision) {
        return (_, done) -> {
            Future<?> future = decision.toCompletableFuture();
            decision.whenComplete(done);
            return future;
        };
    }
}
