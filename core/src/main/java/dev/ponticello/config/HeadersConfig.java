package dev.ponticello.config;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Fields set, added and removed, first on the request as it goes on, then on the response as it comes back. */
public record HeadersConfig(Edits request, Edits response) implements PolicyConfig {

    public static final HeadersConfig DEFAULTS = new HeadersConfig(Edits.NONE, Edits.NONE);

    /**
     * Edits of one head: first {@code remove}, then {@code set}, then {@code add}.
     *
     * @param set instead of what was there
     * @param add besides what was there
     * @param remove every field of this name
     */
    public record Edits(SequencedMap<String, String> set, SequencedMap<String, String> add, List<String> remove) {

        public static final Edits NONE = new Edits(Checks.copy(Map.of()), Checks.copy(Map.of()), List.of());

        public Edits {
            set = Checks.fields("set", set);
            add = Checks.fields("add", add);
            remove = Checks.distinct("remove", Checks.each("remove", remove, Checks::editableFieldName));
        }
    }

    @Override
    public String type() {
        return "headers";
    }
}
