package dev.ponticello.app.yaml;

import dev.ponticello.config.Place;
import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * Reads one YAML 1.2 document as settings. Of YAML it takes what a config needs: maps, lists, scalars, anchors and
 * aliases; tags, several documents and keys that are no scalars are problems. All scalars are texts ({@code yes} too).
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>name</th><th>value</th></tr>
 * <tr><td>size of the text</td><td>1 MiB</td></tr>
 * <tr><td>values, each alias counted with all that it stands for</td><td>100,000</td></tr>
 * <tr><td>maps and lists inside each other, aliases followed</td><td>64</td></tr>
 * </table>
 */
public final class YamlReader {

    /** The largest config, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    static final int MAX_VALUES = 100_000;
    static final int MAX_DEPTH = 64;

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final String file;
    private final Problems problems;
    private final Iterator<Event> events;
    private final Map<String, Built> anchors = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private int values;
    /** Where the last event has ended. */
    private Place behind;

    private YamlReader(String file, String text, Problems problems) {
        this.file = file;
        this.problems = problems;
        this.behind = new Place(file, 1, 1);
        // The whole text in one buffer: the parser copies what it holds whenever it reads on within a long token.
        LoadSettings settings = LoadSettings.builder().setLabel(file).setCodePointLimit(MAX_BYTES)
                .setBufferSize(text.length() + 1).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /** A value with the number of values in it, itself included, and how deep they lie. */
    private record Built(Settings settings, int values, int height) {}

    /**
     * The settings that the text says; null when it is no YAML that could be read on. What is wrong is in
     * {@code problems}, also when there are settings.
     *
     * @param file the name that places have
     */
    public static @Nullable Settings read(String file, byte[] bytes, Problems problems) {
        try {
            String text = decode(file, bytes);
            YamlReader reader = new YamlReader(file, text, problems);
            try {
                return reader.document();
            } catch (MarkedYamlEngineException e) {
                throw SyntaxMessages.of(e, file, text);
            } catch (YamlVersionException _) {
                throw new Unreadable(new Place(file, 1, 1), "a %YAML directive of another version",
                        "%YAML 1.2, or none");
            } catch (YamlEngineException e) {
                // The parser takes it for a fault of its own, and tells no place: a text right behind the end of a list or map.
                throw new Unreadable(reader.behind, "behind this stands what does not belong there",
                        "a line of its own for it");
            }
        } catch (Unreadable e) {
            problems.add(e.problem());
            return null;
        }
    }

    private static String decode(String file, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new Unreadable(new Place(file, 1, 1), "more than 1MiB", "at most 1MiB");
        }
        String text = Utf8.decode(file, bytes);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Event next() {
        Event event = events.next();
        behind = place(file, event.getEndMark().orElseThrow());
        return event;
    }

    private Settings document() {
        next();
        Event first = next();
        if (first.getEventId() == Event.ID.StreamEnd) {
            throw new Unreadable(new Place(file, 1, 1), "empty", "a config, with listeners at least");
        }
        Event root = next();
        Settings settings = value(root, 1).settings();
        next();
        Event next = next();
        if (next.getEventId() != Event.ID.StreamEnd) {
            throw new Unreadable(place(next), "a second document", "one document");
        }
        if (settings instanceof Settings.Nothing) {
            throw new Unreadable(new Place(file, 1, 1), "empty", "a config, with listeners at least");
        }
        return settings;
    }

    private Built value(Event event, int depth) {
        if (event instanceof AliasEvent alias) {
            return alias(alias, depth);
        }
        count(event, 1, depth);
        Optional<String> anchor = event instanceof NodeEvent node ? node.getAnchor().map(Anchor::getValue)
                : Optional.empty();
        anchor.ifPresent(open::add);
        Built built = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case CollectionStartEvent start when start.getEventId() == Event.ID.SequenceStart -> sequence(start, depth);
            case CollectionStartEvent start -> mapping(start, depth);
            default -> throw new IllegalStateException("event: " + event + " (expected: a value)");
        };
        anchor.ifPresent(name -> {
            open.remove(name);
            anchors.put(name, built);
        });
        return built;
    }

    private Built alias(AliasEvent event, int depth) {
        String name = event.getAlias().getValue();
        Built built = anchors.get(name);
        if (open.contains(name)) {
            throw new Unreadable(place(event), "alias '*" + name + "' inside what it stands for", "an end");
        }
        if (built == null) {
            throw new Unreadable(place(event), "alias '*" + name + "'", "an anchor '&" + name + "' before it");
        }
        count(event, built.values(), depth + built.height() - 1);
        return built;
    }

    private Built scalar(ScalarEvent event) {
        refuseTag(event, event.getTag());
        String text = event.getValue();
        Settings settings = event.isPlain() && NULLS.contains(text) ? new Settings.Nothing(place(event))
                : new Settings.Scalar(place(event), text);
        return new Built(settings, 1, 0);
    }

    private Built sequence(CollectionStartEvent start, int depth) {
        refuseTag(start, start.getTag());
        List<Settings> items = new ArrayList<>();
        int before = values;
        int height = 0;
        for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
            Built item = value(event, depth + 1);
            items.add(item.settings());
            height = Math.max(height, item.height());
        }
        return new Built(new Settings.Sequence(place(start), items), 1 + values - before, height + 1);
    }

    private Built mapping(CollectionStartEvent start, int depth) {
        refuseTag(start, start.getTag());
        List<Settings.Entry> entries = new ArrayList<>();
        Map<String, Place> keys = new HashMap<>();
        int before = values;
        int height = 0;
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            Place place = place(event);
            Settings key = value(event, depth + 1).settings();
            Built value = value(next(), depth + 1);
            height = Math.max(height, value.height());
            if (!(key instanceof Settings.Scalar scalar)) {
                problem(place, key instanceof Settings.Nothing ? "no key" : "a key that is a map or a list",
                        "a text as key");
                continue;
            }
            Place first = keys.putIfAbsent(scalar.text(), place);
            if (first == null) {
                entries.add(new Settings.Entry(place, scalar.text(), value.settings()));
            } else {
                problem(place, "duplicate key '" + scalar.text() + "'",
                        "each key once; the first is in line " + first.line());
            }
        }
        return new Built(new Settings.Mapping(place(start), entries), 1 + values - before, height + 1);
    }

    private void count(Event event, int more, int depth) {
        values += more;
        if (values > MAX_VALUES) {
            throw new Unreadable(place(event), "more than " + MAX_VALUES + " values, aliases followed", "fewer");
        }
        if (depth > MAX_DEPTH) {
            throw new Unreadable(place(event), "maps and lists " + depth + " deep in each other, aliases followed",
                    "at most " + MAX_DEPTH);
        }
    }

    private void refuseTag(Event event, Optional<String> tag) {
        tag.ifPresent(name -> problem(place(event), "tag '" + name + "'", "no tag"));
    }

    private void problem(Place place, String found, String expected) {
        problems.add(new Problem(Problem.Severity.ERROR, "", place, found, expected, null));
    }

    private Place place(Event event) {
        return place(file, event.getStartMark().orElseThrow());
    }

    static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
