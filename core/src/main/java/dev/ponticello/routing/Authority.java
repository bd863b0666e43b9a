package dev.ponticello.routing;

/** The parts of an authority (RFC 3986 §3.2), such as {@code a.example:8443} or {@code [::1]}. */
public final class Authority {
    private Authority() {}

    /** Where its host ends: before the colon of a port, behind the brackets of an IPv6 address. */
    public static int hostEnd(byte[] authority, int from, int to) {
        int end = from;
        boolean address = from < to && authority[from] == '[';
        while (end < to && (address || authority[end] != ':')) {
            address &= authority[end] != ']';
            end++;
        }
        return end;
    }
}
