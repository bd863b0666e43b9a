package dev.ponticello.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A mapping from which a record is read key by key. What was asked for are the known keys; any other is a problem.
 *
 * <p>The ranges stand in the records alone: {@link #build} lets the record's constructor look, reports what it refuses
 * at the place of that key, puts the default there and tries again, so that every wrong value of a record is found.
 */
final class Section {

    private final Reading reading;
    private final String path;
    private final Settings.Mapping mapping;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, @Nullable Object> values = new HashMap<>();

    Section(Reading reading, String path, Settings.Mapping mapping) {
        this.reading = reading;
        this.path = path;
        this.mapping = mapping;
    }

    boolean has(String key) {
        known.add(key);
        return mapping.get(key) != null;
    }

    /** The key's value, or the default when it is not written or was refused. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what was kept is a T, null only where the default may be
    <T extends @Nullable Object> T get(String key, T standard, Function<Value, ? extends T> read) {
        known.add(key);
        if (refused.contains(key)) {
            return standard;
        }
        if (!values.containsKey(key)) {
            values.put(key, read(key, standard, read));
        }
        return (T) values.get(key);
    }

    /** The key's value; when it is not written, that is a problem. */
    <T> T require(String key, String expected, T standIn, Function<Value, ? extends T> read) {
        if (!has(key)) {
            missing(key, expected);
        }
        return get(key, standIn, read);
    }

    void missing(String key, String expected) {
        reading.problems().error(Texts.child(path, key), "missing", expected);
    }

    /** The record; the stand-in when its constructor refuses even the defaults beside what is written. */
    <T> T build(T standIn, Supplier<T> make) {
        T made = null;
        while (made == null) {
            try {
                made = make.get();
            } catch (InvalidValue e) {
                reading.refuse(path.isEmpty() || e.key().startsWith("[") ? path + e.key() : path + "." + e.key(), e);
                made = refused.add(firstKey(e.key())) ? null : standIn;
            }
        }
        refuseUnknownKeys();
        return made;
    }

    private <T extends @Nullable Object> T read(String key, T standard, Function<Value, ? extends T> read) {
        Settings written = mapping.get(key);
        if (written == null) {
            return standard;
        }
        Value value = new Value(reading, Texts.child(path, key), written);
        try {
            return read.apply(value);
        } catch (InvalidValue e) {
            reading.refuse(value.path(), e);
            return standard;
        }
    }

    private void refuseUnknownKeys() {
        for (Settings.Entry entry : mapping.entries()) {
            if (!known.contains(entry.key())) {
                reading.problems().add(new Problem(Problem.Severity.ERROR, Texts.child(path, entry.key()),
                        entry.keyPlace(), "unknown key", known.isEmpty() ? "no settings" : Words.anyOf(known),
                        Words.hint(entry.key(), known)));
            }
        }
    }

    private static String firstKey(String key) {
        int end = 0;
        while (end < key.length() && key.charAt(end) != '.' && key.charAt(end) != '[') {
            end++;
        }
        return key.substring(0, end);
    }
}
