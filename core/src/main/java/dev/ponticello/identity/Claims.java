package dev.ponticello.identity;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The claims of a token by their names (RFC 7519 §4). Immutable, shared by all loops. */
public final class Claims {
    private final Map<String, Claim> byName;

    /** Takes the map as its own. */
    Claims(Map<String, Claim> byName) {
        this.byName = byName;
    }

    /** The claim with this name, or null. */
    public @Nullable Claim get(String name) {
        return byName.get(name);
    }

    /** Whether there is a claim with this name that is not JSON's null. */
    public boolean has(String name) {
        Claim claim = byName.get(name);
        return claim != null && claim != Claim.Plain.NULL;
    }

    /** The claim if it is a string, else null. */
    public @Nullable String string(String name) {
        return byName.get(name) instanceof Claim.Text text ? text.value() : null;
    }

    /** The claim's number as written in the token if it is a number, else null. */
    public @Nullable String number(String name) {
        return byName.get(name) instanceof Claim.Numeral numeral ? numeral.written() : null;
    }

    /** The claim if it is a boolean, else null. */
    public @Nullable Boolean bool(String name) {
        return switch (byName.get(name)) {
            case Claim.Plain.TRUE -> true;
            case Claim.Plain.FALSE -> false;
            case null, default -> null;
        };
    }

    /** The claim if it is a list of strings alone, else null. */
    public @Nullable List<String> strings(String name) {
        return byName.get(name) instanceof Claim.Texts list ? list.values() : null;
    }

    /** A string, number or boolean as text, as written in the token; null for everything else. */
    public @Nullable String scalar(String name) {
        Claim claim = byName.get(name);
        return claim == null ? null : claim.scalar();
    }

    /** The names of all claims. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** Tells the names alone: what claims hold about people stays out of logs. */
    @Override
    public String toString() {
        return "Claims" + byName.keySet();
    }
}
