package dev.ponticello.policy;

import dev.ponticello.config.RequireConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.identity.ClaimCondition;
import dev.ponticello.identity.VerifiedToken;
import dev.ponticello.outcome.FailureKind;

/**
 * The policy {@code require}: lets through only requests whose token says what is asked for, the others get 403. A
 * request whose token nobody has verified is refused like one that says nothing.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class RequirePolicy implements Policy {
    private static final Decision FORBIDDEN = Decision.reject(Rejection.of(FailureKind.FORBIDDEN));

    private final ClaimCondition condition;

    public RequirePolicy(RequireConfig config) {
        this.condition = new ClaimCondition(config.claims());
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        VerifiedToken token = exchange.get(BearerTokenPolicy.TOKEN);
        return token != null && condition.isMetBy(token.claims()) ? Decision.CONTINUE : FORBIDDEN;
    }
}
