package dev.ponticello;

import dev.ponticello.config.Problems;

/** A config that cannot be served. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problems problems;

    InvalidConfigException(Problems problems) {
        super(problems.toString());
        this.problems = problems;
    }

    /** Everything that is wrong. */
    public Problems problems() {
        return problems;
    }
}
