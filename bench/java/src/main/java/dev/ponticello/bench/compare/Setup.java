package dev.ponticello.bench.compare;

import java.util.Locale;

/** What a gateway is set up to do; each has its configs, by this name. */
enum Setup {
    PLAIN,
    POLICIES,
    FULL,
    /** Bodies pass as they come; only nginx does something else by default. */
    BODIES,
    /** A limit for very many clients; of Ponticello alone. */
    KEYS;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
