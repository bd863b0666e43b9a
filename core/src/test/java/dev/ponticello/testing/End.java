package dev.ponticello.testing;

/** How a peer ended its side of a connection. */
public enum End {
    /** In order: it will send no more. */
    FIN,
    /** At once: it will neither send nor take any more. */
    RESET
}
