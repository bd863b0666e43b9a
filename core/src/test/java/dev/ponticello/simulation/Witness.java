package dev.ponticello.simulation;

import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Target;
import dev.ponticello.http.HeaderName;
import dev.ponticello.observe.AccessLogLines;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down what the gateway says of each exchange: in every config that is served, one of its policies stands in the place of the access log, outermost in every chain. */
final class Witness {
    private final World world;
    private final Map<String, Long> permits = new HashMap<>();
    private final Map<Upstream, Edition> upstreams = new LinkedHashMap<>();
    private final AccessLogLines lines = new AccessLogLines();
    private int running;
    private int open;
    private long concludedNanos;

    Witness(World world) {
        this.world = world;
    }

    /** How many exchanges have begun and not ended. */
    int running() {
        return running;
    }

    /** How many configs were compiled, and are not closed. */
    int open() {
        return open;
    }

    /** The policy of one edition, when its config is compiled. */
    Policy policy(Edition edition) {
        open++;
        return new Policy() {
            private boolean closed;

            @Override
            public Decision onRequest(Exchange exchange) {
                if (closed) {
                    world.violated("a config is served that was closed");
                }
                begin(exchange, edition, this);
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

    /** The upstreams of the gateway that were asked for anything, each with the edition that it is of. */
    Map<Upstream, Edition> upstreams() {
        return upstreams;
    }

    private void begin(Exchange exchange, Edition edition, Policy policy) {
        running++;
        if (exchange.route() != null && exchange.route().target() instanceof Target.Forward forward) {
            upstreams.putIfAbsent(forward.upstream(), edition);
        }
        PlannedExchange plan = plan(exchange);
        boolean refusedByLimit = countPermit(exchange, edition);
        if (plan == null) {
            world.violated("the gateway has taken a request that nobody sent: " + exchange.request());
        } else if (++plan.begun > 1) {
            world.violated("the gateway has taken a request twice: " + plan);
        } else {
            plan.limited = refusedByLimit;
            plan.edition = edition;
            plan.policy = policy;
            plan.begunNanos = world.time().nanoTime();
            checkAddress(exchange, plan);
        }
    }

    /** Row 41 of the hostile tests: who is not trusted cannot say that he is somebody else. */
    private void checkAddress(Exchange exchange, PlannedExchange plan) {
        String address = exchange.clientAddress().toString();
        if (!plan.clientTrusted && !address.equals(plan.clientAddress)) {
            world.violated("the client's address is " + address + " (expected: " + plan.clientAddress + "): " + plan);
        }
        if (plan.clientTrusted && !address.equals(plan.clientAddress)) {
            world.happens(Hostile.ROW_41_TRUSTED_PROXY);
            if (!address.equals("203.0.113.2")) {
                world.violated("the client's address is " + address + " (expected: the last one of those who are not"
                        + " trusted): " + plan);
            }
        }
    }

    /** What the limit must decide: the clock never goes back here, so a count for each window is all there is to it. */
    private boolean countPermit(Exchange exchange, Edition edition) {
        RateLimitConfig limit = edition.limit();
        if (limit == null) {
            return false;
        }
        long window = exchange.startedMillis() / limit.limit().per().toMillis();
        StringBuilder key = new StringBuilder().append(edition.counts()).append(' ').append(window);
        for (RateLimitConfig.By by : limit.by()) {
            key.append('\n');
            if (by instanceof RateLimitConfig.By.Header(String name)) {
                // Row 43 of the hostile tests: all values count.
                exchange.request().headers().all(HeaderName.of(name)).stream().filter(value -> !value.isEmpty())
                        .forEach(value -> key.append(value).append('\r'));
            } else {
                String address = exchange.clientAddress().toString();
                key.append(address.contains(":") ? "the only network with IPv6" : address);
            }
        }
        long used = permits.getOrDefault(key.toString(), 0L);
        if (used >= limit.limit().permits()) {
            if (exchange.clientAddress().toString().contains(":")) {
                world.happens(Hostile.ROW_53_IPV6_ROTATION);
            }
            return true;
        }
        permits.put(key.toString(), used + 1);
        return false;
    }

    private @Nullable PlannedExchange plan(Exchange exchange) {
        return world.exchange(PlannedExchange.idIn(exchange.request().path()));
    }

    private void conclude(Exchange exchange, Outcome outcome, Policy policy) {
        checkLine(lines.of(exchange, outcome));
        PlannedExchange plan = exchange.request().pathEnd() > exchange.request().pathStart() ? plan(exchange) : null;
        if (plan == null) {
            if (world.isTracing()) {
                world.trace("gateway refuses a head: " + exchange.failure());
            }
            return;
        }
        if (!policy.equals(plan.policy)) {
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

    /** Row 65 of the hostile tests: whatever is logged, it is one line. */
    private void checkLine(byte[] line) {
        for (int i = 0; i < line.length - 1; i++) {
            if (line[i] < ' ') {
                world.violated("a line of the access log has a character that is not visible ASCII: "
                        + new String(line, StandardCharsets.ISO_8859_1));
                return;
            }
        }
    }
}
