package dev.ponticello.outcome;

import java.util.Locale;

/** Who caused a failure. */
public enum Side {
    CLIENT,
    GATEWAY,
    UPSTREAM;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in logs: {@code client}. */
    public String label() {
        return label;
    }
}
