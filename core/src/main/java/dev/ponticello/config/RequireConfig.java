package dev.ponticello.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Only requests from pages of these origins and with tokens of these claims pass, else 403.
 *
 * @param claims claim to the values of which it, or one of its list, must be one; every claim must fit; default none
 * @param origins {@code https://app.example.com}: the request's {@code Origin} must be one of them, to the letter; default any, or none
 */
public record RequireConfig(SequencedMap<String, List<String>> claims, List<String> origins) implements PolicyConfig {

    public RequireConfig {
        if (claims.isEmpty() && origins.isEmpty()) {
            throw new InvalidValue("claims", "empty", "at least one, or 'origins'");
        }
        origins = Checks.distinct("origins", Checks.each("origins", origins, RequireConfig::origin));
        SequencedMap<String, List<String>> copy = new LinkedHashMap<>();
        claims.forEach((claim, values) -> {
            String at = Texts.child("claims", claim);
            copy.put(claim, Checks.distinct(at, Checks.notEmpty(at, values)));
        });
        claims = Checks.copy(copy);
    }

    /** Only tokens with these claims, from wherever. */
    public RequireConfig(SequencedMap<String, List<String>> claims) {
        this(claims, List.of());
    }

    private static String origin(String key, String origin) {
        if (origin.equals("*") || origin.equals("null")) {
            throw new InvalidValue(key, Texts.quoted(origin), "an origin like https://app.example.com",
                    "'*' would be anybody, and 'null' is every sandboxed page");
        }
        return CorsConfig.origin(key, origin);
    }

    @Override
    public String type() {
        return "require";
    }
}
