package dev.ponticello.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message as it came over the wire. */
public abstract sealed class ReceivedMessage permits ReceivedRequest, Response {
    final MessageReader.Head head;

    ReceivedMessage(MessageReader.Head head) {
        this.head = head;
    }

    /** The head exactly as received, with its empty line, its bytes as ISO-8859-1. */
    public final String head() {
        return head.text();
    }

    public final Fields fields() {
        return head.fields();
    }

    /** The value of the only field line with this name, or null. Fails if there are several. */
    public final @Nullable String header(String name) {
        return head.fields().only(name);
    }

    public final List<String> headers(String name) {
        return head.fields().all(name);
    }

    public abstract byte[] body();

    public abstract Fields trailers();

    /** The body as UTF-8. */
    public final String bodyText() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /** The three parts of the request line or of the status line. */
    final List<String> startParts() {
        return List.of(head.startLine().split(" ", 3));
    }
}
