package dev.ponticello.tls;

/** A file of certificates or keys is not what it should be. */
final class InvalidFile extends Exception {
    private final String found;
    private final String expected;

    InvalidFile(String found, String expected) {
        super(found + " (expected: " + expected + ")");
        this.found = found;
        this.expected = expected;
    }

    String found() {
        return found;
    }

    String expected() {
        return expected;
    }
}
