package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Looks for a request that two entries of a table both claim, and that no more specific entry takes from them. */
final class Proof<T> {

    private final RouteTable<T> table;
    private final Entry<T> first;
    private final List<String> methods;

    Proof(RouteTable<T> table, Entry<T> first, Entry<T> second) {
        this.table = table;
        this.first = first;
        this.methods = sharedMethods(first.methods(), second.methods());
    }

    /** The request; if more specific entries take every example, one that both claim all the same. */
    String request() {
        String host = host();
        List<String> paths = paths();
        for (String path : paths) {
            for (String method : methods) {
                if (leadsToFirst(host, path, method)) {
                    return text(host, path, method);
                }
            }
        }
        return text(host, paths.getFirst(), methods.getFirst());
    }

    private boolean leadsToFirst(String host, String path, String method) {
        byte[] authority = host.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        Match<T> match = new Match<>();
        table.match(authority, 0, authority.length, bytes, 0, bytes.length, method, match);
        return match.found(first);
    }

    private static String text(String host, String path, String method) {
        return host.isEmpty() ? method + " " + path : method + " http://" + host + path;
    }

    private static List<String> sharedMethods(@Nullable Set<String> first, @Nullable Set<String> second) {
        if (first == null || second == null) {
            return Leaf.COMMON;
        }
        return first.stream().filter(second::contains).sorted(Leaf.METHOD_ORDER).toList();
    }

    private String host() {
        HostPattern host = first.host();
        if (host == null) {
            return "";
        }
        if (!host.isWildcard()) {
            return host.name();
        }
        String example = "x." + host.name();
        for (int i = 1; table.hasHost(example); i++) {
            example = "x" + i + "." + host.name();
        }
        return example;
    }

    private List<String> paths() {
        Node<T> node = table.root(first.host());
        StringBuilder path = new StringBuilder();
        for (String segment : first.path().segments()) {
            if (segment.equals(PathPattern.REST)) {
                String below = path + "/" + free(node);
                return List.of(below, below + "/x", path.isEmpty() ? "/" : path.toString(), path + "/");
            }
            boolean parameter = PathPattern.isParameter(segment);
            path.append('/').append(parameter ? free(node) : segment);
            node = node.next(segment);
        }
        return List.of(path.toString());
    }

    /** A segment that no literal at a node takes. */
    private static String free(Node<?> node) {
        String segment = "x";
        for (int i = 1; node.literals.get(segment) != null; i++) {
            segment = "x" + i;
        }
        return segment;
    }
}
