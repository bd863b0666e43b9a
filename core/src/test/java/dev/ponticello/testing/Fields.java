package dev.ponticello.testing;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a head or of trailers, one for each line, in the order in which they came. */
public record Fields(List<Field> lines) {
    static final Fields NONE = new Fields(List.of());

    /** One line; the value without white space around it, its bytes as ISO-8859-1. */
    public record Field(String name, String value) {}

    public Fields {
        lines = List.copyOf(lines);
    }

    /** The value of the only line with this name in any case, or null. Fails if there are several. */
    public @Nullable String only(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError("%s: %s (expected: one line)".formatted(name, values));
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** The values of all lines with this name in any case, in order. */
    public List<String> all(String name) {
        return lines.stream().filter(line -> line.name.equalsIgnoreCase(name)).map(Field::value).toList();
    }

    /** The names as they were written, in order. */
    public List<String> names() {
        return lines.stream().map(Field::name).toList();
    }

    @Override
    public String toString() {
        return lines.stream().map(line -> line.name + ": " + line.value).collect(Collectors.joining("\n"));
    }
}
