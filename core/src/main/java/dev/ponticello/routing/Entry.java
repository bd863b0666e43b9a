package dev.ponticello.routing;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/** One line of a table: what a request must be, and the value it then leads to. Equal to itself only. */
final class Entry<T> {

    private final @Nullable HostPattern host;
    private final PathPattern path;
    private final @Nullable Set<String> methods;
    private final Conditions conditions;
    private final T value;

    Entry(@Nullable HostPattern host, PathPattern path, @Nullable Set<String> methods, Conditions conditions,
            T value) {
        this.host = host;
        this.path = path;
        this.methods = methods;
        this.conditions = conditions;
        this.value = value;
    }

    /** Null means every host. */
    @Nullable
    HostPattern host() {
        return host;
    }

    PathPattern path() {
        return path;
    }

    /** Null means all but CONNECT and TRACE. */
    @Nullable
    Set<String> methods() {
        return methods;
    }

    Conditions conditions() {
        return conditions;
    }

    T value() {
        return value;
    }
}
