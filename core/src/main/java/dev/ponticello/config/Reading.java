package dev.ponticello.config;

import java.util.Map;
import java.util.function.Function;

/** One run of the reader: what it reads from, and where it says what is wrong. */
final class Reading {

    private final SettingsIndex index;
    private final Substitution substitution;
    private final Environment environment;
    private final Map<String, Function<Value, PolicyConfig>> policies;
    private final Problems problems;

    Reading(Settings root, Environment environment, Map<String, Function<Value, PolicyConfig>> policies,
            Problems problems) {
        this.index = new SettingsIndex(root);
        this.substitution = new Substitution(environment);
        this.environment = environment;
        this.policies = policies;
        this.problems = problems;
    }

    Substitution substitution() {
        return substitution;
    }

    Environment environment() {
        return environment;
    }

    /** How the settings of each kind of policy are read, by its name. */
    Map<String, Function<Value, PolicyConfig>> policies() {
        return policies;
    }

    Problems problems() {
        return problems;
    }

    /** Says what is wrong with the value at this path, but not what a reference there stands for: it may be secret. */
    void refuse(String path, InvalidValue refusal) {
        if (refusal instanceof InvalidValue.Reported) {
            return;
        }
        boolean told = refusal instanceof Substitution.Unresolved;
        String found = !told && index.value(path) instanceof Settings.Scalar scalar && Substitution.isIn(scalar.text())
                ? Texts.quoted(scalar.text())
                : refusal.found();
        problems.error(path, found, refusal.expected(), refusal.hint());
    }
}
