package dev.ponticello.app.yaml;

import dev.ponticello.config.Place;
import dev.ponticello.config.Problem;
import org.jspecify.annotations.Nullable;

/** The place where a text stops being YAML that could be read on. */
final class Unreadable extends RuntimeException {

    private final Problem problem;

    Unreadable(Place place, String found, @Nullable String expected) {
        super(found);
        this.problem = new Problem(Problem.Severity.ERROR, "", place, found, expected, null);
    }

    Problem problem() {
        return problem;
    }
}
