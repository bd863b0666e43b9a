package dev.ponticello.config;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a redirect leads, in parts: {@code https://new.example.com}, <code>/{**}</code>, {@code v=2}, {@code top}. What a
 * path captured stands in the path alone: nothing that a client sends can choose the authority.
 *
 * @param origin scheme and authority; empty for that of the client
 * @param path with what the route's pattern captured
 * @param query null for the client's
 * @param fragment null for none
 */
public record RedirectTarget(String origin, String path, @Nullable String query, @Nullable String fragment) {

    private static final Pattern QUERY = Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*");
    private static final String EXPECTED = "a path like /new/{**} or a URL like https://new.example.com/{**}";

    /** Its parts; {@code to} is the key that is told when there are none. */
    static RedirectTarget parse(String to) {
        int fragmentAt = to.indexOf('#');
        String beforeFragment = fragmentAt < 0 ? to : to.substring(0, fragmentAt);
        String fragment = fragmentAt < 0 ? null : to.substring(fragmentAt + 1);
        int queryAt = beforeFragment.indexOf('?');
        String beforeQuery = queryAt < 0 ? beforeFragment : beforeFragment.substring(0, queryAt);
        String query = queryAt < 0 ? null : beforeFragment.substring(queryAt + 1);
        int pathAt = pathAt(to, beforeQuery);
        String path = beforeQuery.substring(pathAt);
        if (!isQuery(query) || !isQuery(fragment)) {
            throw new InvalidValue("to", Texts.quoted(to),
                    "captures in the path alone, and escapes for what a URL cannot hold");
        }
        return new RedirectTarget(beforeQuery.substring(0, pathAt),
                path.isEmpty() ? "/" : Checks.template("to", path), query, fragment);
    }

    private static int pathAt(String to, String beforeQuery) {
        if (beforeQuery.startsWith("/") && !beforeQuery.startsWith("//")) {
            return 0;
        }
        String lower = beforeQuery.toLowerCase(Locale.ROOT);
        int authority = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            throw new InvalidValue("to", Texts.quoted(to), EXPECTED);
        }
        int slash = beforeQuery.indexOf('/', authority);
        int end = slash < 0 ? beforeQuery.length() : slash;
        try {
            HostPort.parse("to", beforeQuery.substring(authority, end), 0);
        } catch (InvalidValue ignored) {
            throw new InvalidValue("to", Texts.quoted(to), EXPECTED);
        }
        return end;
    }

    private static boolean isQuery(@Nullable String text) {
        return text == null || QUERY.matcher(text).matches();
    }
}
