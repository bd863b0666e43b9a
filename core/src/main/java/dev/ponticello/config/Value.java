package dev.ponticello.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A written value at its path, to be read as what its key asks for, references such as <code>${NAME}</code> resolved.
 * Every method throws an {@link IllegalArgumentException} when it is something else; thrown on to the {@link Section}, it
 * becomes a problem with the value's place.
 */
public final class Value {

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d+");

    private final Reading reading;
    private final String path;
    private final Settings settings;

    Value(Reading reading, String path, Settings settings) {
        this.reading = reading;
        this.path = path;
        this.settings = settings;
    }

    Reading reading() {
        return reading;
    }

    /** Where it stands, in the words of the config: {@code policies[2].my-policy.mode}. */
    public String path() {
        return path;
    }

    Settings settings() {
        return settings;
    }

    /** The text. What references in it stand for is never told: it may be a secret. */
    public String text() {
        return scalar("a text");
    }

    /** A text that nobody keeps secret, such as an address: messages tell what references in it stand for. */
    String openText() {
        return openScalar("a text");
    }

    /** {@code true} or {@code false}. */
    public boolean flag() {
        String text = openScalar("true or false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refusal(text, "true or false");
        };
    }

    /** A whole number. */
    public int number() {
        return number("a whole number");
    }

    /** A whole number; null for the word off. */
    public @Nullable Integer numberOrOff() {
        return isOff() ? null : Integer.valueOf(number("a whole number, or off"));
    }

    /** 0 for the word auto; a written 0 is refused. */
    int numberOrAuto() {
        if (isWord("auto")) {
            return 0;
        }
        int number = number("a whole number, or auto");
        if (number == 0) {
            throw new InvalidValue(path, "0", ">= 1, or auto");
        }
        return number;
    }

    /** A size such as {@code 64KiB}, in bytes. */
    public long size() {
        return size("a size with its unit, like 64KiB");
    }

    /** A size in bytes; null for the word off. */
    public @Nullable Long sizeOrOff() {
        return isOff() ? null : Long.valueOf(size("a size with its unit, like 64KiB, or off"));
    }

    /** A duration such as {@code 30s}. */
    public Duration duration() {
        return duration("a duration with its unit, like 30s");
    }

    /** A duration; null for the word off. */
    public @Nullable Duration durationOrOff() {
        return isOff() ? null : duration("a duration with its unit, like 30s, or off");
    }

    /** One of the constants, by its word: {@code fixed-window}. */
    public <E extends Enum<E>> E word(Class<E> type) {
        return oneOf(type, Texts::word);
    }

    /** One of the constants, by how each is written. */
    <E extends Enum<E>> E oneOf(Class<E> type, Function<E, String> written) {
        return oneOf(List.of(type.getEnumConstants()), written);
    }

    /** One of these constants, by how each is written. */
    <E extends Enum<E>> E oneOf(List<E> constants, Function<E, String> written) {
        List<String> known = constants.stream().map(written).toList();
        String text = openScalar(Words.anyOf(known));
        if (!known.contains(text)) {
            throw new InvalidValue(path, Texts.quoted(text), Words.anyOf(known), Words.hint(text, known));
        }
        return constants.get(known.indexOf(text));
    }

    /** A file's path, beside the config file unless it is absolute. */
    public Path file() {
        String text = scalar("the path of a file");
        try {
            return reading.environment().directory().resolve(text);
        } catch (InvalidPathException e) {
            throw refusal(text, "the path of a file");
        }
    }

    /** What a file holds, beside the config file unless its path is absolute. */
    byte[] bytesOfFile() {
        String text = scalar("the path of a file");
        return ConfigFiles.read(reading.environment(), text, Texts.quoted(text));
    }

    /** The text of a file, beside the config file unless its path is absolute. */
    String fileText() {
        return reading.substitution().file(scalar("the path of a file"));
    }

    /** A list of texts. */
    public List<String> texts() {
        return list(Value::text);
    }

    /** Every item that cannot be read is reported; the list is refused with them. */
    public <T> List<T> list(Function<Value, T> read) {
        List<Value> written = items();
        List<T> items = new ArrayList<>();
        written.forEach(item -> item.read(read).ifPresent(items::add));
        if (items.size() < written.size()) {
            throw new InvalidValue.Reported();
        }
        return items;
    }

    /** Items that cannot be read are reported and replaced, so that those behind them keep their index. */
    <T> List<T> list(Function<Value, T> read, Function<Value, T> standIn) {
        List<T> items = new ArrayList<>();
        items().forEach(item -> items.add(item.read(read).orElseGet(() -> standIn.apply(item))));
        return items;
    }

