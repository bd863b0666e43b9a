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
 * A mapping from which a record is read key by key. What was asked for are the known keys; any other is a problem with
 * its place, and the nearest known key. Not safe for use by several threads at a time.
 *
 * <p>The ranges stand in the records alone: {@link #build} lets the record's constructor look, reports what it refuses
 * at the place of that key, puts the default there and tries again, so that every wrong value of a record is found.
 */
public final class Section {

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

    /** Whether the key is written. */
    public boolean has(String key) {
        known.add(key);
        return mapping.get(key) != null;
    }

    /**
     * The key's value, or the default when it is not written or was refused.
     *
     * @param read reads it, such as {@code Value::duration}; an {@link IllegalArgumentException} is a problem at its place
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // what was kept is a T, null only where the default may be
    public <T extends @Nullable Object> T get(String key, T standard, Function<Value, ? extends T> read) {
        known.add(key);
        if (refused.contains(key)) {
            return standard;
        }
        if (!values.containsKey(key)) {
            values.put(key, read(key, standard, read));
        }
        return (T) values.get(key);
    }

    /**
     * The key's value; when it is not written, that is a problem.
     *
     * @param expected what should be written, for the problem
     * @param standIn goes on in place of a value that is not there or was refused
     * @param read as in {@link #get}
     */
    public <T> T require(String key, String expected, T standIn, Function<Value, ? extends T> read) {
        if (!has(key)) {
            missing(key, expected);
        }
        return get(key, standIn, read);
    }

    void missing(String key, String expected) {
        reading.problems().error(Texts.child(path, key), "missing", expected);
    }

    /**
     * The record; the stand-in when its constructor refuses even the defaults beside what is written.
     *
     * @param make asks this section for each component and calls the constructor; called again when that has refused one
     */
    public <T> T build(T standIn, Supplier<T> make) {
        T made = null;
        while (made == null) {
            try {
                made = make.get();
            } catch (InvalidValue e) {
                reading.refuse(path.isEmpty() || e.key().startsWith("[") ? path + e.key() : path + "." + e.key(), e);
                made = refused.add(firstKey(e.key())) ? null : standIn;
            } catch (IllegalArgumentException e) {
                reading.problems().error(path, String.valueOf(e.getMessage()), null);
                made = standIn;
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
        } catch (IllegalArgumentException e) {
            reading.problems().error(value.path(), String.valueOf(e.getMessage()), null);
            return standard;
        }
    }

    void refuseUnknownKeys() {
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
