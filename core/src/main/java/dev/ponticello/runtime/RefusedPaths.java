package dev.ponticello.runtime;

import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import java.util.HashSet;
import java.util.Set;

/** The paths of a config at or below which an error was told: what was refused there was replaced by what nobody has written. */
final class RefusedPaths {
    private final Set<String> refused = new HashSet<>();

    /** Those of the problems known by now. */
    RefusedPaths(Problems problems) {
        for (Problem problem : problems.all()) {
            if (problem.severity() == Problem.Severity.ERROR) {
                add(problem.path());
            }
        }
    }

    private void add(String path) {
        for (int end = path.length(); end > 0; end = Math.max(path.lastIndexOf('.', end - 1),
                path.lastIndexOf('[', end - 1))) {
            refused.add(path.substring(0, end));
        }
    }

    boolean contains(String path) {
        return refused.contains(path);
    }
}
