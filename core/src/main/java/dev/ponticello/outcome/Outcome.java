package dev.ponticello.outcome;

import java.util.EnumMap;
import java.util.Map;

/** How an exchange ended. */
public sealed interface Outcome {
    /** An endpoint's answer reached the client whole. */
    record Served() implements Outcome {
        private static final Outcome ONE = new Served();
    }

    /** The gateway's own answer reached the client whole, and it was no failure. */
    record Answered() implements Outcome {
        private static final Outcome ONE = new Answered();
    }

    /** The client left first. */
    record Abandoned() implements Outcome {
        private static final Outcome ONE = new Abandoned();
    }

    /**
     * Something failed; the client got an answer that says so, or one that is cut.
     *
     * @param kind what failed
     */
    record Failed(FailureKind kind) implements Outcome {
        private static final Map<FailureKind, Outcome> ALL = new EnumMap<>(FailureKind.class);

        static {
            for (FailureKind kind : FailureKind.values()) {
                ALL.put(kind, new Failed(kind));
            }
        }
    }

    static Outcome served() {
        return Served.ONE;
    }

    static Outcome answered() {
        return Answered.ONE;
    }

    /** The outcome for a kind of failure; leaving is one of its own. */
    static Outcome failed(FailureKind kind) {
        Outcome outcome = kind == FailureKind.CLIENT_GONE ? Abandoned.ONE : Failed.ALL.get(kind);
        if (outcome == null) {
            throw new IllegalStateException("no outcome for " + kind);
        }
        return outcome;
    }

    /** The name in logs: {@code served}, {@code answered}, {@code failed}, {@code abandoned}. */
    default String label() {
        return switch (this) {
            case Served _ -> "served";
            case Answered _ -> "answered";
            case Failed _ -> "failed";
            case Abandoned _ -> "abandoned";
        };
    }
}
