package dev.ponticello.routing;

import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Finds the most specific entry for host, path and method. Immutable; any thread, each with its own {@link Match}.
 *
 * <p>
 * Among the entries that are for the whole request, the first difference decides:
 * <ol>
 * <li>host: exact, then the longest wildcard, then none;
 * <li>path, segment by segment from the left: literal, then <code>{name}</code>, then {@code **};
 * <li>method: an entry that names it (for HEAD: HEAD before GET), then one that names no methods, which is for all but
 * CONNECT and TRACE. Methods are case-sensitive;
 * <li>conditions: the entry with more of them. Of two that want different values of one field or parameter the first
 * one added is taken, if a request says both.
 * </ol>
 *
 * <p>
 * A match makes no objects, except for the Allow list when a method is not allowed. The paths of a host are a tree of
 * segments with a hash table at each node, so that a match costs what the path is long, however many entries there are.
 * Only where both a literal and a <code>{name}</code> or {@code **} fit may the walk have to come back. It visits each
 * node of the tree at most once; a path with n segments at which both a literal and a <code>{name}</code> fit costs at
 * most 2<sup>n</sup> walks, and that only if the entries that were added spell all of them out.
 *
 * @param <T> what entries lead to
 */
public final class RouteTable<T> {

    private final ByteTable<Node<T>> exactHosts = new ByteTable<>();
    private final ByteTable<Node<T>> wildcardHosts = new ByteTable<>();
    private final Node<T> everyHost = new Node<>();
    private final List<Entry<T>> entries;
    private final List<Conflict<T>> conflicts;

    /** How many labels the longest wildcard has. */
    private final int wildcardLabels;

    private RouteTable(List<Entry<T>> entries) {
        record Clash<T>(Entry<T> first, Entry<T> second) {}
        this.entries = List.copyOf(entries);
        this.wildcardLabels = entries.stream().mapToInt(RouteTable::wildcardLabels).max().orElse(0);
        List<Clash<T>> clashes = new ArrayList<>();
        for (Entry<T> entry : entries) {
            for (Entry<T> before : root(entry.host()).leaf(entry.path()).add(entry)) {
                clashes.add(new Clash<>(before, entry));
            }
        }
        // A request can prove a conflict only in a table that is complete.
        this.conflicts = clashes.stream().map(clash -> conflict(clash.first(), clash.second())).toList();
    }

    /** A builder without entries. */
    public static <T> Builder<T> builder() {
        return new Builder<>();
    }

    /** The entries that no rule decides between, in the order they were added; the first one gets the requests. */
    public List<Conflict<T>> conflicts() {
        return conflicts;
    }

    /** What the entries lead to that no request finds, because others that are more specific take them all. */
    public List<T> unreachable() {
        return entries.stream().filter(entry -> new Example<>(this, entry, entry).request() == null).map(Entry::value)
                .toList();
    }

    /**
     * Finds the entry for a request by all that its head says.
     *
     * @param method      the method that is looked for: the request's, or the one that a preflight asks for
     * @param fieldsKnown whether the head has the fields of the request that is looked for; a preflight does not, and
     *                    then conditions on fields are taken to hold
     */
    public void match(RequestHead head, String method, boolean fieldsKnown, Match<T> out) {
        Headers fields = head.headers();
        out.begin(head.pathBytes(), head.pathStart(), head.pathEnd(), method);
        out.says(fieldsKnown ? fields : null, fields.bytes(), head.queryStart(),
                head.queryStart() < 0 ? -1 : head.targetEnd());
        find(fields.bytes(), head.hostStart(), head.hostEnd(), out);
    }

    /**
     * Finds the entry for a request without fields and query.
     *
     * @param authority holds the request's authority; a port in it is not looked at, nor is one dot at the end of its
     *                  host
     * @param hostFrom  where the authority begins
     * @param hostTo    where it ends; not above {@code hostFrom} if the request has none
     * @param path      holds the canonical path; kept by the match
     * @param from      where the path begins
     * @param to        where it ends
     * @param method    the request's method
     * @param out       receives the answer
     */
    public void match(byte[] authority, int hostFrom, int hostTo, byte[] path, int from, int to, String method,
            Match<T> out) {
        out.begin(path, from, to, method);
        find(authority, hostFrom, hostTo, out);
    }

    /** The same, when the match knows all but the host. */
    void find(byte[] authority, int hostFrom, int hostTo, Match<T> out) {
        int from = out.from;
        if (from >= out.to || out.path[from] != '/') {
            return;
        }
        if (hostFrom < hostTo && !(exactHosts.isEmpty() && wildcardHosts.isEmpty())) {
            out.readHost(authority, hostFrom, hostTo);
        }
        if (walkHosts(out, from + 1)) {
            return;
        }
        Entry<T> nearest = out.nearest;
        if (nearest != null) {
            Set<String> allowed = new TreeSet<>(Leaf.METHOD_ORDER);
            allowed.add("OPTIONS");
            out.allowed = allowed;
            walkHosts(out, from + 1);
            out.found(Match.Kind.METHOD_NOT_ALLOWED, nearest, String.join(", ", allowed));
        }
    }

