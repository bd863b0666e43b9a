package dev.ponticello.app;

/** What the program says when it ends. */
final class ExitCode {

    static final int OK = 0;

    /** The gateway could not start: an address in use, a right that is missing. */
    static final int START_FAILURE = 1;

    /** A config with problems, or wrong usage. Nothing was bound. */
    static final int BAD_CONFIG = 2;

    /** Exchanges still ran when {@code drain.timeout} was over and were cut. */
    static final int CUT = 3;

    private ExitCode() {}
}
