package dev.ponticello.testing;

import dev.ponticello.testing.Fields.Field;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads messages by the letter of RFC 9112, and fails on whatever a gateway must not write: a bare CR or LF, folded
 * lines, two framings at once, a body where none may be, extensions of chunks.
 */
final class MessageReader {
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");
    static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-9][0-9]{2} .*");
    static final Pattern REQUEST_LINE = Pattern.compile("[!-~]+ [!-~]+ HTTP/1\\.[01]");

    /** A head as received, and its parts. */
    record Head(String text, String startLine, Fields fields) {}

    /** How the end of a body is found. */
    sealed interface Framing {
        /** This many bytes; 0 if there is no body. */
        record Length(long bytes) implements Framing {}

        record Chunked() implements Framing {}

        record UntilEnd() implements Framing {}
    }

    private MessageReader() {}

    static Head head(Inbound in, Pattern startLine) {
        String line = in.line();
        if (!startLine.matcher(line).matches()) {
            throw new AssertionError("start line: %s (expected: %s)".formatted(line, startLine));
        }
        var text = new StringBuilder(line).append("\r\n");
        Fields fields = fields(in, text);
        return new Head(text.toString(), line, fields);
    }

    private static Fields fields(Inbound in, StringBuilder text) {
        List<Field> lines = new ArrayList<>();
        for (String line = in.line(); !line.isEmpty(); line = in.line()) {
            var match = FIELD.matcher(line);
            if (!match.matches()) {
                throw new AssertionError("field line: %s (expected: name, colon, value)".formatted(line));
            }
            text.append(line).append("\r\n");
            lines.add(new Field(match.group(1), match.group(2)));
        }
        text.append("\r\n");
        return new Fields(lines);
    }

    /** RFC 9112 §6.3 for requests. */
    static Framing ofRequest(Fields fields) {
        return declared(fields, new Framing.Length(0));
    }

    /** RFC 9112 §6.3 for responses; those that must have no framing at all (RFC 9110 §8.6) are held to it. */
    static Framing ofResponse(String method, int status, Fields fields) {
        boolean tunnel = method.equals("CONNECT") && status / 100 == 2;
        if (status < 200 || status == 204 || tunnel) {
            if (!(declared(fields, new Framing.UntilEnd()) instanceof Framing.UntilEnd)) {
                throw new AssertionError("fields of a %d: %s (expected: no framing)".formatted(status, fields));
            }
            return new Framing.Length(0);
        }
        Framing framing = declared(fields, new Framing.UntilEnd());
        return method.equals("HEAD") || status == 304 ? new Framing.Length(0) : framing;
    }

    private static Framing declared(Fields fields, Framing otherwise) {
        List<String> codings = fields.all("Transfer-Encoding");
        List<String> lengths = fields.all("Content-Length");
        if (codings.size() + lengths.size() == 0) {
            return otherwise;
        }
        if (lengths.isEmpty() && codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")) {
            return new Framing.Chunked();
        }
        if (codings.isEmpty() && lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,18}")) {
            return new Framing.Length(Long.parseLong(lengths.getFirst()));
        }
        throw new AssertionError("framing: %s (expected: one Content-Length or chunked)".formatted(fields));
    }

    /** Moves a body to a sink, and gives its trailers. */
    static Fields body(Inbound in, Framing framing, OutputStream sink) {
        switch (framing) {
            case Framing.Length length -> in.move(length.bytes(), sink);
            case Framing.Chunked chunked -> {
                return chunks(in, sink);
            }
            case Framing.UntilEnd untilEnd -> {
                in.moveAll(sink);
                if (in.disconnect() instanceof Disconnect(End end, long nanoTime) && end == End.RESET) {
                    throw in.ended("FIN after the body");
                }
            }
        }
        return Fields.NONE;
    }

    private static Fields chunks(Inbound in, OutputStream sink) {
        while (true) {
            String line = in.line();
            if (!line.matches("[0-9A-Fa-f]{1,15}")) {
                throw new AssertionError("chunk size: %s (expected: hexadecimal digits)".formatted(line));
            }
            long size = Long.parseLong(line, 16);
            if (size == 0) {
                return fields(in, new StringBuilder());
            }
            in.move(size, sink);
            String end = in.line();
            if (!end.isEmpty()) {
                throw new AssertionError("after a chunk of %d bytes: %s (expected: CRLF)".formatted(size, end));
            }
        }
    }
}
