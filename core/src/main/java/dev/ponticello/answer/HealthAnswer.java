package dev.ponticello.answer;

import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.upstream.CircuitBreaker;
import dev.ponticello.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer {@code health}: 200 with the state of the circuits.
 *
 * <pre>{"status":"healthy","circuits":{"users":"closed","orders":"half-open"}}</pre>
 *
 * <p>{@code status} is {@code degraded}, still with 200, while any circuit is not closed. Upstreams without a breaker are
 * not listed.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class HealthAnswer implements BuiltInAnswer {
    private final List<Circuit> circuits = new ArrayList<>();

    /** The health of these upstreams, in their order. */
    public HealthAnswer(Collection<Upstream> upstreams) {
        for (Upstream upstream : upstreams) {
            CircuitBreaker breaker = upstream.breaker();
            if (breaker != null) {
                circuits.add(new Circuit(upstream.name(), breaker));
            }
        }
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        long now = exchange.loop().clock().nanoTime();
        boolean healthy = true;
        Map<String, String> states = new LinkedHashMap<>();
        for (Circuit circuit : circuits) {
            CircuitBreaker.State state = circuit.breaker.state(now);
            healthy &= state == CircuitBreaker.State.CLOSED;
            states.put(circuit.upstream, state.label());
        }
        String status = healthy ? "healthy" : "degraded";
        return Decision.respond(Response.of(200, "application/json", Json.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("status", status);
            json.writeObjectPropertyStart("circuits");
            states.forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        })));
    }

    private record Circuit(String upstream, CircuitBreaker breaker) {}
}
