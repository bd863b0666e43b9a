package dev.ponticello.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The entries for one host and one path, which differ in their methods. Built before its table is published. */
final class Leaf<T> {

    /** What an entry that names no methods is not for. */
    private static final Set<String> NEVER_BY_DEFAULT = Set.of("CONNECT", "TRACE");

    /** The methods that an Allow list shows for an entry that names none. */
    static final List<String> COMMON = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** The common methods in their order, then others by name. */
    static final Comparator<String> METHOD_ORDER = Comparator
            .comparingInt((String method) -> COMMON.indexOf(method) & Integer.MAX_VALUE)
            .thenComparing(Comparator.naturalOrder());

    private final List<String> methods = new ArrayList<>();
    private final List<Entry<T>> named = new ArrayList<>();
    private @Nullable Entry<T> unnamed;
    private @Nullable Entry<T> first;

    /** Adds an entry for those of its methods that are free; the entries that have the others already. */
    List<Entry<T>> add(Entry<T> entry) {
        if (first == null) {
            first = entry;
        }
        if (entry.methods() == null) {
            Entry<T> before = unnamed;
            if (before == null) {
                unnamed = entry;
                return List.of();
            }
            return List.of(before);
        }
        List<Entry<T>> before = new ArrayList<>();
        for (String method : entry.methods()) {
            Entry<T> same = named(method);
            if (same == null) {
                methods.add(method);
                named.add(entry);
            } else if (!before.contains(same)) {
                before.add(same);
            }
        }
        return before;
    }

    /** The entry that serves a method: one that names it, for HEAD one that names GET, one that names none. */
    @Nullable
    Entry<T> serving(String method) {
        Entry<T> entry = named(method);
        if (entry == null && method.equals("HEAD")) {
            entry = named("GET");
        }
        if (entry == null && !NEVER_BY_DEFAULT.contains(method)) {
            entry = unnamed;
        }
        return entry;
    }

    /** The entry that was added first, whatever its methods. */
    @Nullable
    Entry<T> first() {
        return first;
    }

    void addMethods(Set<String> allowed) {
        allowed.addAll(methods);
        if (methods.contains("GET")) {
            allowed.add("HEAD");
        }
        if (unnamed != null) {
            allowed.addAll(COMMON);
        }
    }

    private @Nullable Entry<T> named(String method) {
        for (int i = 0; i < methods.size(); i++) {
            if (methods.get(i).equals(method)) {
                return named.get(i);
            }
        }
        return null;
    }
}
