package dev.ponticello.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1 messages as strictly as a test must: whatever is not exactly right is an {@link IllegalStateException}. */
final class MessageParser {
    /** Who hears of the parts. */
    interface Listener {
        /** Whether the final answer with these fields has no body, whatever they say, because HEAD asked for it. */
        default boolean isBodyless(List<String> fields) {
            return false;
        }

        void onHead(Head head);

        void onBody(byte[] bytes, int start, int count);

        /** The message is whole. */
        void onEnd(List<String> trailers);
    }

    /** The body that a head announces. */
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    /** A head: its first line, and its fields as they were written. */
    record Head(String line, List<String> fields, Framing framing, long length) {
        /** The value of the only field of this name; null if there is none. */
        @Nullable
        String field(String name) {
            String found = null;
            for (String field : fields) {
                if (isNamed(field, name)) {
                    if (found != null) {
                        throw new IllegalStateException("two fields " + name + " in " + this);
                    }
                    found = field.substring(name.length() + 1).strip();
                }
            }
            return found;
        }

        /** The values of the fields of this name. */
        List<String> values(String name) {
            List<String> values = new ArrayList<>();
            for (String field : fields) {
                if (isNamed(field, name)) {
                    values.add(field.substring(name.length() + 1).strip());
                }
            }
            return values;
        }

        /** How many fields have this name. */
        int count(String name) {
            int count = 0;
            for (String field : fields) {
                count += isNamed(field, name) ? 1 : 0;
            }
            return count;
        }

        private static boolean isNamed(String field, String name) {
            return field.length() > name.length() && field.charAt(name.length()) == ':'
                    && field.regionMatches(true, 0, name, 0, name.length());
        }

        /** The second word of the line of an answer. */
        int status() {
            return Integer.parseInt(line.substring(9, 12));
        }
    }

    private enum State {
        HEAD,
        LENGTH,
        UNTIL_CLOSE,
        SIZE_LINE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        OVER
    }

    private final boolean answers;
    private final Listener listener;
    private State state = State.HEAD;
    private byte[] line = new byte[512];
    private int lineLength;
    private @Nullable String firstLine;
    private List<String> fields = new ArrayList<>();
    private long left;

    MessageParser(boolean answers, Listener listener) {
        this.answers = answers;
        this.listener = listener;
    }

    /** Whether a message has begun and not ended. */
    boolean isInside() {
        return state != State.HEAD || firstLine != null || lineLength > 0;
    }

    /** Nothing more is expected: what still comes is an error. */
    void end() {
        state = State.OVER;
    }

    void read(byte[] bytes, int count) {
        int at = 0;
        while (at < count) {
            switch (state) {
                case HEAD, SIZE_LINE, CHUNK_END, TRAILERS -> at = readLine(bytes, at, count);
                case LENGTH, CHUNK, UNTIL_CLOSE -> {
                    int some = state == State.UNTIL_CLOSE ? count - at : (int) Math.min(left, count - at);
                    listener.onBody(bytes, at, some);
                    at += some;
                    left -= some;
                    if (state == State.LENGTH && left == 0) {
                        endMessage(List.of());
                    } else if (state == State.CHUNK && left == 0) {
                        state = State.CHUNK_END;
                    }
                }
                case OVER -> throw new IllegalStateException((count - at) + " bytes after the last message, beginning "
                        + new String(bytes, at, Math.min(count - at, 80), StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** The connection has ended; whether that ended a message too. */
    boolean closed() {
        if (state == State.UNTIL_CLOSE) {
            endMessage(List.of());
            return true;
        }
        return false;
    }

    private int readLine(byte[] bytes, int start, int count) {
        int at = start;
        while (at < count) {
            byte b = bytes[at++];
            if (b == '\n') {
                if (lineLength == 0 || line[lineLength - 1] != '\r') {
                    throw new IllegalStateException("a line without CR: " + new String(line, 0, lineLength,
                            StandardCharsets.ISO_8859_1));
                }
                String text = new String(line, 0, lineLength - 1, StandardCharsets.ISO_8859_1);
                lineLength = 0;
                endLine(text);
                return at;
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = b;
        }
        return at;
    }

    private void endLine(String text) {
        switch (state) {
            case HEAD -> {
                if (firstLine == null) {
                    firstLine = text;
                } else if (text.isEmpty()) {
                    endHead(firstLine);
                } else {
                    fields.add(checked(text));
                }
            }
            case SIZE_LINE -> {
                left = Long.parseLong(text.split(";", 2)[0], 16);
                state = left == 0 ? State.TRAILERS : State.CHUNK;
            }
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new IllegalStateException("after a chunk: " + text);
                }
                state = State.SIZE_LINE;
            }
            case TRAILERS -> {
                if (text.isEmpty()) {
                    endMessage(fields);
                } else {
                    fields.add(checked(text));
                }
            }
            default -> throw new IllegalStateException("a line in " + state);
        }
    }

    private static String checked(String field) {
        int colon = field.indexOf(':');
        if (colon < 1 || field.charAt(colon - 1) == ' ') {
            throw new IllegalStateException("a field: " + field);
        }
        return field;
    }

    private void endHead(String first) {
        boolean interim = answers && first.startsWith("HTTP/1.1 1");
        boolean bodyless = interim || (answers && (listener.isBodyless(fields) || first.startsWith("HTTP/1.1 204")
                || first.startsWith("HTTP/1.1 304")));
        Head head = head(first, bodyless);
        fields = new ArrayList<>();
        firstLine = null;
        state = switch (head.framing) {
            case NONE -> State.HEAD;
            case LENGTH -> State.LENGTH;
            case CHUNKED -> State.SIZE_LINE;
            case UNTIL_CLOSE -> State.UNTIL_CLOSE;
        };
        left = head.length;
        listener.onHead(head);
        if (head.framing == Framing.NONE && !interim && state == State.HEAD) {
            endMessage(List.of());
        }
    }

    private Head head(String first, boolean bodyless) {
        String length = null;
        boolean chunked = false;
        for (String field : fields) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                if (length != null || chunked) {
                    throw new IllegalStateException("framed twice: " + first + fields);
                }
                length = field.substring("content-length:".length()).strip();
            } else if (lower.startsWith("transfer-encoding:")) {
                if (length != null || chunked || !lower.substring("transfer-encoding:".length()).strip()
                        .equals("chunked")) {
                    throw new IllegalStateException("framed twice: " + first + fields);
                }
                chunked = true;
            }
        }
        if (bodyless) {
            return new Head(first, fields, Framing.NONE, 0);
        }
        if (chunked) {
            return new Head(first, fields, Framing.CHUNKED, 0);
        }
        if (length != null) {
            long bytes = Long.parseLong(length);
            return new Head(first, fields, bytes == 0 ? Framing.NONE : Framing.LENGTH, bytes);
        }
        return new Head(first, fields, answers ? Framing.UNTIL_CLOSE : Framing.NONE, 0);
    }

    private void endMessage(List<String> trailers) {
        state = State.HEAD;
        fields = new ArrayList<>();
        listener.onEnd(trailers);
    }
}
