package dev.ponticello.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One run of the reader: what it reads from, and where it says what is wrong. */
final class Reading {

    private final SettingsIndex index;
    private final Substitution substitution;
    private final Environment environment;
    private final Map<String, Function<Value, PolicyConfig>> policies;
    private final Problems problems;
    /** The paths of values that nobody keeps secret, so that a message may tell what references there stand for. */
    private final Set<String> open = new HashSet<>();

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

    /** The value at this path is none that could be secret. */
    void open(String path) {
        open.add(path);
    }

    /** Says what is wrong with the value at this path, and what references there stand for only where nobody keeps a secret. */
    void refuse(String path, InvalidValue refusal) {
        if (refusal instanceof InvalidValue.Reported) {
            return;
        }
        boolean told = refusal instanceof Substitution.Unresolved;
        String found = !told && index.value(path) instanceof Settings.Scalar scalar && Substitution.isIn(scalar.text())
                ? found(path, refusal, scalar.text())
                : refusal.found();
        problems.error(path, found, refusal.expected(), refusal.hint());
    }

    private String found(String path, InvalidValue refusal, String written) {
        // A URL may have the password of a user in it, or a key in its query; of a long one the end is not seen here.
        boolean mayTell = open.contains(path) && !Substitution.isOfFile(written)
                && refusal.found().chars().noneMatch(character -> character == '@' || character == '?'
                        || character == Texts.CUT);
        return mayTell ? refusal.found() + " from " + Texts.quoted(written) : Texts.quoted(written);
    }
}
