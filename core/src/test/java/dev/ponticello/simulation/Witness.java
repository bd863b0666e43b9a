package dev.ponticello.simulation;

import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Target;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.upstream.Upstream;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes down what the gateway says of each exchange: in every config that is served, one of its policies stands in the place of the access log, outermost in every chain. */
final class Witness {
    private final World world;
    private final @Nullable RateLimitConfig limit;
    private final Map<String, Long> permits = new HashMap<>();
    private final Set<Upstream> upstreams = new LinkedHashSet<>();
    private int running;
    private int open;
    private long concludedNanos;

    /** @param limit the limit that stands behind it in every chain, or null */
    Witness(World world, @Nullable RateLimitConfig limit) {
        this.world = world;
        this.limit = limit;
    }

    /** How many exchanges have begun and not ended. */
    int running() {
        return running;
    }

    /** How many configs were compiled, and are not closed. */
    int open() {
        return open;
    }

    /** The policy of one config. */
    Policy policy() {
        open++;
        return new Policy() {
            private boolean closed;

            @Override
            public Decision onRequest(Exchange exchange) {
                begin(exchange, this);
                return Decision.CONTINUE;
            }

            @Override
            public void onConclude(Exchange exchange, Outcome outcome) {
                conclude(exchange, outcome, this);
            }

            @Override
            public void close() {
                open--;
                if (closed) {
                    world.violated("a policy was closed twice");
                }
                closed = true;
            }
        };
    }

    /** When the last exchange ended. */
    long concludedNanos() {
        return concludedNanos;
    }

    /** The upstreams of the gateway that were asked for anything. */
    Set<Upstream> upstreams() {
        return upstreams;
    }

    private void begin(Exchange exchange, Policy policy) {
        running++;
        if (exchange.route() != null && exchange.route().target() instanceof Target.Forward forward) {
            upstreams.add(forward.upstream());
        }
        PlannedExchange plan = plan(exchange);
        boolean refusedByLimit = countPermit(exchange);
        if (plan == null) {
            world.violated("the gateway has taken a request that nobody sent: " + exchange.request());
        } else if (++plan.begun > 1) {
            world.violated("the gateway has taken a request twice: " + plan);
        } else {
            plan.limited = refusedByLimit;
            plan.policy = policy;
        }
    }

    /** What the limit must decide: the clock never goes back here, so a count for each window is all there is to it. */
    private boolean countPermit(Exchange exchange) {
        RateLimitConfig config = limit;
        if (config == null) {
            return false;
        }
        long window = exchange.startedMillis() / config.limit().per().toMillis();
        long used = permits.merge(exchange.clientAddress() + "@" + window, 1L, Long::sum);
        return used > config.limit().permits();
    }

    private @Nullable PlannedExchange plan(Exchange exchange) {
        return world.exchange(PlannedExchange.idIn(exchange.request().path()));
    }

    private void conclude(Exchange exchange, Outcome outcome, Policy policy) {
        PlannedExchange plan = exchange.request().pathEnd() > exchange.request().pathStart() ? plan(exchange) : null;
        if (plan == null) {
            if (world.isTracing()) {
                world.trace("gateway refuses a head: " + exchange.failure());
            }
            return;
        }
        if (plan.policy != policy) {
            world.violated("begun with one config, ended with another: " + plan);
        }
        running--;
        concludedNanos = world.time().nanoTime();
        plan.outcome = outcome;
        plan.concluded++;
        plan.failure = exchange.failure();
        plan.attempts = exchange.attempts();
        plan.loggedStatus = exchange.status();
        plan.requestBytes = exchange.requestBytes();
        plan.responseBytes = exchange.responseBytes();
        if (world.isTracing()) {
            world.trace("gateway concludes " + plan.id() + ": " + outcome.label()
                    + (exchange.failure() == null ? "" : " " + exchange.failure().slug()) + ", status "
                    + exchange.status() + ", attempts " + exchange.attempts());
        }
    }
}
