package dev.ponticello.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what scalars refer to in its place: <code>${NAME}</code>, <code>${NAME:-default}</code> (also when NAME is empty,
 * as in a shell), <code>${file:path}</code> without one trailing line end; <code>$${</code> is the text <code>${</code>.
 * What was put in is not looked at again.
 */
final class Substitution {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(\\}?)");
    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?", Pattern.DOTALL);

    private final Environment environment;

    Substitution(Environment environment) {
        this.environment = environment;
    }

    /** A reference that leads nowhere. Its words hold only what the config says, never what a reference stands for. */
    static final class Unresolved extends InvalidValue {

        Unresolved(String found, String expected) {
            super("", found, expected);
        }
    }

    /** Whether the text may differ from what it stands for. */
    static boolean isIn(String text) {
        return text.contains("${");
    }

    /** Whether a part of the text stands for what a file holds. */
    static boolean isOfFile(String text) {
        return text.contains("${file:");
    }

    String resolve(String text) {
        if (!isIn(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            String value = matcher.group().equals("$${") ? "${" : value(matcher);
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(out).toString();
    }

    private String value(Matcher reference) {
        String inside = reference.group(1);
        Matcher variable = VARIABLE.matcher(inside);
        if (reference.group(2).isEmpty() || (!variable.matches() && !inside.startsWith("file:"))) {
            throw new Unresolved(Texts.quoted(reference.group()),
                    "${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${");
        }
        return variable.matches() ? variable(variable) : file(inside.substring("file:".length()));
    }

    private String variable(Matcher variable) {
        String name = variable.group(1);
        String fallback = variable.group(3);
        String value = environment.variables().apply(name);
        if (fallback != null) {
            return value == null || value.isEmpty() ? fallback : value;
        }
        if (value == null) {
            throw new Unresolved("environment variable " + name + " is not set",
                    "a value, or a default: ${" + name + ":-default}");
        }
        return value;
    }

    /** The text of the file at this path, without one trailing line end. */
    String file(String written) {
        String quoted = "file " + Texts.quoted(written);
        byte[] bytes;
        try {
            bytes = ConfigFiles.read(environment, written, quoted);
        } catch (InvalidValue e) {
            throw new Unresolved(e.found(), e.expected());
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            int end = text.endsWith("\r\n") ? 2 : text.endsWith("\n") ? 1 : 0;
            return text.substring(0, text.length() - end);
        } catch (CharacterCodingException e) {
            throw new Unresolved(quoted + " is not UTF-8", "a text in UTF-8");
        }
    }
}
