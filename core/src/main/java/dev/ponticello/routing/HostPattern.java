package dev.ponticello.routing;

import io.netty.util.NetUtil;
import java.util.Locale;

/**
 * The hosts that an entry is for: one name or address, or with {@code *.example.com} every name below
 * {@code example.com}, however deep, but not that name itself. Case-insensitive, without a port.
 */
public final class HostPattern {

    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;
    private static final String WILDCARD = "*.";

    private final String name;
    private final boolean wildcard;

    private HostPattern(String name, boolean wildcard) {
        this.name = name;
        this.wildcard = wildcard;
    }

    /**
     * Reads a pattern.
     *
     * @throws PatternException if the text is neither a name, nor an IPv4 or bracketed IPv6 address, nor such a
     *                          wildcard
     */
    public static HostPattern parse(String text) {
        if (text.startsWith("[")) {
            checkAddress(text);
            return new HostPattern(text.toLowerCase(Locale.ROOT), false);
        }
        boolean wildcard = text.startsWith(WILDCARD);
        int start = wildcard ? WILDCARD.length() : 0;
        checkName(text, start);
        return new HostPattern(text.substring(start).toLowerCase(Locale.ROOT), wildcard);
    }

    /** Whether every host of another pattern is one of this. */
    public boolean contains(HostPattern other) {
        return wildcard ? other.name.endsWith("." + name) || (other.wildcard && other.name.equals(name))
                : equals(other);
    }

    /** Whether some host is one of both. */
    public boolean meets(HostPattern other) {
        return contains(other) || other.contains(this);
    }

    /** Whether the pattern is for the names below one, rather than for that name. */
    public boolean isWildcard() {
        return wildcard;
    }

    /** The name in lower case, without the wildcard. */
    String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostPattern host && host.wildcard == wildcard && host.name.equals(name);
    }

    @Override
    public int hashCode() {
        return wildcard ? ~name.hashCode() : name.hashCode();
    }

    /** The pattern in lower case. */
    @Override
    public String toString() {
        return wildcard ? WILDCARD + name : name;
    }

    private static void checkName(String text, int start) {
        if (text.length() - start > MAX_NAME) {
            throw new PatternException(text, start + MAX_NAME, "at most " + MAX_NAME + " characters");
        }
        int label = start;
        for (int i = start; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (i == label) {
                    throw new PatternException(text, i, i == text.length() && i > start
                            ? "a host without a dot at its end"
                            : "a host name such as example.com");
                }
                if (i - label > MAX_LABEL) {
                    throw new PatternException(text, label + MAX_LABEL, "at most 63 characters between dots");
                }
                label = i + 1;
            } else if (c == ':') {
                throw new PatternException(text, i, "a host without a port; an IPv6 address in brackets");
            } else if (c == '*') {
                throw new PatternException(text, i, "* only as the first label, as in *.example.com");
            } else if (c >= 0x80) {
                throw new PatternException(text, i, "the ASCII form of the name (xn--…)");
            } else if (!Character.isLetterOrDigit(c) && c != '-' && c != '_') {
                throw new PatternException(text, i, "letters, digits, '-', '_' and '.'");
            }
        }
    }

    private static void checkAddress(String text) {
        int end = text.indexOf(']');
        if (end != text.length() - 1) {
            throw new PatternException(text, end < 0 ? text.length() : end + 1,
                    end < 0 ? "an IPv6 address in brackets" : "a host without a port");
        }
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && (c >= 0x80 || Character.digit(c, 16) < 0)) {
                throw new PatternException(text, i, "an IPv6 address in brackets");
            }
        }
        if (!NetUtil.isValidIpV6Address(text.substring(1, end))) {
            throw new PatternException(text, 1, "an IPv6 address in brackets");
        }
    }
}
