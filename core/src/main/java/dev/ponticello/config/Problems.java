package dev.ponticello.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * All that is wrong with a config, each thing with its place and a hint. Filled by every step from reading to
 * compiling; a config with errors is not served. Not safe for use by several threads at a time.
 */
public final class Problems {

    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private @Nullable SettingsIndex index;

    /** None yet. */
    public Problems() {}

    /** The config that is looked at was written as these settings: from now on paths have places. */
    public void locateIn(Settings root) {
        index = new SettingsIndex(root);
    }

    /** Adds a problem at a path, which is given its place if the config has places. */
    public void error(String path, String found, @Nullable String expected) {
        error(path, found, expected, null);
    }

    /** Adds a problem at a path with a hint. */
    public void error(String path, String found, @Nullable String expected, @Nullable String hint) {
        add(new Problem(Problem.Severity.ERROR, path, null, found, expected, hint));
    }

    /** Adds a problem that is not the config's, so that no place of it is to be looked at. */
    public void errorElsewhere(String found) {
        put(new Problem(Problem.Severity.ERROR, "", null, found, null, null));
    }

    /** Adds what is allowed but dangerous. */
    public void warning(String path, String found) {
        add(new Problem(Problem.Severity.WARNING, path, null, found, null, null));
    }

    /** Adds what is allowed but easily overlooked. */
    public void note(String path, String found) {
        add(new Problem(Problem.Severity.NOTE, path, null, found, null, null));
    }

    /** Adds a problem; one that is known already, at the same place with the same words, is not added twice. */
    public void add(Problem problem) {
        Place place = problem.place() == null && index != null ? index.place(problem.path()) : problem.place();
        put(new Problem(problem.severity(), problem.path(), place, problem.found(), problem.expected(),
                problem.hint()));
    }

    private void put(Problem problem) {
        problems.putIfAbsent(problem.toString(), problem);
    }

    /** Whether an error was told of this very path. */
    boolean hasErrorAt(String path) {
        return problems.values().stream().anyMatch(
                problem -> problem.severity() == Problem.Severity.ERROR && problem.path().equals(path));
    }

    public boolean hasErrors() {
        return problems.values().stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Ordered by place; those without one come last, in the order in which they were found. */
    public List<Problem> all() {
        List<Problem> all = new ArrayList<>(problems.values());
        all.sort(Comparator.comparing(Problem::place, Comparator.nullsLast(Comparator.naturalOrder())));
        return all;
    }

    /** A line for each problem. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        all().forEach(problem -> out.append(problem).append('\n'));
        return out.toString();
    }
}
