package dev.ponticello.routing;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a path when it is forwarded, and of a path in the answer when it comes back. Immutable; it works on
 * canonical paths alone.
 *
 * <p>
 * Where the pattern and what it is rewritten to end with the same segments, what differs before these is a pair of
 * prefixes: {@code /api/v1} and nothing for <code>/api/v1/users/{id}</code> that becomes <code>/users/{id}</code>. The
 * client's prefix is removed on the way there, and put back on the way back.
 */
public final class PathRewrite {

    private static final int NO_PREFIX = -1;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] ROOT = {'/'};

    /** Makes the whole path; null where a prefix is replaced and the rest kept. */
    private final @Nullable PathTemplate whole;

    /** How many segments the client's prefix has, and what makes the endpoint's. */
    private final int prefixSegments;
    private final PathTemplate prefix;

    private PathRewrite(@Nullable PathTemplate whole, int prefixSegments, PathTemplate prefix) {
        this.whole = whole;
        this.prefixSegments = prefixSegments;
        this.prefix = prefix;
    }

    /**
     * Another path, with what a pattern captured.
     *
     * @throws PatternException as {@link PathTemplate#of}
     */
    public static PathRewrite toPath(String path, PathPattern pattern) {
        PathTemplate template = PathTemplate.of(path, pattern);
        List<String> from = pattern.segments();
        List<String> to = template.segments();
        int alike = 0;
        while (alike < Math.min(from.size(), to.size())
                && from.get(from.size() - 1 - alike).equals(to.get(to.size() - 1 - alike))) {
            alike++;
        }
        return new PathRewrite(template, alike == 0 ? NO_PREFIX : from.size() - alike,
                template.start(to.size() - alike, pattern));
    }

    /**
     * A prefix in place of what stands before {@code **}.
     *
     * @throws PatternException as {@link PathTemplate#of}, and if the pattern has no {@code **} or the prefix has
     */
    public static PathRewrite toPrefix(String prefix, PathPattern pattern) {
        PathTemplate template = PathTemplate.of(prefix, pattern);
        List<String> to = template.segments();
        if (!pattern.segments().getLast().equals(PathPattern.REST)) {
            throw new PatternException(prefix, 0, "a route whose path ends with /**, not " + pattern);
        }
        if (to.getLast().equals(PathPattern.REST)) {
            throw new PatternException(prefix, prefix.length() - 4, "a prefix without {**}, which follows it anyway");
        }
        if (to.getLast().isEmpty() && to.size() > 1) {
            throw new PatternException(prefix, prefix.length() - 1, prefix.substring(0, prefix.length() - 1));
        }
        return new PathRewrite(null, pattern.segments().size() - 1,
                template.start(to.getLast().isEmpty() ? 0 : to.size(), pattern));
    }

    /** The path to forward. */
    public byte[] forward(Match<?> match) {
        if (whole != null) {
            return whole.fill(match);
        }
        int rest = prefixEnd(match);
        int start = prefix.length(match);
        int length = start + match.to - rest;
        if (length == 0) {
            return ROOT;
        }
        byte[] path = new byte[length];
        prefix.fill(match, path, 0);
        System.arraycopy(match.path, rest, path, start, match.to - rest);
        return path;
    }

    /** The prefix that the client's path has before what is forwarded; empty if there is none. */
    public byte[] removedPrefix(Match<?> match) {
        return prefixSegments == NO_PREFIX ? NOTHING : Arrays.copyOfRange(match.path, match.from, prefixEnd(match));
    }

    /** The prefix that stands in its place in what is forwarded; null if paths cannot be told back. */
    public byte @Nullable [] newPrefix(Match<?> match) {
        return prefixSegments == NO_PREFIX ? null : prefix.fill(match);
    }

    private int prefixEnd(Match<?> match) {
        int at = match.from;
        for (int segment = 0; segment < prefixSegments; segment++) {
            at++;
            while (at < match.to && match.path[at] != '/') {
                at++;
            }
        }
        return Math.min(at, match.to);
    }
}
