package dev.ponticello.config;

import dev.ponticello.http.FieldText;
import dev.ponticello.routing.HostPattern;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PathTemplate;
import dev.ponticello.routing.PatternException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** The range and syntax checks that config records share; each throws {@link InvalidValue} or returns what it got. */
final class Checks {

    /** A timer longer than this is a mistake in the unit. */
    static final Duration LONGEST = Duration.ofDays(365);

    private static final Set<String> MEANT_OTHERWISE = Set.of("authorization", "cookie", "date", "forwarded", "via",
            "x-real-ip");

    /** Fields by which a connection is framed or kept: a gateway that lets config write them can be made to smuggle. */
    private static final Set<String> RESERVED_FIELDS = Set.of("connection", "content-length", "host", "keep-alive",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
            "TRACE");

    private Checks() {}

    static int atLeast(String key, int value, int min) {
        atLeast(key, (long) value, min);
        return value;
    }

    static long atLeast(String key, long value, long min) {
        if (value < min) {
            throw new InvalidValue(key, Long.toString(value), ">= " + min);
        }
        return value;
    }

    static @Nullable Integer atLeastOrOff(String key, @Nullable Integer value, int min) {
        if (value != null && value < min) {
            throw new InvalidValue(key, value.toString(), ">= " + min + ", or off");
        }
        return value;
    }

    static int atLeastOrAuto(String key, int value, int min) {
        if (value != 0 && value < min) {
            throw new InvalidValue(key, Integer.toString(value), ">= " + min + ", or auto");
        }
        return value;
    }

    static int betweenOrAuto(String key, int value, int min, int max) {
        if (value != 0 && (value < min || value > max)) {
            throw new InvalidValue(key, Integer.toString(value), min + " to " + max + ", or auto");
        }
        return value;
    }

