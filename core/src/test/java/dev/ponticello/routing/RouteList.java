package dev.ponticello.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** The rule of which entry wins, applied to a list of all entries, to compare {@link RouteTable} with. */
final class RouteList {

    /** What is asked: a host, a path, and what the request says besides, each as {@code :field=value} or {@code ?name=value}. */
    record Request(String host, String path, Set<String> says) {}

    private record Route(int number, @Nullable HostPattern host, PathPattern path, @Nullable Set<String> methods,
            Set<String> conditions, Pattern regex) {

        boolean isFor(Request request) {
            return isForHost(request.host) && regex.matcher(request.path).matches()
                    && request.says.containsAll(conditions);
        }

        /** Whether a request may meet the conditions of both, and neither has more of them. */
        boolean isRivalOf(Route other) {
            return conditions.size() == other.conditions.size() && conditions.stream().noneMatch(
                    one -> other.conditions.stream().anyMatch(two -> !one.equals(two) && name(one).equals(name(two))));
        }

        private static String name(String condition) {
            return condition.substring(0, condition.indexOf('='));
        }

        private boolean isForHost(String asked) {
            if (host == null) {
                return true;
            }
            String name = host.toString();
            return name.startsWith("*.") ? asked.endsWith(name.substring(1)) && asked.length() > name.length() - 1
                    : asked.equals(name);
        }

        /** 0 for a method that is named, 1 for HEAD by GET, 2 by default, 3 for one that is not served. */
        int rank(String method) {
            if (methods == null) {
                return method.equals("TRACE") || method.equals("CONNECT") ? 3 : 2;
            }
            return methods.contains(method) ? 0 : method.equals("HEAD") && methods.contains("GET") ? 1 : 3;
        }

        /** Sorts before that of a less specific host. */
        int hostRank() {
            return host == null ? 1000 : host.toString().startsWith("*.") ? 500 - host.toString().length() : 0;
        }

        /** Sorts before that of a less specific path, among paths that match the same request. */
        String pathRank() {
            return path.segments().stream()
                    .map(segment -> segment.equals("**") ? "2" : segment.startsWith("{") ? "1" : "0")
                    .collect(Collectors.joining());
        }

        String shape() {
            return host + path.toString().replaceAll("\\{[^}]*}", "{}");
        }
    }

    private final List<Route> routes = new ArrayList<>();

    int add(@Nullable HostPattern host, PathPattern path, @Nullable Set<String> methods, Set<String> conditions) {
        String regex = path.toString().replaceAll("/\\*\\*$", "(?:/(.*))?").replaceAll("\\{[^}]*}", "([^/]+)");
        routes.add(new Route(routes.size(), host, path, methods, conditions, Pattern.compile(regex)));
        return routes.size() - 1;
    }

    boolean claims(int number, Request request, String method) {
        Route route = routes.get(number);
        return route.isFor(request) && route.rank(method) < 3;
    }

    boolean hasConflict() {
        return routes.stream().anyMatch(one -> routes.stream().anyMatch(other -> one.number < other.number
                && one.shape().equals(other.shape()) && overlap(one.methods, other.methods) && one.isRivalOf(other)));
    }

    private static boolean overlap(@Nullable Set<String> one, @Nullable Set<String> other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return one.stream().anyMatch(other::contains);
    }

    /** The kind, the route and the Allow list, and what was captured. */
    String match(Request request, String method) {
        Comparator<Route> specific = Comparator.comparingInt(Route::hostRank).thenComparing(Route::pathRank);
        List<Route> matching = routes.stream().filter(route -> route.isFor(request)).sorted(specific).toList();
        if (matching.isEmpty()) {
            return "NOT_FOUND";
        }
        Route best = matching.stream().filter(route -> route.rank(method) < 3)
                .min(specific.thenComparingInt(route -> route.rank(method))
                        .thenComparingInt(route -> -route.conditions.size()))
                .orElse(null);
        if (best == null) {
            return "METHOD_NOT_ALLOWED " + matching.getFirst().number + " " + allow(matching);
        }
        StringBuilder found = new StringBuilder("FOUND " + best.number + " ");
        Matcher matcher = best.regex.matcher(request.path);
        if (matcher.matches()) {
            for (int i = 0; i < best.path.names().size(); i++) {
                String group = matcher.group(i + 1);
                found.append(' ').append(best.path.names().get(i)).append('=').append(group == null ? "" : group);
            }
        }
        return found.toString();
    }

    private static String allow(List<Route> matching) {
        Set<String> methods = new TreeSet<>(Comparator.comparingInt("GET HEAD POST PUT PATCH DELETE OPTIONS"::indexOf));
        methods.add("OPTIONS");
        for (Route route : matching) {
            methods.addAll(route.methods == null ? List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
                    : route.methods);
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
        }
        return String.join(", ", methods);
    }

    @Override
    public String toString() {
        return routes.stream().map(Route::toString).collect(Collectors.joining("\n  ", "\n  ", ""));
    }
}
