package dev.ponticello.app.yaml;

import dev.ponticello.config.Place;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What the YAML parser says, in words for people who write config and not parsers. */
final class SyntaxMessages {

    private SyntaxMessages() {}

    static Unreadable of(MarkedYamlEngineException e, String file, String text) {
        Mark at = e.getProblemMark().orElseThrow();
        Place place = YamlReader.place(file, at);
        Place start = e.getContextMark().map(mark -> YamlReader.place(file, mark)).orElse(place);
        String context = String.valueOf(e.getContext());
        String problem = e.getProblem();
        boolean flow = context.contains("flow");
        if (problem.contains("TAB")) {
            return new Unreadable(place, "a tab", "spaces; YAML does not allow tabs for indentation");
        }
        if (flow && isReference(text, place)) {
            return new Unreadable(place, "'${' without quotes inside [ ] or { }", "quotes around it, like \"${NAME}\"");
        }
        if (flow) {
            String open = context.contains("sequence") ? "'['" : "'{'";
            String close = context.contains("sequence") ? "',' or ']'" : "',' or '}'";
            return new Unreadable(place, "the end of the " + open + " from line " + start.line() + " is missing",
                    close);
        }
        if (problem.contains("mapping values are not allowed")) {
            return new Unreadable(place, "a ':' that does not belong here",
                    "one key on a line, and quotes around a text with ': ' in it");
        }
        if (problem.contains("<block end>")) {
            return new Unreadable(place, "a line that fits nothing above it",
                    "the indentation of the lines that it belongs to; the block begins in line " + start.line());
        }
        if (context.contains("quoted scalar") && problem.contains("end of stream")) {
            return new Unreadable(start, "a quote that is not closed", "a second quote");
        }
        if (context.contains("alias")) {
            return new Unreadable(start, "'*' at the beginning of a text", "quotes around it, like '*'");
        }
        if (problem.contains("cannot start any token")) {
            return new Unreadable(place, "'" + Character.toString(at.getBuffer()[at.getPointer()])
                    + "' at the beginning of a text", "quotes around the text");
        }
        if (problem.contains("could not find expected ':'")) {
            return new Unreadable(start, "a key without ':'", "key: value");
        }
        // The parser's word for the end.
        return new Unreadable(place, problem.replace("\0(0)", "the end"), null);
    }

    /** Whether the brace at this place has a {@code $} before it. */
    private static boolean isReference(String text, Place place) {
        List<String> lines = text.lines().toList();
        if (place.line() > lines.size() || place.column() < 2) {
            return false;
        }
        int[] line = lines.get(place.line() - 1).codePoints().toArray();
        return place.column() <= line.length && line[place.column() - 1] == '{' && line[place.column() - 2] == '$';
    }
}
