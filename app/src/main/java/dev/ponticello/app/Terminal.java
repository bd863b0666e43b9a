package dev.ponticello.app;

import dev.ponticello.config.Problem;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Where the program reads and writes.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param interactive whether a person is watching: problems are shown with the line they stand in
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

    /** A line on standard error, or three with the text and a caret. */
    void print(Problem problem, List<String> lines) {
        err.println(interactive ? problem.toString(lines) : problem.toString());
    }

    /** Why the program ends. */
    void fail(String message) {
        err.println("ponticello: " + message);
    }

    /** A config file that cannot be read at all. */
    void unreadable(String file, Exception reason) {
        String why = switch (reason) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "no right to read it";
            default -> String.valueOf(reason.getMessage());
        };
        fail(file + ": " + why);
    }
}
