package dev.ponticello.exchange;

import dev.ponticello.outcome.FailureKind;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a policy, or an answer of the gateway, says about a request. */
public sealed interface Decision {
    /** Go on. */
    Decision CONTINUE = new Continue(null);

    /**
     * Go on.
     *
     * @param first is done on the loop before that; null for nothing
     */
    record Continue(@Nullable Consumer<Exchange> first) implements Decision {}

    /**
     * Answer with this.
     *
     * @param response the whole answer
     */
    record Respond(Response response) implements Decision {}

    /**
     * Refuse.
     *
     * @param rejection why, and what the answer says
     */
    record Reject(Rejection rejection) implements Decision {}

    /** Wait, the loop does not, for a decision that is made elsewhere. */
    final class Await implements Decision {
        final Work work;
        final Duration deadline;
        final FailureKind late;

        Await(Work work, Duration deadline, FailureKind late) {
            if (!deadline.isPositive() || deadline.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("deadline: " + deadline + " (expected: above 0, to 24h)");
            }
            this.work = work;
            this.deadline = deadline;
            this.late = late;
        }

        private static final Duration LONGEST = Duration.ofHours(24);
    }

    /**
     * Go on, when this has been done on the exchange: how a check that was waited for leaves what it found.
     *
     * <pre>{@code Decision.proceed(exchange -> exchange.set(USER, user))}</pre>
     *
     * @param first runs on the loop; must not block
     */
    static Decision proceed(Consumer<Exchange> first) {
        return new Continue(first);
    }

    /** Answer with this; no endpoint is asked. The chain sees the answer like every other. */
    static Decision respond(Response response) {
        return new Respond(response);
    }

    /** Refuse, with fields and words of the policy's own. */
    static Decision reject(Rejection rejection) {
        return new Reject(rejection);
    }

    /** Refuse with the status and the sentence of this kind. */
    static Decision reject(FailureKind kind) {
        return new Reject(Rejection.of(kind));
    }

    /**
     * Let a check decide that may block, on a virtual thread of its own; the loop goes on meanwhile, and so does the chain when the check has decided. The request's body is not read until then.
     *
     * <p>It fails closed. Not decided by the deadline: 503 {@link FailureKind#POLICY_TIMEOUT}. An exception, or null: 500 {@link FailureKind#INTERNAL}, logged. More of them at work than {@code limits.tasks}
     * allows: 503 {@link FailureKind#TASKS_EXCEEDED}. When the client leaves, the check is interrupted.
     *
     * @param deadline above 0, at most 24 h
     * @throws IllegalArgumentException if the deadline is out of range
     */
    static Decision await(Check check, Duration deadline) {
        return new Await(Work.of(check, new byte[0]), deadline, FailureKind.POLICY_TIMEOUT);
    }

    /**
     * The same for a decision that somebody else works on already. When nobody waits for it any more, it is cancelled: whoever shares one between exchanges gives each a copy of its own.
     *
     * @param deadline above 0, at most 24 h
     * @throws IllegalArgumentException if the deadline is out of range
     */
    static Decision await(CompletionStage<? extends Decision> decision, Duration deadline) {
        return new Await(Work.of(decision), deadline, FailureKind.POLICY_TIMEOUT);
    }
}
