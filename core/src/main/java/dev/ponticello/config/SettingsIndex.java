package dev.ponticello.config;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Every value of a settings tree by its path, so that a problem at a path finds the place where that is written. */
final class SettingsIndex {

    private final Map<String, Settings> values = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    private @Nullable Settings root;

    SettingsIndex(Settings root) {
        this.root = root;
    }

    /** Only a config with problems is asked for places. */
    private void fill() {
        if (root != null) {
            add("", root, root.place());
            root = null;
        }
    }

    @Nullable
    Settings value(String path) {
        fill();
        return values.get(path);
    }

    /** The place of this path, or of the nearest one around it that is written. */
    Place place(String path) {
        fill();
        int end = path.length();
        while (true) {
            Place place = places.get(path.substring(0, end));
            if (place != null) {
                return place;
            }
            end = Math.max(0, Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1)));
        }
    }

    private void add(String path, Settings value, Place place) {
        values.put(path, value);
        places.put(path, place);
        switch (value) {
            case Settings.Mapping mapping -> {
                for (Settings.Entry entry : mapping.entries()) {
                    Settings child = entry.value();
                    // What spans lines is shown where its key stands, not where its first part does.
                    Place shown = child instanceof Settings.Scalar ? child.place() : entry.keyPlace();
                    add(Texts.child(path, entry.key()), child, shown);
                }
            }
            case Settings.Sequence sequence -> {
                for (int i = 0; i < sequence.items().size(); i++) {
                    Settings child = sequence.items().get(i);
                    add(Texts.item(path, i), child, child.place());
                }
            }
            case Settings.Scalar _,Settings.Nothing _ -> {
            }
        }
    }
}
