package dev.ponticello.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The entries for one host and one path, which differ in their methods and conditions. Built before its table is
 * published.
 */
final class Leaf<T> {

    /** What an entry that names no methods is not for. */
    private static final Set<String> NEVER_BY_DEFAULT = Set.of("CONNECT", "TRACE");

    /** The methods that an Allow list shows for an entry that names none. */
    static final List<String> COMMON = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** The common methods in their order, then others by name. */
    static final Comparator<String> METHOD_ORDER = Comparator
            .comparingInt((String method) -> COMMON.indexOf(method) & Integer.MAX_VALUE)
            .thenComparing(Comparator.naturalOrder());

    private final List<String> methods = new ArrayList<>(1);
    private final List<Ranked<T>> named = new ArrayList<>(1);
    private @Nullable Ranked<T> unnamed;
    private final List<Entry<T>> all = new ArrayList<>(1);

    /** Adds an entry; the others that claim requests that it claims, with nothing that makes one more specific. */
    List<Entry<T>> add(Entry<T> entry) {
        all.add(entry);
        if (entry.methods() == null) {
            Ranked<T> ranked = unnamed;
            if (ranked == null) {
                ranked = new Ranked<>();
                unnamed = ranked;
            }
            return ranked.add(entry);
        }
        Set<Entry<T>> rivals = new LinkedHashSet<>();
        for (String method : entry.methods()) {
            Ranked<T> ranked = named(method);
            if (ranked == null) {
                ranked = new Ranked<>();
                methods.add(method);
                named.add(ranked);
            }
            rivals.addAll(ranked.add(entry));
        }
        return List.copyOf(rivals);
    }

    /** The entry that serves a request: one that names its method, for HEAD one that names GET, one that names none. */
    @Nullable
    Entry<T> serving(Match<?> asked) {
        Ranked<T> ranked = named(asked.method);
        Entry<T> entry = ranked == null ? null : ranked.serving(asked);
        if (entry == null && asked.method.equals("HEAD")) {
            ranked = named("GET");
            entry = ranked == null ? null : ranked.serving(asked);
        }
        if (entry == null && unnamed != null && !NEVER_BY_DEFAULT.contains(asked.method)) {
            entry = unnamed.serving(asked);
        }
        return entry;
    }

    /** The entry that was added first among those whose conditions hold, whatever its methods. */
    @Nullable
    Entry<T> first(Match<?> asked) {
        for (Entry<T> entry : all) {
            if (entry.conditions().hold(asked)) {
                return entry;
            }
        }
        return null;
    }

    /** The methods of the entries whose conditions hold. */
    void addMethods(Match<?> asked, Set<String> allowed) {
        for (int i = 0; i < methods.size(); i++) {
            if (named.get(i).serving(asked) != null) {
                allowed.add(methods.get(i));
            }
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        if (unnamed != null && unnamed.serving(asked) != null) {
            allowed.addAll(COMMON);
        }
    }

    private @Nullable Ranked<T> named(String method) {
        for (int i = 0; i < methods.size(); i++) {
            if (methods.get(i).equals(method)) {
                return named.get(i);
            }
        }
        return null;
    }
}
