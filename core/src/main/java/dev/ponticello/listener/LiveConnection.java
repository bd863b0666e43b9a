package dev.ponticello.listener;

/** A client's connection, as far as the end of the gateway concerns it. */
interface LiveConnection {
    /** Ends the connection as soon as nothing is owed on it. */
    void drain();

    /** Ends the connection now; how many answers were cut: not made yet, or not yet taken. */
    int cut();
}
