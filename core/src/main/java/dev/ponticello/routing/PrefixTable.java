package dev.ponticello.routing;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Finds the deepest prefix that contains a path on segment borders: {@code /api/v1} contains {@code /api/v1},
 * {@code /api/v1/} and all below, but not {@code /api/v10}. The host comes first, as in a {@link RouteTable}: exact,
 * then the longest wildcard, then none. Immutable; any thread, each with its own {@link Match}.
 *
 * <p>
 * A prefix may hold <code>{name}</code>; the one that a {@link RouteTable} would call more specific then wins.
 *
 * @param <T> what prefixes lead to
 */
public final class PrefixTable<T> {

    /** Entries for every method are told apart by none. */
    private static final String ANY_METHOD = "GET";

    private final RouteTable<T> table;

    private PrefixTable(RouteTable<T> table) {
        this.table = table;
    }

    /** A builder without prefixes. */
    public static <T> Builder<T> builder() {
        return new Builder<>();
    }

    /** The prefixes that were added twice, in the order they were added; the first one contains the paths. */
    public List<Conflict<T>> conflicts() {
        return table.conflicts();
    }

    /**
     * Finds the deepest prefix that contains a path; the arguments are those of {@link RouteTable#match}.
     *
     * @param scratch written over
     * @return what the prefix leads to, or null if none contains the path
     */
    public @Nullable T find(byte[] authority, int hostFrom, int hostTo, byte[] path, int from, int to,
            Match<T> scratch) {
        table.match(authority, hostFrom, hostTo, path, from, to, ANY_METHOD, scratch);
        return scratch.kind() == Match.Kind.FOUND ? scratch.value() : null;
    }

    /**
     * Collects prefixes and makes a table of them.
     *
     * @param <T> what prefixes lead to
     */
    public static final class Builder<T> {

        private final RouteTable.Builder<T> entries = RouteTable.builder();

        private Builder() {}

        /**
         * Adds a prefix.
         *
         * @param host   the hosts it is for; null means every host, and requests without one
         * @param prefix the path that it begins with, without {@code **} and without a slash at its end
         * @param value  what it leads to
         * @throws PatternException if the path ends with {@code **}, or with a slash and is not {@code /}
         */
        public Builder<T> add(@Nullable HostPattern host, PathPattern prefix, T value) {
            entries.add(host, prefix.below(), null, value);
            return this;
        }

        /** A table of the prefixes added so far. */
        public PrefixTable<T> build() {
            return new PrefixTable<>(entries.build());
        }
    }
}