    static int between(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new InvalidValue(key, Integer.toString(value), min + " to " + max);
        }
        return value;
    }

    static long size(String key, long bytes, long min, long max) {
        if (bytes < min || bytes > max) {
            throw new InvalidValue(key, Texts.size(bytes), Texts.size(min) + " to " + Texts.size(max));
        }
        return bytes;
    }

    static Duration atLeast(String key, Duration value, Duration min) {
        return between(key, value, min, LONGEST);
    }

    static Duration between(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidValue(key, Texts.duration(value), Texts.duration(min) + " to " + Texts.duration(max));
        }
        return value;
    }

    /** A timer: at least a millisecond. */
    static Duration timer(String key, Duration value) {
        return atLeast(key, value, Duration.ofMillis(1));
    }

    static @Nullable Duration timerOrOff(String key, @Nullable Duration value) {
        return value == null ? null : timer(key, value);
    }

    static <T> List<T> notEmpty(String key, List<T> values) {
        if (values.isEmpty()) {
            throw new InvalidValue(key, "empty", "at least one");
        }
        return List.copyOf(values);
    }

    static <T> List<T> distinct(String key, List<T> values) {
        Set<T> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                throw new InvalidValue(key + "[" + i + "]", "'" + values.get(i) + "' is written twice", "each once");
            }
        }
        return List.copyOf(values);
    }

    static <T> List<T> each(String key, List<T> values, BiFunction<String, T, T> check) {
        List<T> checked = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            checked.add(check.apply(key + "[" + i + "]", values.get(i)));
        }
        return List.copyOf(checked);
    }

    static String notBlank(String key, String text) {
        if (text.isBlank()) {
            throw new InvalidValue(key, "empty", "a text");
        }
        return text;
    }

    /** A text for error bodies: one line, not empty. */
    static String title(String key, String title) {
        if (title.isBlank() || title.length() > 64 || title.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValue(key, Texts.quoted(title), "1 to 64 characters on one line");
        }
        return title;
    }

    /** A name that goes into header fields and log lines as it is. */
    static String name(String key, String name) {
        if (!isName(name)) {
            throw new InvalidValue(key, Texts.quoted(name),
                    "1 to 64 letters, digits, '-' and '_', first a letter or digit");
        }
        return name;
    }

    static boolean isName(String name) {
        boolean good = !name.isEmpty() && name.length() <= 64 && isLetterOrDigit(name.charAt(0));
        for (int i = 0; good && i < name.length(); i++) {
            char c = name.charAt(i);
            good = isLetterOrDigit(c) || c == '-' || c == '_';
        }
        return good;
    }

    static String method(String key, String method) {
        if (!FieldText.isToken(method)) {
            throw new InvalidValue(key, Texts.quoted(method), "a method like GET");
        }
        String upper = method.toUpperCase(Locale.ROOT);
        if (!method.equals(upper) && KNOWN_METHODS.contains(upper)) {
            throw new InvalidValue(key, Texts.quoted(method), upper + "; methods are case-sensitive");
        }
        if (upper.equals("CONNECT")) {
            throw new InvalidValue(key, Texts.quoted(method), "a method with a path; CONNECT has none");
        }
        return method;
    }

    /** The paths of a route. */
    static String pattern(String key, String path) {
        try {
            PathPattern.parse(path);
        } catch (PatternException e) {
            throw refusal(key, e);
        }
        return path;
    }

    /** The path under which a group's routes stand. */
    static String prefix(String key, String path) {
        pattern(key, path);
        if (path.length() > 1 && path.endsWith("/")) {
            throw new InvalidValue(key, Texts.quoted(path),
                    Texts.quoted(path.substring(0, path.length() - 1)) + ", without a '/' at its end");
        }
        try {
            PathPattern.parse(path).below();
        } catch (PatternException e) {
            throw refusal(key, e);
        }
        return path;
    }

    /** A path with what a pattern captured. */
    static String template(String key, String path) {
        try {
            PathTemplate.check(path);
        } catch (PatternException e) {
            throw refusal(key, e);
        }
        return path;
    }

    static InvalidValue refusal(String key, PatternException e) {
        String where = e.offset() == 0 ? "" : " at offset " + e.offset();
        return new InvalidValue(key, Texts.quoted(e.pattern()) + where, e.expected());
    }

    static String fieldName(String key, String name) {
        if (!FieldText.isToken(name)) {
            throw new InvalidValue(key, Texts.quoted(name), "a field name like X-Name");
        }
        return name;
    }

    /** A field that config may write or remove: no field that frames a message or belongs to one connection. */
    static String editableFieldName(String key, String name) {
        fieldName(key, name);
        String normal = normalFieldName(name);
        // Who waits for 100 and who sends it is settled when the client's head comes (RFC 9110 §10.1.1).
        if (RESERVED_FIELDS.contains(normal) || normal.equals("expect")) {
            throw new InvalidValue(key, Texts.quoted(name),
                    "a field other than " + name + ", which the gateway itself writes");
        }
        return name;
    }

    /** A field that may tell endpoints who the client is, or which request it is: none that says something else to them already. */
    static String ownFieldName(String key, String name, String example) {
        editableFieldName(key, name);
        String normal = normalFieldName(name);
        if (MEANT_OTHERWISE.contains(normal) || normal.startsWith("x-forwarded-")) {
            throw new InvalidValue(key, Texts.quoted(name),
                    "a field of its own, like " + example + ": " + name + " has a meaning already");
        }
        return name;
    }

    /** A field that is still there when a route is looked for. */
    static String matchableFieldName(String key, String name) {
        fieldName(key, name);
        if (RESERVED_FIELDS.contains(normalFieldName(name))) {
            throw new InvalidValue(key, Texts.quoted(name),
                    "a field other than " + name + ", which is gone when routes are looked for",
                    name.equalsIgnoreCase("host") ? "a host is asked for by a group" : null);
        }
        return name;
    }

    static String host(String key, String host) {
        try {
            HostPattern.parse(host);
        } catch (PatternException e) {
            throw refusal(key, e);
        }
        return host;
    }

    /** A media type, with or without parameters (RFC 9110 §8.3.1). */
    static String mediaType(String key, String type) {
        int slash = type.indexOf('/');
        int end = type.indexOf(';') < 0 ? type.length() : type.indexOf(';');
        if (slash < 0 || slash > end || !FieldText.isToken(type.substring(0, slash))
                || !FieldText.isToken(type.substring(slash + 1, end).strip())) {
            throw new InvalidValue(key, Texts.quoted(type), "a media type like text/html");
        }
        return fieldValue(key, type);
    }

    static String fieldValue(String key, String value) {
        boolean good = value.isEmpty() || (!isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length() - 1)));
        for (int i = 0; good && i < value.length(); i++) {
            char c = value.charAt(i);
            good = c == '\t' || (c >= ' ' && c < 0x7f);
        }
        if (!good) {
            throw new InvalidValue(key, Texts.quoted(value), "visible ASCII with inner spaces only");
        }
        return value;
    }

    static SequencedMap<String, String> fields(String key, Map<String, String> fields) {
        return fields(key, fields, Checks::editableFieldName);
    }

    static SequencedMap<String, String> fields(String key, Map<String, String> fields,
            BinaryOperator<String> checkName) {
        Set<String> seen = new HashSet<>();
        fields.forEach((name, value) -> {
            String at = Texts.child(key, name);
            var _ = checkName.apply(at, name);
            fieldValue(at, value);
            if (!seen.add(normalFieldName(name))) {
                throw new InvalidValue(at, Texts.quoted(name) + " is written twice", "each field once, in any case");
            }
        });
        return copy(fields);
    }

    static <K, V> SequencedMap<K, V> copy(Map<K, V> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }

    /** What a field's name is to servers that take {@code _} and {@code .} for {@code -}. */
    static String normalFieldName(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }

    static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
