package dev.ponticello.outcome;

import java.util.Locale;

/** When a failed attempt may be made again elsewhere. */
public enum Retry {
    /** Never. */
    NEVER,
    /** If the method is idempotent (RFC 9110 §9.2.2). */
    IDEMPOTENT,
    /** Always: the endpoint has seen nothing of the request. */
    SAFE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in documents: {@code safe}. */
    public String label() {
        return label;
    }
}
