package dev.ponticello.policy;

import dev.ponticello.config.RequireConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.identity.ClaimCondition;
import dev.ponticello.identity.VerifiedToken;
import dev.ponticello.outcome.FailureKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code require}: lets through only requests whose token says what is asked for, and that come from a page of an origin that is asked for; the others get 403. A
 * request whose token nobody has verified is refused like one that says nothing, and so is one without {@code Origin}, or with two.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class RequirePolicy implements Policy {
    private static final Decision FORBIDDEN = Decision.reject(Rejection.of(FailureKind.FORBIDDEN));

    private final @Nullable ClaimCondition condition;
    private final Set<String> origins;

    public RequirePolicy(RequireConfig config) {
        this.condition = config.claims().isEmpty() ? null : new ClaimCondition(config.claims());
        this.origins = Set.copyOf(config.origins());
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        return isFromOneOfTheOrigins(exchange.request().headers()) && hasTheClaims(exchange) ? Decision.CONTINUE
                : FORBIDDEN;
    }

    /** By what the client has sent, whatever an edit has made of it for the endpoint. */
    private boolean isFromOneOfTheOrigins(Headers fields) {
        if (origins.isEmpty()) {
            return true;
        }
        int slot = fields.findArrived(HeaderName.ORIGIN, 0);
        return slot >= 0 && fields.findArrived(HeaderName.ORIGIN, slot + 1) < 0 && origins.contains(fields.value(slot));
    }

    private boolean hasTheClaims(Exchange exchange) {
        if (condition == null) {
            return true;
        }
        VerifiedToken token = exchange.get(BearerTokenPolicy.TOKEN);
        return token != null && condition.isMetBy(token.claims());
    }
}
