package dev.ponticello.exchange;

import dev.ponticello.outcome.FailureKind;

/** What a policy, or an answer of the gateway, says about a request. */
public sealed interface Decision {
    /** Go on. */
    Decision CONTINUE = new Continue();

    /** Go on. */
    record Continue() implements Decision {}

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

    static Decision respond(Response response) {
        return new Respond(response);
    }

    static Decision reject(Rejection rejection) {
        return new Reject(rejection);
    }

    static Decision reject(FailureKind kind) {
        return new Reject(Rejection.of(kind));
    }
}
