package dev.ponticello.routing;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a request must say besides its host, path and method: values of fields and of query parameters, all of them.
 * Immutable; to look whether they hold makes no objects.
 *
 * <p>
 * A field says a value if one of its lines is that value, or has it among its parts between commas (RFC 9110 §5.6.1), to
 * the letter. A query is read as {@code name=value} between {@code &}, a {@code +} being a space (WHATWG URL,
 * application/x-www-form-urlencoded); a parameter says a value if its name and its value are, decoded once, the bytes of
 * these texts in UTF-8. What holds a {@code %} without two hexadecimal digits after it is equal to nothing. Where a name
 * is there more than once, every one is looked at.
 */
public final class Conditions {

    /** None at all: every request says enough. */
    public static final Conditions NONE = new Conditions(Map.of(), Map.of());

    private final Field[] fields;
    private final Parameter[] parameters;

    /** Value by name, the names of fields in lower case behind a colon, those of parameters behind a question mark. */
    private final TreeMap<String, String> said = new TreeMap<>();

    private Conditions(Map<String, String> fields, Map<String, String> parameters) {
        this.fields = fields.entrySet().stream()
                .map(field -> new Field(HeaderName.of(field.getKey()), field.getValue()))
                .toArray(Field[]::new);
        this.parameters = parameters.entrySet().stream()
                .map(parameter -> new Parameter(parameter.getKey(), parameter.getValue())).toArray(Parameter[]::new);
        fields.forEach((name, value) -> said.put(":" + name.toLowerCase(Locale.ROOT), value));
        parameters.forEach((name, value) -> said.put("?" + name, value));
    }

    /**
     * Conditions on fields and on query parameters, value by name.
     *
     * @throws IllegalArgumentException if the name of a field is no token
     */
    public static Conditions of(Map<String, String> fields, Map<String, String> parameters) {
        return fields.isEmpty() && parameters.isEmpty() ? NONE : new Conditions(fields, parameters);
    }

    /** How many there are. */
    int count() {
        return said.size();
    }

    /** What they are about, without the values. */
    Set<String> names() {
        return said.keySet();
    }

    /** Whether both are about something of which they want different values. */
    boolean tellApart(Conditions other) {
        return said.entrySet().stream().anyMatch(one -> {
            String wanted = other.said.get(one.getKey());
            return wanted != null && !wanted.equals(one.getValue());
        });
    }

    /** Whether what is asked with a match says all of them. */
    boolean hold(Match<?> asked) {
        Headers headers = asked.fields;
        if (headers != null) {
            for (Field field : fields) {
                if (!headers.hasValue(field.name, field.value)) {
                    return false;
                }
            }
        }
        for (Parameter parameter : parameters) {
            if (!parameter.isIn(asked.query, asked.queryFrom, asked.queryTo)) {
                return false;
            }
        }
        return true;
    }

    // ---- a request that says them

    void addTo(Headers headers) {
        for (Field field : fields) {
            if (!headers.hasValue(field.name, field.value)) {
                headers.add(field.name, field.value, 0, field.value.length);
            }
        }
    }

    /** The parameters as a query says them. */
    Stream<String> query() {
        return said.entrySet().stream().filter(one -> one.getKey().startsWith("?"))
                .map(one -> encoded(one.getKey().substring(1)) + "=" + encoded(one.getValue()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Conditions conditions && conditions.said.equals(said);
    }

    @Override
    public int hashCode() {
        return said.hashCode();
    }

    @Override
    public String toString() {
        return said.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(" "));
    }

    private static final class Field {
        private final HeaderName name;
        private final byte[] value;

        Field(HeaderName name, String value) {
            this.name = name;
            this.value = value.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private static final class Parameter {
        private final byte[] name;
        private final byte[] value;

        Parameter(String name, String value) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.value = value.getBytes(StandardCharsets.UTF_8);
        }

        boolean isIn(byte[] query, int from, int to) {
            int at = from;
            while (at < to) {
                int equals = to;
                int end = at;
                while (end < to && query[end] != '&') {
                    if (query[end] == '=' && equals == to) {
                        equals = end;
                    }
                    end++;
                }
                int nameEnd = Math.min(equals, end);
                if (decodes(query, at, nameEnd, name) && decodes(query, Math.min(nameEnd + 1, end), end, value)) {
                    return true;
                }
                at = end + 1;
            }
            return false;
        }

        /** Whether a range, decoded once, is these bytes. */
        private static boolean decodes(byte[] query, int from, int to, byte[] wanted) {
            int length = 0;
            int at = from;
            while (at < to) {
                int b = query[at++];
                if (b == '+') {
                    b = ' ';
                } else if (b == '%') {
                    int high = at + 1 < to ? Character.digit(query[at], 16) : -1;
                    int low = high < 0 ? -1 : Character.digit(query[at + 1], 16);
                    if (low < 0) {
                        return false;
                    }
                    b = high << 4 | low;
                    at += 2;
                }
                if (length == wanted.length || wanted[length++] != (byte) b) {
                    return false;
                }
            }
            return length == wanted.length;
        }
    }
}
