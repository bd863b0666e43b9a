package dev.ponticello.routing;

/** A path or host pattern that cannot be read: what it is, where it goes wrong, and what was expected. */
public final class PatternException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String pattern;
    private final int offset;
    private final String expected;

    PatternException(String pattern, int offset, String expected) {
        super("'" + printable(pattern) + "' at offset " + offset + " (expected: " + expected + ")");
        this.pattern = pattern;
        this.offset = offset;
        this.expected = expected;
    }

    /** The whole pattern as it was written. */
    public String pattern() {
        return pattern;
    }

    /** The index in the pattern, from 0, of the character where it goes wrong. */
    public int offset() {
        return offset;
    }

    /** What may stand there instead. */
    public String expected() {
        return expected;
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
