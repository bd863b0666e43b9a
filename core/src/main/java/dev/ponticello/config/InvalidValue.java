package dev.ponticello.config;

/**
 * A value that a config record refuses. Carries the key relative to the record ({@code head}, {@code origins[2]}), so
 * that the reader can tell the place in the file; its message is what a caller from Java sees.
 */
final class InvalidValue extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String found;
    private final String expected;

    InvalidValue(String key, String found, String expected) {
        super(key + ": " + found + " (expected: " + expected + ")");
        this.key = key;
        this.found = found;
        this.expected = expected;
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
}
