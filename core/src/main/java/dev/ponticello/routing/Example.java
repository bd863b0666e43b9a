package dev.ponticello.routing;

import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Looks for a request that two entries of a table both claim, and that no more specific entry takes from them; or, when
 * they are one and the same, for a request that leads to it.
 */
final class Example<T> {

    private final RouteTable<T> table;
    private final Entry<T> first;
    private final String host;
    private final List<String> paths;
    private final List<String> methods;
    private final String query;
    private final Headers fields = new Headers(0, 0);

    Example(RouteTable<T> table, Entry<T> first, Entry<T> second) {
        this.table = table;
        this.first = first;
        this.host = host();
        this.paths = paths();
        this.methods = sharedMethods(first.methods(), second.methods());
        this.query = Stream.concat(first.conditions().query(), second.conditions().query()).distinct()
                .collect(Collectors.joining("&"));
        first.conditions().addTo(fields);
        second.conditions().addTo(fields);
    }

    /** The request; null if more specific entries take every one. */
    @Nullable
    String request() {
        for (String path : paths) {
            for (String method : methods) {
                if (leadsToFirst(path, method)) {
                    return text(path, method);
                }
            }
        }
        return null;
    }

    /** A request that both claim, whatever takes it. */
    String first() {
        return text(paths.getFirst(), methods.getFirst());
    }

    private boolean leadsToFirst(String path, String method) {
        byte[] authority = host.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        byte[] asked = query.getBytes(StandardCharsets.US_ASCII);
        Match<T> match = new Match<>();
        match.begin(bytes, 0, bytes.length, method);
        match.says(fields, asked, 0, asked.length);
        table.find(authority, 0, authority.length, match);
        return match.found(first);
    }

    private String text(String path, String method) {
        StringBuilder text = new StringBuilder(method).append(' ');
        if (!host.isEmpty()) {
            text.append("http://").append(host);
        }
        text.append(path);
        if (!query.isEmpty()) {
            text.append('?').append(query);
        }
        for (int slot = 0; slot < fields.slots(); slot++) {
            text.append(slot == 0 ? " with " : " and ").append(fields.name(slot)).append(": ")
                    .append(fields.value(slot));
        }
        return text.toString();
    }

    /** For two entries that name none, the common ones and one that nobody names. */
    private static List<String> sharedMethods(@Nullable Set<String> first, @Nullable Set<String> second) {
        if (first == null || second == null) {
            return Stream.concat(Leaf.COMMON.stream(), Stream.of("ANY")).toList();
        }
        return first.stream().filter(second::contains).sorted(Leaf.METHOD_ORDER).toList();
    }

    private String host() {
        HostPattern pattern = first.host();
        if (pattern == null) {
            return "";
        }
        if (!pattern.isWildcard()) {
            return pattern.name();
        }
        String example = "x." + pattern.name();
        for (int i = 1; table.hasHost(example); i++) {
            example = "x" + i + "." + pattern.name();
        }
        return example;
    }

    private List<String> paths() {
        Node<T> node = table.root(first.host());
        StringBuilder path = new StringBuilder();
        for (String segment : first.path().segments()) {
            if (segment.equals(PathPattern.REST)) {
                return restPaths(node, path.toString());
            }
            boolean parameter = PathPattern.isParameter(segment);
            path.append('/').append(parameter ? free(node) : segment);
            node = node.next(segment);
        }
        return List.of(path.toString());
    }

    /** Paths below, as deep as some pattern goes and deeper, and the path itself: each stands for all of its depth. */
    private static <T> List<String> restPaths(Node<T> start, String path) {
        List<String> paths = new ArrayList<>();
        String below = path;
        for (Node<T> node = start; node != null; node = node.parameter) {
            below = below + "/" + free(node);
            paths.add(below);
        }
        paths.add(below + "/x");
        paths.add(path.isEmpty() ? "/" : path);
        for (String without : List.copyOf(paths)) {
            paths.add(without + "/");
        }
        return paths;
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
