package dev.ponticello.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The entries for one host, one path and one method: those with more conditions first. Built before its table is
 * published.
 */
final class Ranked<T> {

    private final List<Entry<T>> entries = new ArrayList<>(1);

    /** By what their conditions are about, and then by the conditions; null while there are less than two. */
    private @Nullable Map<Set<String>, Map<Conditions, Entry<T>>> index;

    /**
     * Adds an entry behind those with as many conditions.
     *
     * @return those of them that claim requests that it claims, too; but those that want other values of one thing are
     *         told apart by it, and if a request says both values, the first one added is taken
     */
    List<Entry<T>> add(Entry<T> entry) {
        List<Entry<T>> rivals = entries.isEmpty() ? List.of() : rivals(entry.conditions());
        int at = entries.size();
        while (at > 0 && entries.get(at - 1).conditions().count() < entry.conditions().count()) {
            at--;
        }
        entries.add(at, entry);
        if (index != null) {
            put(index, entry);
        }
        return rivals;
    }

    private List<Entry<T>> rivals(Conditions conditions) {
        List<Entry<T>> rivals = new ArrayList<>();
        index().forEach((names, sameNames) -> {
            if (names.equals(conditions.names())) {
                Entry<T> rival = sameNames.get(conditions);
                if (rival != null) {
                    rivals.add(rival);
                }
            } else if (names.size() == conditions.count()) {
                sameNames.values().stream().filter(other -> !other.conditions().tellApart(conditions))
                        .forEach(rivals::add);
            }
        });
        return rivals;
    }

    private Map<Set<String>, Map<Conditions, Entry<T>>> index() {
        Map<Set<String>, Map<Conditions, Entry<T>>> made = index;
        if (made == null) {
            made = new HashMap<>();
            for (Entry<T> entry : entries) {
                put(made, entry);
            }
            index = made;
        }
        return made;
    }

    private static <T> void put(Map<Set<String>, Map<Conditions, Entry<T>>> index, Entry<T> entry) {
        index.computeIfAbsent(entry.conditions().names(), _ -> new HashMap<>()).putIfAbsent(entry.conditions(),
                entry);
    }

    /** The first entry whose conditions hold, or null. */
    @Nullable
    Entry<T> serving(Match<?> asked) {
        for (int i = 0; i < entries.size(); i++) {
            Entry<T> entry = entries.get(i);
            if (entry.conditions().hold(asked)) {
                return entry;
            }
        }
        return null;
    }
}
