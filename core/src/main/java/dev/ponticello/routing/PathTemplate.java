package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path made of literals and of what a pattern captured: <code>/v2/users/{id}</code>, <code>/{**}</code>. Immutable.
 *
 * <p>
 * Its segments are written like those of a {@link PathPattern}, with <code>{**}</code> for what {@code **} captured, only
 * as the last one. A capture is a whole segment, or the rest of a canonical path; so what comes out is canonical as well,
 * and holds no line break, space or control character, and no empty or {@code ..} segment.
 */
public final class PathTemplate {

    private static final String REST = "{" + PathPattern.REST + "}";

    /** The template as a pattern: {@code **} for <code>{**}</code>. */
    private final PathPattern written;

    /** The literals, one more than there are captures between them. */
    private final byte[][] literals;
    private final int[] captures;

    private PathTemplate(PathPattern written, List<String> segments, PathPattern pattern) {
        this.written = written;
        List<byte[]> literals = new ArrayList<>();
        List<Integer> captures = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (String segment : segments) {
            literal.append('/');
            boolean rest = segment.equals(PathPattern.REST);
            if (rest || PathPattern.isParameter(segment)) {
                literals.add(literal.toString().getBytes(StandardCharsets.US_ASCII));
                literal.setLength(0);
                captures.add(pattern.names().indexOf(rest ? segment : segment.substring(1, segment.length() - 1)));
            } else {
                literal.append(segment);
            }
        }
        literals.add(literal.toString().getBytes(StandardCharsets.US_ASCII));
        this.literals = literals.toArray(byte[][]::new);
        this.captures = captures.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Reads a template, for whatever pattern.
     *
     * @throws PatternException if the text is none, or its literals are not canonical
     */
    public static void check(String text) {
        read(text);
    }

    /**
     * Reads a template for the captures of a pattern.
     *
     * @throws PatternException if the text is none, its literals are not canonical, or the pattern has no capture of one
     *                          of its names
     */
    public static PathTemplate of(String text, PathPattern pattern) {
        PathPattern written = read(text);
        for (String name : written.names()) {
            if (!pattern.names().contains(name)) {
                throw new PatternException(text, text.indexOf("{" + name + "}") + 1,
                        pattern.names().isEmpty() ? "no capture: " + pattern + " has none"
                                : "a capture of " + pattern + ": {" + String.join("}, {", pattern.names()) + "}");
            }
        }
        return new PathTemplate(written, written.segments(), pattern);
    }

    private static PathPattern read(String text) {
        String pattern = text.endsWith("/" + REST)
                ? text.substring(0, text.length() - REST.length()) + PathPattern.REST
                : text;
        int rest = text.indexOf(REST);
        if (rest >= 0 && pattern.equals(text)) {
            throw new PatternException(text, rest, "{**} only as the last segment");
        }
        int stars = text.indexOf("/" + PathPattern.REST);
        if (stars >= 0) {
            throw new PatternException(text, stars + 1, "{**} for what ** matched");
        }
        return PathPattern.parse(pattern);
    }

    /** Whether it makes of what a pattern captured the path that was matched. */
    public boolean makes(PathPattern pattern) {
        return written.equals(pattern);
    }

    /** The first segments alone. */
    PathTemplate start(int segments, PathPattern pattern) {
        return new PathTemplate(written, written.segments().subList(0, segments), pattern);
    }

    List<String> segments() {
        return written.segments();
    }

    /** How many bytes {@link #fill} writes. */
    int length(Match<?> match) {
        int length = 0;
        for (byte[] literal : literals) {
            length += literal.length;
        }
        for (int capture : captures) {
            length += match.captureTo(capture) - match.captureFrom(capture);
        }
        return length;
    }

    /** Writes the path that it makes of what was matched; the index behind it. */
    int fill(Match<?> match, byte[] out, int at) {
        int next = at;
        for (int i = 0; i < literals.length; i++) {
            System.arraycopy(literals[i], 0, out, next, literals[i].length);
            next += literals[i].length;
            if (i < captures.length) {
                int from = match.captureFrom(captures[i]);
                int length = match.captureTo(captures[i]) - from;
                System.arraycopy(match.path, from, out, next, length);
                next += length;
            }
        }
        return next;
    }

    /** The path that it makes of what was matched, which must have been matched by its pattern. */
    public byte[] fill(Match<?> match) {
        byte[] out = new byte[length(match)];
        fill(match, out, 0);
        return out;
    }
}
