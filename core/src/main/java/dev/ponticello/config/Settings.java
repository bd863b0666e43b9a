package dev.ponticello.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A tree of values as they are written, each with its place: what a config text says before anybody asks what it means.
 * Scalars are texts; the key under which one stands decides whether it has to be a number, a duration or a word.
 */
public sealed interface Settings {

    /** Where the value begins. */
    Place place();

    /** A single value, before substitution. */
    record Scalar(Place place, String text) implements Settings {}

    /** A value left out: {@code key:}, {@code ~} or {@code null}. */
    record Nothing(Place place) implements Settings {}

    /** Values in written order. */
    record Sequence(Place place, List<Settings> items) implements Settings {

        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Values by key, in written order, each key once. */
    record Mapping(Place place, List<Entry> entries) implements Settings {

        public Mapping {
            entries = List.copyOf(entries);
        }

        /** The value of this key, or null. */
        public @Nullable Settings get(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
            return null;
        }
    }

    /** One key of a mapping and its value. */
    record Entry(Place keyPlace, String key, Settings value) {}
}
