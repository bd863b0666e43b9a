package dev.ponticello.config;

import dev.ponticello.routing.Conflict;
import dev.ponticello.routing.HostPattern;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What the routes and groups of a whole config are to each other: two that no request tells apart, routes that no request
 * finds, routes that only look guarded.
 */
final class RouteCheck {

    private final Problems problems;
    private final RouteTable.Builder<Placed> table = RouteTable.builder();
    private final List<Placed> routes = new ArrayList<>();
    private final Map<String, String> prefixes = new HashMap<>();
    private final Guards guards = new Guards();
    /** Hosts and prefixes of which a route takes every request. */
    private final Set<String> taken = new HashSet<>();

    RouteCheck(Problems problems) {
        this.problems = problems;
    }

    /** A route, and the whole path that it has with those of its groups. */
    private record Placed(String at, @Nullable HostPattern host, PathPattern path) {

        boolean takesAllBelow() {
            List<String> shape = path.shape();
            return !shape.isEmpty() && shape.getLast().equals(PathPattern.REST);
        }

        /** The segments before {@code **}. */
        List<String> shapeAbove() {
            List<String> shape = path.shape();
            return shape.subList(0, shape.size() - 1);
        }
    }

    /** A group with policies, and the whole prefix that it guards. */
    private record Guard(String at, @Nullable HostPattern host, PathPattern prefix) {

        /** Whether it looks as if it guarded a route that is not written in it. */
        boolean seemsToGuard(Placed route) {
            return !route.at.startsWith(at + ".") && (host == null || route.host == null || host.meets(route.host));
        }
    }

    void addGroup(String at, @Nullable HostPattern host, PathPattern prefix, boolean hasPolicies) {
        String first = prefixes.putIfAbsent(host + " " + prefix.shape(), at);
        if (first != null) {
            problems.error(at + ".path",
                    "a second group for the prefix " + Texts.quoted(prefix.toString())
                            + (host == null ? "" : " of " + host),
                    "one group for a prefix; the first is " + first);
        }
        if (hasPolicies) {
            guards.add(new Guard(at, host, prefix));
        }
    }

    void addRoute(String at, @Nullable HostPattern host, PathPattern path, RouteConfig route) {
        Placed placed = new Placed(at, host, path);
        routes.add(placed);
        Set<String> methods = route.methods().isEmpty() ? null : new LinkedHashSet<>(route.methods());
        table.add(host, path, methods, route.when().conditions(), placed);
        if (placed.takesAllBelow() && methods == null && route.when().equals(WhenConfig.NONE)) {
            taken.add(host + " " + placed.shapeAbove());
        }
    }

    /** Tells what can be told when all of them are known. */
    void report() {
        RouteTable<Placed> built = table.build();
        Set<Placed> inConflict = new HashSet<>();
        for (Conflict<Placed> conflict : built.conflicts()) {
            inConflict.add(conflict.second());
            problems.error(conflict.second().at + ".path",
                    "the route " + conflict.second().path + " answers what " + conflict.first().path + " at "
                            + conflict.first().at + ".path answers",
                    "routes that some request tells apart", "both match " + conflict.request());
        }
        built.unreachable().stream().filter(route -> !inConflict.contains(route))
                .forEach(route -> problems.warning(route.at + ".path",
                        "no request finds the route " + route.path + ": more specific ones take them all"));
        routes.forEach(this::noteUnguarded);
    }

    /** A route below a group's prefix that is not written in it looks guarded and is not. */
    private void noteUnguarded(Placed route) {
        Guard deepest = guards.deepestThatSeemsToGuard(route);
        if (deepest != null) {
            problems.note(route.at + ".path",
                    Texts.quoted(route.path.toString()) + " is below the group "
                            + Texts.quoted(deepest.prefix.toString())
                            + " but not written in it, so the group's policies do not guard it");
        } else if (route.takesAllBelow()) {
            Guard reached = guards.firstReached(route, taken);
            if (reached != null) {
                problems.note(route.at + ".path",
                        Texts.quoted(route.path.toString()) + " takes what no route of the group "
                                + Texts.quoted(reached.prefix.toString())
                                + " is for, and the group's policies do not guard that; a /** in the group would");
            }
        }
    }

    /** Guards by the segments of their prefixes, so that those around a path are found along it. */
    private static final class Guards {

        private final Map<String, Guards> below = new LinkedHashMap<>();
        private final List<Guard> here = new ArrayList<>();

        void add(Guard guard) {
            Guards at = this;
            for (String segment : guard.prefix.shape()) {
                at = at.below.computeIfAbsent(segment, _ -> new Guards());
            }
            at.here.add(guard);
        }

        @Nullable
        Guard deepestThatSeemsToGuard(Placed route) {
            return deepest(route, route.path.shape(), 0);
        }

        /** A guard below a route that takes all that nobody else does. */
        @Nullable
        Guard firstReached(Placed route, Set<String> taken) {
            Guards at = this;
            for (String segment : route.shapeAbove()) {
                at = at.below.get(segment);
                if (at == null) {
                    return null;
                }
            }
            return at.first(guard -> guard.seemsToGuard(route)
                    && !taken.contains(guard.host + " " + guard.prefix.shape()));
        }

        private @Nullable Guard first(Predicate<Guard> wanted) {
            for (Guard guard : here) {
                if (wanted.test(guard)) {
                    return guard;
                }
            }
            for (Guards next : below.values()) {
                Guard found = next.first(wanted);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        private @Nullable Guard deepest(Placed route, List<String> segments, int depth) {
            Guard deepest = null;
            if (depth < segments.size()) {
                Guards literal = below.get(segments.get(depth));
                deepest = literal == null ? null : literal.deepest(route, segments, depth + 1);
                Guards any = below.get(PathPattern.ANY);
                if (deepest == null && any != null && any != literal && !segments.get(depth).isEmpty()) {
                    deepest = any.deepest(route, segments, depth + 1);
                }
            }
            return deepest != null ? deepest
                    : here.stream().filter(guard -> guard.seemsToGuard(route)).findFirst().orElse(null);
        }
    }
}