    /** Values by their keys. Every one that cannot be read is reported; the map is refused with them. */
    <T> SequencedMap<String, T> map(BiFunction<String, Value, T> read) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        List<Settings.Entry> written = mapping().entries();
        for (Settings.Entry entry : written) {
            Value value = new Value(reading, Texts.child(path, entry.key()), entry.value());
            value.read(v -> read.apply(entry.key(), v)).ifPresent(good -> map.put(entry.key(), good));
        }
        if (map.size() < written.size()) {
            throw new InvalidValue.Reported();
        }
        return map;
    }

    /** Values by their keys; those that cannot be read are reported and replaced. */
    <T> SequencedMap<String, T> map(BiFunction<String, Value, T> read, T standIn) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        for (Settings.Entry entry : mapping().entries()) {
            Value value = new Value(reading, Texts.child(path, entry.key()), entry.value());
            map.put(entry.key(), value.read(v -> read.apply(entry.key(), v)).orElse(standIn));
        }
        return map;
    }

    /** What it is read as, or nothing when it was reported. */
    <T> Optional<T> read(Function<Value, T> read) {
        try {
            return Optional.of(read.apply(this));
        } catch (InvalidValue e) {
            reading.refuse(path, e);
            return Optional.empty();
        }
    }

    /** A map of keys and values. */
    public Section section() {
        return new Section(reading, path, mapping());
    }

    Problems problems() {
        return reading.problems();
    }

    boolean isOff() {
        return isWord("off");
    }

    /** A thing written as its name alone, or as its name and below that its settings. */
    Named named(String what) {
        if (settings instanceof Settings.Scalar) {
            Settings none = new Settings.Mapping(settings.place(), List.of());
            String name = text();
            return new Named(name, new Value(reading, Texts.child(path, name), none));
        }
        if (!(settings instanceof Settings.Mapping mapping) || mapping.entries().isEmpty()) {
            throw wrongType(what);
        }
        Settings.Entry entry = mapping.entries().getFirst();
        if (mapping.entries().size() > 1) {
            String names = Texts.quoted(entry.key()) + " and " + Texts.quoted(mapping.entries().get(1).key());
            throw new InvalidValue(path, names + " side by side", what, "settings are indented below the name");
        }
        return new Named(entry.key(), new Value(reading, Texts.child(path, entry.key()), entry.value()));
    }

    /** A name and the settings below it. */
    record Named(String name, Value settings) {}

    /** The refusal of a text that is not what was asked for. */
    InvalidValue refusal(String text, String expected) {
        return new InvalidValue(path, Texts.quoted(text), expected);
    }

    /** The refusal of the text, for a reader of own values to throw. */
    public IllegalArgumentException refusal(String expected) {
        return refusal(text(), expected);
    }

    private boolean isWord(String word) {
        return settings instanceof Settings.Scalar && text().equals(word);
    }

    private int number(String expected) {
        String text = openScalar(expected);
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw refusal(text, expected);
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw refusal(text, expected + ", at most " + Integer.MAX_VALUE);
        }
    }

    private long size(String expected) {
        String text = openScalar(expected);
        Long size = Texts.parseSize(text);
        if (size == null) {
            throw refusal(text, expected);
        }
        return size;
    }

    private Duration duration(String expected) {
        String text = openScalar(expected);
        Duration duration = Texts.parseDuration(text);
        if (duration == null) {
            throw refusal(text, expected);
        }
        return duration;
    }

    private String openScalar(String expected) {
        reading.open(path);
        return scalar(expected);
    }

    private String scalar(String expected) {
        if (settings instanceof Settings.Scalar scalar) {
            return reading.substitution().resolve(scalar.text());
        }
        throw wrongType(expected);
    }

    private Settings.Mapping mapping() {
        if (settings instanceof Settings.Mapping mapping) {
            return mapping;
        }
        throw wrongType("a map of keys and values");
    }

    private List<Value> items() {
        if (!(settings instanceof Settings.Sequence sequence)) {
            throw wrongType("a list");
        }
        List<Value> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            items.add(new Value(reading, Texts.item(path, i), sequence.items().get(i)));
        }
        return items;
    }

    InvalidValue wrongType(String expected) {
        String found = switch (settings) {
            case Settings.Scalar scalar -> Texts.quoted(scalar.text());
            case Settings.Nothing _ -> "nothing";
            case Settings.Sequence _ -> "a list";
            case Settings.Mapping _ -> "a map";
        };
        return new InvalidValue(path, found, expected);
    }
}
