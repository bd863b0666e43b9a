package dev.ponticello.identity;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The claims of a token by their names (RFC 7519 §4). Immutable, shared by all loops. */
public final class Claims {
    /** What a map takes for a member. */
    private static final int BYTES_OF_A_MEMBER = 24;
    /** What a text takes beside its characters. */
    private static final int BYTES_OF_A_TEXT = 56;

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

    /** About how many bytes of memory they take; their names are shared by all tokens. */
    int memoryBytes() {
        int bytes = 0;
        for (Claim claim : byName.values()) {
            bytes += BYTES_OF_A_MEMBER + memoryBytes(claim);
        }
        return bytes;
    }

    private static int memoryBytes(Claim claim) {
        return switch (claim) {
            case Claim.Text text -> memoryBytes(text.value());
            case Claim.Numeral numeral -> memoryBytes(numeral.written());
            case Claim.Texts list -> list.values().stream().mapToInt(Claims::memoryBytes).sum();
            case Claim.Plain _ -> 0;
        };
    }

    private static int memoryBytes(String text) {
        return BYTES_OF_A_TEXT + text.length();
    }

    /** Tells the names alone: what claims hold about people stays out of logs. */
    @Override
    public String toString() {
        return "Claims" + new TreeSet<>(byName.keySet());
    }
}
