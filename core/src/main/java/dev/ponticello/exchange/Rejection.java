package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.outcome.FailureKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal by the gateway: a kind of failure, and what its answer says beyond that kind's row. The body is rendered from it in the format that the client or the config asks for. */
public final class Rejection {
    private final FailureKind kind;
    private final Headers headers = new Headers(64, 4);
    private final Map<String, Object> members = new LinkedHashMap<>();
    private @Nullable String sentence;

    private Rejection(FailureKind kind) {
        this.kind = kind;
    }

    /** A refusal in the words of its kind. */
    public static Rejection of(FailureKind kind) {
        return new Rejection(kind);
    }

    /** Says it in other words than the kind's own; for people, in plain text. */
    public Rejection saying(String sentence) {
        this.sentence = sentence;
        return this;
    }

    /** Adds a member to the JSON body. */
    public Rejection member(String name, long value) {
        members.put(name, value);
        return this;
    }

    /** Adds a member to the JSON body. */
    public Rejection member(String name, String value) {
        members.put(name, value);
        return this;
    }

    /**
     * Adds a field to the answer.
     *
     * @throws IllegalArgumentException if the value holds a control character or anything beyond ASCII
     */
    public Rejection with(HeaderName name, String value) {
        headers.add(name, value);
        return this;
    }

    /** What it is called in answers, logs and metrics. */
    public FailureKind kind() {
        return kind;
    }

    /** One plain sentence for people: its own, or the kind's. */
    public String sentence() {
        String own = sentence;
        return own == null ? kind.sentence() : own;
    }

    /** Members of the body beyond {@code error}: strings and whole numbers. */
    public Map<String, Object> members() {
        return members;
    }

    /** The fields that it adds to the answer. */
    public Headers headers() {
        return headers;
    }
}
