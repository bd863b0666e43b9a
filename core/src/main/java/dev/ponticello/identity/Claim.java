package dev.ponticello.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one member of a token's claims holds. Immutable. */
public sealed interface Claim {

    /** A string. */
    record Text(String value) implements Claim {}

    /** A number, with its characters as they stand in the token: {@code 1.50} stays {@code 1.50}. */
    record Numeral(String written) implements Claim {}

    /** A list that holds strings alone; it may be empty. */
    record Texts(List<String> values) implements Claim {
        public Texts {
            values = List.copyOf(values);
        }
    }

    /** The values that need no content. */
    enum Plain implements Claim {
        TRUE,
        FALSE,
        NULL,
        /** An object, or a list that holds something else than strings. */
        OTHER
    }

    /** A string, number or boolean as text, as written in the token; null for everything else. */
    default @Nullable String scalar() {
        return switch (this) {
            case Text text -> text.value();
            case Numeral numeral -> numeral.written();
            case Plain.TRUE -> "true";
            case Plain.FALSE -> "false";
            case Texts _,Plain _ -> null;
        };
    }
}
