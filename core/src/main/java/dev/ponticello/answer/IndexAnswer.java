package dev.ponticello.answer;

import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import java.util.List;

/**
 * The answer {@code index}: the list of the gateway's routes.
 *
 * <pre>{"gateway":"Ponticello API Gateway","endpoints":[{"path":"/api/token","method":"POST","auth":false}]}</pre>
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class IndexAnswer implements BuiltInAnswer {
    private final Decision decision;

    /** The list of these, in their order. */
    public IndexAnswer(List<Entry> entries) {
        this.decision = Decision.respond(Response.of(200, "application/json", Json.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("gateway", "Ponticello API Gateway");
            json.writeArrayPropertyStart("endpoints");
            for (Entry entry : entries) {
                json.writeStartObject();
                json.writeStringProperty("path", entry.path);
                json.writeStringProperty("method", entry.method);
                json.writeBooleanProperty("auth", entry.auth);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        })));
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        return decision;
    }

    /**
     * A route in the list.
     *
     * @param path its whole pattern: {@code /api/v1/users/{id}}
     * @param method one of its methods
     * @param auth whether a token policy is in its chain
     */
    public record Entry(String path, String method, boolean auth) {}
}
