package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The paths that an entry is for: {@code /users}, {@code /users/{id}}, {@code /files/**}.
 *
 * <table>
 * <caption>What a segment matches</caption>
 * <tr><th>segment</th><th>matches</th></tr>
 * <tr><td>literal</td><td>the same bytes, case-sensitive; it must be written in canonical form</td></tr>
 * <tr><td><code>{name}</code></td><td>one segment that is not empty</td></tr>
 * <tr><td>{@code **}, only last</td><td>the rest: {@code /a/**} matches {@code /a}, {@code /a/} and all below</td></tr>
 * <tr><td>empty, only last</td><td>a trailing slash: {@code /a/} is another path than {@code /a}</td></tr>
 * </table>
 *
 * <p>
 * A name is a letter or {@code _}, then letters, digits, {@code _} and {@code -}; each once in a pattern. A pattern has
 * at most {@value #MAX_SEGMENTS} segments.
 */
public final class PathPattern {

    /** How many segments a pattern may have. */
    public static final int MAX_SEGMENTS = 256;

    /** The name by which what {@code **} matched is found. */
    public static final String REST = "**";

    /** What a parameter is in a {@link #shape()}. */
    public static final String ANY = "{}";

    /** A pattern serves listeners of all kinds, so it may say what only some of them let through. */
    private static final PathOptions ANY_LISTENER = new PathOptions(true, true);

    private final String text;
    private final List<String> segments;
    private final List<String> names;

    private PathPattern(String text, List<String> segments, List<String> names) {
        this.text = text;
        this.segments = List.copyOf(segments);
        this.names = List.copyOf(names);
    }

    /**
     * Reads a pattern.
     *
     * @throws PatternException if the text is no pattern, or its literals are not canonical
     */
    public static PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            throw new PatternException(text, 0, "a path that begins with '/'");
        }
        List<String> segments = List.of(text.substring(1).split("/", -1));
        if (segments.size() > MAX_SEGMENTS) {
            throw new PatternException(text, 0, "at most " + MAX_SEGMENTS + " segments, not " + segments.size());
        }
        List<String> names = new ArrayList<>();
        StringBuilder canonical = new StringBuilder();
        int offset = 1;
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (segment.equals(REST)) {
                if (!last) {
                    throw new PatternException(text, offset, "** only as the last segment; {name} is one segment");
                }
                names.add(REST);
                canonical.append('/').append(segment);
            } else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
                names.add(name(text, offset, segment, names));
                canonical.append('/').append(segment);
            } else {
                String literal = canonical(text, offset, segment);
                if (last || !literal.isEmpty()) {
                    canonical.append('/').append(literal);
                }
            }
            offset += segment.length() + 1;
        }
        if (!text.contentEquals(canonical)) {
            throw new PatternException(text, mismatch(text, canonical), canonical + ", its canonical form");
        }
        return new PathPattern(text, segments, names);
    }

    /** The names of what the pattern captures, from left to right; {@link #REST} for what {@code **} matches. */
    public List<String> names() {
        return names;
    }

    /**
     * The pattern of this path and all that is below it.
     *
     * @throws PatternException if this pattern ends with {@code **}, or with a slash and is not {@code /}
     */
    public PathPattern below() {
        if (segments.getLast().equals(REST)) {
            throw new PatternException(text, text.length() - REST.length(), "a path without **");
        }
        if (text.equals("/")) {
            return parse("/" + REST);
        }
        if (text.endsWith("/")) {
            throw new PatternException(text, text.length() - 1, text.substring(0, text.length() - 1));
        }
        return parse(text + "/" + REST);
    }

    /**
     * The segments without the names, so that patterns for the same paths have one shape: literals, {@link #ANY},
     * {@link #REST}; empty for {@code /}.
     */
    public List<String> shape() {
        return text.equals("/") ? List.of()
                : segments.stream().map(segment -> isParameter(segment) ? ANY : segment).toList();
    }

    /** Literals as they are, parameters in braces, {@code **}, and an empty one for a trailing slash. */
    List<String> segments() {
        return segments;
    }

    static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return text;
    }

    private static String name(String text, int offset, String segment, List<String> names) {
        int open = segment.indexOf('{');
        int close = segment.indexOf('}');
        if (open != 0 || close != segment.length() - 1) {
            int wrong = open > 0 ? open : close < 0 ? segment.length() : open < 0 ? close : close + 1;
            throw new PatternException(text, offset + wrong, "{name} as a whole segment");
        }
        String name = segment.substring(1, close);
        if (name.equals(REST)) {
            throw new PatternException(text, offset, "** without braces; {**} is for what is made of it");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-'))) {
                throw new PatternException(text, offset + 1 + i,
                        "a name: a letter or _, then letters, digits, _ and -");
            }
        }
        if (name.isEmpty()) {
            throw new PatternException(text, offset + 1, "a name between the braces");
        }
        if (names.contains(name)) {
            throw new PatternException(text, offset + 1, "each name once; '" + name + "' is written twice");
        }
        return name;
    }

    private static String canonical(String text, int offset, String segment) {
        if (isPlain(segment)) {
            return segment;
        }
        int star = segment.indexOf('*');
        if (star >= 0) {
            throw new PatternException(text, offset + star, "{name} for one segment, or /** at the end");
        }
        StringBuilder escaped = new StringBuilder("/");
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0 || b == ' ') {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            } else {
                escaped.append((char) b);
            }
        }
        byte[] bytes = escaped.toString().getBytes(StandardCharsets.US_ASCII);
        CanonicalPath path = new CanonicalPath();
        PathRefusal refusal = path.read(bytes, 0, bytes.length, ANY_LISTENER);
        if (refusal != null) {
            throw new PatternException(text, offset, "a path that a request may have; this one " + refusal.reason());
        }
        return path.toString().substring(1);
    }

    /** Whether nothing in it could be written otherwise. */
    private static boolean isPlain(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    private static int mismatch(String text, CharSequence canonical) {
        int at = 0;
        while (at < Math.min(text.length(), canonical.length()) && text.charAt(at) == canonical.charAt(at)) {
            at++;
        }
        return at;
    }
}
