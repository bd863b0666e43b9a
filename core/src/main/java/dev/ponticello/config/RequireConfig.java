package dev.ponticello.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Only tokens with these claims pass, else 403.
 *
 * @param claims claim to the values of which it, or one of its list, must be one; every claim must fit
 */
public record RequireConfig(SequencedMap<String, List<String>> claims) implements PolicyConfig {

    public RequireConfig {
        if (claims.isEmpty()) {
            throw new InvalidValue("claims", "empty", "at least one");
        }
        SequencedMap<String, List<String>> copy = new LinkedHashMap<>();
        claims.forEach((claim, values) -> {
            String at = Texts.child("claims", claim);
            copy.put(claim, Checks.distinct(at, Checks.notEmpty(at, values)));
        });
        claims = Checks.copy(copy);
    }

    @Override
    public String type() {
        return "require";
    }
}
