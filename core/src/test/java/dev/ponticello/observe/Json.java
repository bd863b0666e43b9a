package dev.ponticello.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads what a log wrote with a parser that is not the log's own. */
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {}

    /** The members of an object, in order; fails for what is not exactly one object. */
    static Map<String, @Nullable Object> object(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new AssertionError(text + " (expected: an object)");
            }
            Map<String, @Nullable Object> members = members(parser);
            if (parser.nextToken() != null) {
                throw new AssertionError(text + " (expected: one object)");
            }
            return members;
        }
    }

    private static Map<String, @Nullable Object> members(JsonParser parser) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            members.put(name, switch (parser.nextToken()) {
                case START_OBJECT -> members(parser);
                case VALUE_STRING -> parser.getString();
                case VALUE_NUMBER_INT -> parser.getLongValue();
                case VALUE_NULL -> null;
                default -> throw new AssertionError(name + ": " + parser.currentToken());
            });
        }
        return members;
    }
}
