package dev.ponticello.exchange;

import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.Outcome;
import java.util.function.Function;

/**
 * A rule bound to the place where it is written.
 *
 * <p>One object for each place, shared by all loops: what it keeps must be immutable or lock-free. All methods run on the exchange's loop and must not block.
 */
public interface Policy extends AutoCloseable {
    /**
     * A policy that only looks at requests: {@code Policy.before(exchange -> …)}.
     *
     * @param onRequest runs on the exchange's loop; must not block, see {@link Decision#await(Check, java.time.Duration)} for what does
     */
    static Policy before(Function<Exchange, Decision> onRequest) {
        return new Policy() {
            @Override
            public Decision onRequest(Exchange exchange) {
                return onRequest.apply(exchange);
            }
        };
    }

    /** Sees a request, outermost policy first. Anything but {@link Decision#CONTINUE} ends the chain. An exception refuses the request: a policy that is broken never lets through. */
    default Decision onRequest(Exchange exchange) {
        return Decision.CONTINUE;
    }

    /** Sees the final head of the answer, whoever made it, innermost policy first; also where this policy never saw the request, because another refused it before. The head is this answer's during the call alone: the loop uses its
     * object again. */
    default void onResponse(Exchange exchange, ResponseHead response) {}

    /** Sees the end of the exchange, once. */
    default void onConclude(Exchange exchange, Outcome outcome) {}

    /** The config that holds this policy has been retired. */
    @Override
    default void close() {}
}
