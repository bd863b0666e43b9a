package dev.ponticello.identity;

/** A key that tokens must not be verified with. Its message is {@code found (expected: …)}. */
final class InvalidKey extends Exception {
    private static final long serialVersionUID = 1;

    private final String found;
    private final String expected;

    InvalidKey(String found, String expected) {
        super(found + " (expected: " + expected + ")");
        this.found = found;
        this.expected = expected;
    }

    /** The refusal of a private key, which only an issuer needs. */
    static InvalidKey isPrivate() {
        return new InvalidKey("a private key", "public keys; a gateway needs no private one");
    }

    String found() {
        return found;
    }

    String expected() {
        return expected;
    }
}
