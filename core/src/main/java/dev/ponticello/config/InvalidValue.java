package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * A value that a config record refuses. Carries the key relative to the record ({@code head}, {@code origins[2]}), so
 * that the reader can tell the place in the file; its message is what a caller from Java sees.
 */
class InvalidValue extends IllegalArgumentException {

    private final String key;
    private final String found;
    private final String expected;
    private final @Nullable String hint;

    InvalidValue(String key, String found, String expected) {
        this(key, found, expected, null);
    }

    InvalidValue(String key, String found, String expected, @Nullable String hint) {
        super(key + ": " + found + " (expected: " + expected + ")");
        this.key = key;
        this.found = found;
        this.expected = expected;
        this.hint = hint;
    }

    String key() {
        return key;
    }

    String found() {
        return found;
    }

    String expected() {
        return expected;
    }

    @Nullable
    String hint() {
        return hint;
    }

    /** A value that is refused because of what in it was reported already. */
    static final class Reported extends InvalidValue {

        Reported() {
            super("", "refused", "nothing that was reported");
        }
    }
}
