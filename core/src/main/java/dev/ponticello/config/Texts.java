package dev.ponticello.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** How values are written in config and in messages: durations, sizes, words, paths. */
final class Texts {

    private static final Pattern NUMBER_WITH_UNIT = Pattern.compile("(\\d{1,12})([A-Za-z]+)");
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");
    /** Stands for the rest of what is not quoted whole. */
    static final char CUT = '…';

    private static final int LONGEST_QUOTE = 80;

    private Texts() {}

    /** {@code 250ms 5s 2m 1h}; null when the text is no duration. */
    static @Nullable Duration parseDuration(String text) {
        Matcher matcher = NUMBER_WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> null;
        };
    }

    /** The shortest exact form: {@code 90s}, {@code 2m}, {@code 250ms}. */
    static String duration(Duration value) {
        long seconds = value.toSeconds();
        if (value.toNanosPart() != 0) {
            return value.toNanosPart() % 1_000_000 == 0 ? value.toMillis() + "ms" : value.toString();
        }
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }

    /** {@code 512B 4KiB 1MiB 2GiB}, in bytes; null when the text is no size, or one beyond a long. */
    static @Nullable Long parseSize(String text) {
        Matcher matcher = NUMBER_WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        int shift = switch (matcher.group(2)) {
            case "B" -> 0;
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> -1;
        };
        return shift < 0 || number > Long.MAX_VALUE >> shift ? null : Long.valueOf(number << shift);
    }

    static String size(long bytes) {
        if (bytes == 0 || bytes % 1024 != 0) {
            return bytes + "B";
        }
        if (bytes % (1 << 20) != 0) {
            return bytes / 1024 + "KiB";
        }
        return bytes % (1 << 30) != 0 ? bytes / (1 << 20) + "MiB" : bytes / (1 << 30) + "GiB";
    }

    /** How a constant of an enum is written in config: {@code FIXED_WINDOW} as {@code fixed-window}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The path of a map's entry: {@code upstreams.users}; a key that could be misread is quoted. */
    static String child(String path, String key) {
        String written = PLAIN_KEY.matcher(key).matches() ? key : "[" + quoted(key) + "]";
        return path.isEmpty() || written.startsWith("[") ? path + written : path + "." + written;
    }

    /** The path of a list's item: {@code routes[2]}. */
    static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    /** The text between quotes, as it can be seen; long texts are cut, so that a message stays one line. */
    static String quoted(String text) {
        boolean cut = text.length() > LONGEST_QUOTE;
        return "'" + visible(cut ? text.substring(0, LONGEST_QUOTE) : text) + (cut ? CUT + "'" : "'");
    }

    /** The text with what moves the cursor or hides among other characters escaped, such as control characters. */
    static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
