package dev.ponticello.config;

import dev.ponticello.routing.Conditions;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a request must say, besides host, path and method, for a route to be its route: all of it. How values are compared
 * is told by {@link Conditions}.
 *
 * @param headers value by field name; default none
 * @param query value by the name of a query parameter, both decoded; default none
 */
public record WhenConfig(SequencedMap<String, String> headers, SequencedMap<String, String> query) {

    /** Asks for nothing. */
    public static final WhenConfig NONE = new WhenConfig(Checks.copy(Map.of()), Checks.copy(Map.of()));

    public WhenConfig {
        headers = Checks.fields("headers", headers, Checks::matchableFieldName);
        query.keySet().forEach(name -> Checks.notBlank(Texts.child("query", name), name));
        query = Checks.copy(query);
    }

    /** The same, as routing reads it. */
    @SuppressWarnings("exports") // for the gateway itself
    public Conditions conditions() {
        return Conditions.of(headers, query);
    }
}
