package dev.ponticello.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The things that outlive a snapshot, found by their identity: upstreams with their endpoints and breakers, limits with their counts, token verifiers with what they have verified.
 *
 * <p>One object for each snapshot, filled while it is compiled. What it takes over is not changed: an heir shares the state of the thing before it, which serves on, so that a snapshot that is not
 * published after all leaves no trace. By one thread at a time.
 */
final class LiveState {
    private Map<Identity, Object> before;
    private final Map<Identity, Object> living = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    private record Identity(Class<?> type, Object name) {}

    private LiveState(Map<Identity, Object> before) {
        this.before = before;
    }

    /** For a first snapshot, which takes over nothing. */
    static LiveState none() {
        return new LiveState(Map.of());
    }

    /** For the snapshot that may follow this one. */
    LiveState next() {
        return new LiveState(living);
    }

    /** The snapshot is served: lets go of what it has not taken over. */
    void settle() {
        before = Map.of();
    }

    /**
     * What lives under this identity.
     *
     * @param heir gives what follows the thing that lived under it so far, or what begins if it is given null; asked once for each identity
     */
    <T> T adopt(Class<T> type, Object name, Function<@Nullable T, T> heir) {
        Identity identity = new Identity(type, name);
        Object found = living.get(identity);
        if (found == null) {
            found = heir.apply(type.cast(before.get(identity)));
            living.put(identity, found);
        }
        return type.cast(found);
    }

    /** The name of what has none: the first, the second, … of its place. */
    Object nameAt(String place) {
        return Map.entry(place, counts.merge(place, 1, Integer::sum));
    }
}
