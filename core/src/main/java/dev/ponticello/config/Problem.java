package dev.ponticello.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a config, or worth a look.
 *
 * @param path where, in the words of the config: {@code groups[0].routes[2].to}; empty for the whole
 * @param place where it is written; null when the config came from code
 * @param found what is there
 * @param expected what should be; null when there is nothing to add
 * @param hint a way out; null without one
 */
public record Problem(Severity severity, String path, @Nullable Place place, String found, @Nullable String expected,
        @Nullable String hint) {

    /** Errors keep a config from being served; warnings and notes do not. */
    public enum Severity {
        ERROR,
        WARNING,
        NOTE
    }

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    /** {@code FILE:LINE:COL: key: what was found (expected: what); hint}, or the path instead of place and key. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        String where = place == null ? path : place.toString();
        out.append(where).append(where.isEmpty() ? "" : ": ");
        if (severity != Severity.ERROR) {
            out.append(severity.name().toLowerCase(Locale.ROOT)).append(": ");
        }
        if (place != null && !path.isEmpty()) {
            out.append(lastKey()).append(": ");
        }
        out.append(found);
        if (expected != null) {
            out.append(" (expected: ").append(expected).append(')');
        }
        if (hint != null) {
            out.append("; ").append(hint);
        }
        return Texts.visible(out.toString());
    }

    /** The same, and below it the line where it is written with a caret under the column. */
    public String toString(List<String> lines) {
        if (place == null || place.line() > lines.size()) {
            return toString();
        }
        String line = CONTROL.matcher(lines.get(place.line() - 1)).replaceAll("\uFFFD");
        String number = Integer.toString(place.line());
        String indent = line.codePoints().limit(place.column() - 1L).map(c -> c == '\t' ? '\t' : ' ')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return this + "\n  " + number + " | " + line + "\n  " + " ".repeat(number.length()) + " | " + indent + "^";
    }

    private String lastKey() {
        int bracket = path.endsWith("]") ? path.lastIndexOf('[') : path.length();
        return path.substring(path.lastIndexOf('.', bracket - 1) + 1);
    }
}