    private boolean walkHosts(Match<T> match, int at) {
        byte[] host = match.host;
        int length = match.hostLength;
        if (length > 0) {
            Node<T> exact = exactHosts.get(host, 0, length);
            if (exact != null && walk(exact, match, at, 0)) {
                return true;
            }
            for (int dot = firstWildcardDot(host, length); dot < length; dot++) {
                if (host[dot] == '.') {
                    Node<T> wildcard = wildcardHosts.get(host, dot + 1, length);
                    if (wildcard != null && walk(wildcard, match, at, 0)) {
                        return true;
                    }
                }
            }
        }
        return walk(everyHost, match, at, 0);
    }

    /** The first dot after which a name may stand that some wildcard has; the length if there is none. */
    private int firstWildcardDot(byte[] host, int length) {
        int first = length;
        int labels = 0;
        for (int i = length - 1; i > 0 && labels < wildcardLabels; i--) {
            if (host[i] == '.') {
                first = i;
                labels++;
            }
        }
        return first;
    }

    /**
     * Looks for an entry below a node.
     *
     * @param at       where the next segment begins; beyond the end of the path when no segment is left
     * @param captures how many captures were made on the way
     * @return whether the search is over
     */
    private boolean walk(Node<T> start, Match<T> match, int at, int captures) {
        byte[] path = match.path;
        int to = match.to;
        Node<T> node = start;
        int segment = at;
        int captured = captures;
        while (segment <= to) {
            int hash = ByteTable.SEED;
            int end = segment;
            while (end < to && path[end] != '/') {
                hash = ByteTable.step(hash, path[end++]);
            }
            Leaf<T> rest = node.rest;
            Node<T> literal = node.literals.get(path, segment, end, hash);
            Node<T> parameter = end > segment ? node.parameter : null;
            if (literal != null) {
                if (parameter == null && rest == null) {
                    node = literal;
                    segment = end + 1;
                    continue;
                }
                if (walk(literal, match, end + 1, captured)) {
                    return true;
                }
            }
            if (parameter != null) {
                match.setCapture(captured, segment, end);
                if (rest == null) {
                    node = parameter;
                    captured++;
                    segment = end + 1;
                    continue;
                }
                if (walk(parameter, match, end + 1, captured + 1)) {
                    return true;
                }
            }
            return rest != null && takeRest(rest, match, segment, captured);
        }
        Leaf<T> end = node.end;
        if (end != null && take(end, match)) {
            return true;
        }
        Leaf<T> rest = node.rest;
        return rest != null && takeRest(rest, match, to, captured);
    }

    private static <T> boolean takeRest(Leaf<T> leaf, Match<T> match, int from, int captured) {
        match.setCapture(captured, from, match.to);
        return take(leaf, match);
    }

    /** Takes the entry for the method, if there is one; else notes that the path is known. */
    private static <T> boolean take(Leaf<T> leaf, Match<T> match) {
        Set<String> allowed = match.allowed;
        if (allowed != null) {
            leaf.addMethods(match, allowed);
            return false;
        }
        Entry<T> entry = leaf.serving(match);
        if (entry != null) {
            match.found(Match.Kind.FOUND, entry, "");
            return true;
        }
        if (match.nearest == null) {
            match.nearest = leaf.first(match);
        }
        return false;
    }

    private static int wildcardLabels(Entry<?> entry) {
        HostPattern host = entry.host();
        return host == null || !host.isWildcard() ? 0 : host.name().split("\\.", -1).length;
    }

    private Conflict<T> conflict(Entry<T> first, Entry<T> second) {
        Example<T> example = new Example<>(this, first, second);
        String request = example.request();
        return new Conflict<>(first.value(), second.value(), request == null ? example.first() : request);
    }

    /** Whether some entry is for exactly this host. */
    boolean hasHost(String name) {
        return exactHosts.get(name) != null;
    }

    /** The tree of a host's paths, made if there is none yet. */
    Node<T> root(@Nullable HostPattern host) {
        if (host == null) {
            return everyHost;
        }
        ByteTable<Node<T>> hosts = host.isWildcard() ? wildcardHosts : exactHosts;
        Node<T> root = hosts.get(host.name());
        if (root == null) {
            root = new Node<>();
            hosts.put(host.name(), root);
        }
        return root;
    }

    /**
     * Collects entries and makes a table of them.
     *
     * @param <T> what entries lead to
     */
    public static final class Builder<T> {

        private final List<Entry<T>> entries = new ArrayList<>();

        private Builder() {}

        /**
         * Adds an entry. The order matters only between two that are in conflict, and in that the first of the entries
         * for one path stands for a method that none of them is for.
         *
         * @param host    the hosts it is for; null means every host, and requests without one
         * @param path    the paths it is for
         * @param methods the methods it is for, at least one; null means all but CONNECT and TRACE
         * @param value   what the entry leads to
         * @throws IllegalArgumentException if the set of methods is empty
         */
        public Builder<T> add(@Nullable HostPattern host, PathPattern path, @Nullable Set<String> methods, T value) {
            return add(host, path, methods, Conditions.NONE, value);
        }

        /** Adds an entry for requests that meet these conditions, too. */
        public Builder<T> add(@Nullable HostPattern host, PathPattern path, @Nullable Set<String> methods,
                Conditions conditions, T value) {
            if (methods != null && methods.isEmpty()) {
                throw new IllegalArgumentException("methods: [] (expected: at least one, or null for the default)");
            }
            entries.add(
                    new Entry<>(host, path, methods == null ? null : new LinkedHashSet<>(methods), conditions, value));
            return this;
        }

        /** A table of the entries added so far. */
        public RouteTable<T> build() {
            return new RouteTable<>(entries);
        }
    }
}
