package dev.ponticello.routing;

import dev.ponticello.http.Authority;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link RouteTable} says about one request. Reusable and not thread-safe: one for each exchange or loop. It
 * refers to the path that was matched and reads it again when a capture is asked for as text.
 *
 * @param <T> what entries lead to
 */
public final class Match<T> {

    /** How much of a request some entry is for. */
    public enum Kind {

        /** {@link Match#value()} is the entry for the request. */
        FOUND,

        /** The path is known, the method not: {@link Match#value()} is the most specific entry for the path. */
        METHOD_NOT_ALLOWED,

        /** No entry is for this host and path. */
        NOT_FOUND
    }

    private static final byte[] NOTHING = new byte[0];
    private static final Headers NO_FIELDS = new Headers(0, 0);

    private Kind kind = Kind.NOT_FOUND;
    private @Nullable Entry<T> entry;
    private String allow = "";
    private int[] ranges = new int[8];

    // What is looked for, while it is looked for.
    byte[] path = NOTHING;
    int from;
    int to;
    String method = "";
    /** Null where they are not known yet: those of the request that a preflight asks for. */
    @Nullable
    Headers fields = NO_FIELDS;
    byte[] query = NOTHING;
    int queryFrom;
    int queryTo;
    @Nullable
    Entry<T> nearest;
    @Nullable
    Set<String> allowed;
    final byte[] host = new byte[256];
    int hostLength;

    /** How much of the request some entry is for. */
    public Kind kind() {
        return kind;
    }

    /**
     * The value of the entry.
     *
     * @throws IllegalStateException if there is none, because the kind is {@link Kind#NOT_FOUND}
     */
    public T value() {
        return entry().value();
    }

    /**
     * The path pattern of the entry.
     *
     * @throws IllegalStateException if there is none, because the kind is {@link Kind#NOT_FOUND}
     */
    public PathPattern pattern() {
        return entry().path();
    }

    /**
     * The value of an Allow field (RFC 9110 §10.2.1) when the kind is {@link Kind#METHOD_NOT_ALLOWED}, else empty: the
     * methods of all entries for this host and path, HEAD where GET is, and OPTIONS.
     */
    public String allow() {
        return allow;
    }

    /** How many parts of the path the pattern captured: one for each of its names if the kind is FOUND, else 0. */
    public int captures() {
        return kind == Kind.FOUND ? entry().path().names().size() : 0;
    }

    /** Where a capture begins in the array that was matched. */
    public int captureFrom(int index) {
        return ranges[2 * checked(index)];
    }

    /** Where a capture ends in the array that was matched. */
    public int captureTo(int index) {
        return ranges[2 * checked(index) + 1];
    }

    /** A capture as text, as it stands in the canonical path (escapes are not decoded). */
    public String capture(int index) {
        int from = captureFrom(index);
        return new String(path, from, captureTo(index) - from, StandardCharsets.US_ASCII);
    }

    /** The capture with a name of the pattern, or null if the pattern has no such name or none was found. */
    public @Nullable String capture(String name) {
        int index = kind == Kind.FOUND ? entry().path().names().indexOf(name) : -1;
        return index < 0 ? null : capture(index);
    }

    /** Forgets everything, so that neither the table nor the path is kept. */
    public void clear() {
        begin(NOTHING, 0, 0, "");
    }

    void begin(byte[] path, int from, int to, String method) {
        this.kind = Kind.NOT_FOUND;
        this.entry = null;
        this.allow = "";
        this.path = path;
        this.from = from;
        this.to = to;
        this.method = method;
        this.fields = NO_FIELDS;
        this.query = NOTHING;
        this.queryFrom = 0;
        this.queryTo = 0;
        this.nearest = null;
        this.allowed = null;
        this.hostLength = 0;
    }

    /** What else the request says; the query is empty unless it ends above where it begins. */
    void says(@Nullable Headers fields, byte[] query, int queryFrom, int queryTo) {
        this.fields = fields;
        this.query = query;
        this.queryFrom = queryFrom;
        this.queryTo = queryTo;
    }

    void found(Kind kind, Entry<T> entry, String allow) {
        this.kind = kind;
        this.entry = entry;
        this.allow = allow;
    }

    boolean found(Entry<T> looked) {
        return kind == Kind.FOUND && entry == looked;
    }

    void setCapture(int index, int from, int to) {
        if (2 * index == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * ranges.length);
        }
        ranges[2 * index] = from;
        ranges[2 * index + 1] = to;
    }

    /** Copies the name or address of an authority, in lower case, without its port and without a dot at its end. */
    void readHost(byte[] authority, int from, int to) {
        int end = Authority.hostEnd(authority, from, to);
        if (end - from > 1 && authority[end - 1] == '.') {
            end--;
        }
        if (end - from > host.length) {
            return;
        }
        for (int i = from; i < end; i++) {
            byte b = authority[i];
            host[i - from] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
        hostLength = Math.max(0, end - from);
    }

    private Entry<T> entry() {
        if (entry == null) {
            throw new IllegalStateException("match: NOT_FOUND (expected: FOUND or METHOD_NOT_ALLOWED)");
        }
        return entry;
    }

    private int checked(int index) {
        if (index < 0 || index >= captures()) {
            throw new IndexOutOfBoundsException("capture: " + index + " (expected: below " + captures() + ")");
        }
        return index;
    }
}
