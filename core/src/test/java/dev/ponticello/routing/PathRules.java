package dev.ponticello.routing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The rules of the canonical path once more, slow and on texts, to compare {@link CanonicalPath} with. */
final class PathRules {

    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern ILLEGAL = Pattern.compile("[^!-~]|[#?\\\\]|%(?![0-9A-Fa-f]{2})");
    private static final Pattern TO_ESCAPE = Pattern.compile("[\"<>\\[\\]^`{|}]");
    private static final Pattern UNRESERVED = Pattern.compile("[A-Za-z0-9._~-]");
    private static final Pattern NEVER = Pattern.compile("%[01][0-9A-F]|%7F|%5C");
    private static final Pattern NEVER_AGAIN = Pattern.compile("%[01][0-9A-F]|%7F|%5C|%2F", Pattern.CASE_INSENSITIVE);
    private static final Pattern ESCAPES_ABOVE_ASCII = Pattern.compile("(?:%[89A-F][0-9A-F])+");
    private static final Pattern OVERLONG = Pattern
            .compile("[\u00c0\u00c1][\u0080-\u00bf]|\u00e0[\u0080-\u009f]|\u00f0[\u0080-\u008f]");

    private PathRules() {}

    /** The canonical form, or null if the path is refused. */
    static @Nullable String canonical(String arrived, PathOptions options) {
        if (!arrived.startsWith("/") || ILLEGAL.matcher(arrived).find()
                || (arrived.contains(";") && !options.pathParameters())) {
            return null;
        }
        String escaped = TO_ESCAPE.matcher(arrived)
                .replaceAll(found -> String.format("%%%02X", (int) found.group().charAt(0)));
        String text = ESCAPE.matcher(escaped).replaceAll(found -> {
            String c = decode(found.group());
            return UNRESERVED.matcher(c).matches() ? c : found.group().toUpperCase(Locale.ROOT);
        });
        if (NEVER.matcher(text).find() || !isUtf8(text) || (text.contains("%2F") && !options.encodedSlash())) {
            return null;
        }
        List<String> kept = new ArrayList<>();
        String[] segments = text.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (isHostile(segments[i])) {
                return null;
            }
            String segment = segments[i].equals(".") ? "" : segments[i];
            if (!segment.isEmpty() || i == segments.length - 1) {
                kept.add(segment);
            }
        }
        return "/" + String.join("/", kept);
    }

    private static boolean isUtf8(String text) {
        return ESCAPES_ABOVE_ASCII.matcher(text).results().allMatch(run -> {
            try {
                byte[] bytes = decode(run.group()).getBytes(StandardCharsets.ISO_8859_1);
                CharSequence decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return decoded.chars().noneMatch(c -> c >= 0x80 && c < 0xA0);
            } catch (CharacterCodingException notUtf8) {
                return false;
            }
        });
    }

    private static boolean isHostile(String segment) {
        if (segment.equals(".")) {
            return false;
        }
        String text = decode(segment);
        if (names(text).stream().anyMatch(name -> name.equals(".") || name.equals(".."))) {
            return true;
        }
        for (int round = 0; round < 3; round++) {
            boolean appears = NEVER_AGAIN.matcher(text).find();
            text = decode(text);
            if (appears || names(text).contains("..") || OVERLONG.matcher(text).find()) {
                return true;
            }
        }
        return false;
    }

    private static List<String> names(String segment) {
        return List.of(segment.split("/", -1)).stream().map(part -> part.split(";", -1)[0]).toList();
    }

    /** Every escape once, as one char for each byte. */
    private static String decode(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher
                .quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }
}
