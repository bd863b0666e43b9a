package dev.ponticello.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259) from plain values. */
final class JsonText {
    private JsonText() {}

    /**
     * Appends a value.
     *
     * @throws IllegalArgumentException if it, or something in it, is no text, number, boolean, map, list or null, or a number without end
     */
    static void append(StringBuilder json, @Nullable Object value) {
        switch (value) {
            case null -> json.append("null");
            case CharSequence text -> appendString(json, text);
            case Boolean flag -> json.append(flag.booleanValue());
            case Double number when !Double.isFinite(number) -> throw refusal(number);
            case Float number when !Float.isFinite(number) -> throw refusal(number);
            case Number number -> json.append(number);
            case Map<?, ?> map -> appendObject(json, map);
            case Iterable<?> items -> appendArray(json, items);
            default -> throw refusal(value);
        }
    }

    private static IllegalArgumentException refusal(Object value) {
        return new IllegalArgumentException("JSON: " + value + " of " + value.getClass().getName()
                + " (expected: a text, finite number, boolean, map, list or null)");
    }

    private static void appendObject(StringBuilder json, Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
            json.append(before);
            appendString(json, String.valueOf(member.getKey()));
            append(json.append(':'), member.getValue());
            before = ',';
        }
        json.append(before == '{' ? "{}" : "}");
    }

    private static void appendArray(StringBuilder json, Iterable<?> items) {
        char before = '[';
        for (Object item : items) {
            append(json.append(before), item);
            before = ',';
        }
        json.append(before == '[' ? "[]" : "]");
    }

    /** Appends a string (RFC 8259 §7). */
    static void appendString(StringBuilder json, CharSequence text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
