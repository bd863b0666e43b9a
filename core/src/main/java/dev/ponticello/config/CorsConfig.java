package dev.ponticello.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which scripts of other origins may call, and what they see (Fetch standard, CORS protocol).
 *
 * @param origins {@code https://app.example.com}, or {@code *} for all; default none
 * @param methods default none: only what needs no preflight
 * @param headers request fields; {@code *} echoes the requested names; default none
 * @param expose response fields, besides the limit fields and {@code Retry-After}, which are always exposed
 * @param credentials whether cookies may be sent; not with the origin {@code *}; default false
 * @param maxAge how long a browser may keep a preflight's answer; default 10m
 */
public record CorsConfig(List<String> origins, List<String> methods, List<String> headers, List<String> expose,
        boolean credentials, Duration maxAge) implements PolicyConfig {

    public static final CorsConfig DEFAULTS = new CorsConfig(List.of(), List.of(), List.of(), List.of(), false,
            Duration.ofMinutes(10));

    private static final Pattern ORIGIN = Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://[!-~&&[^/?#@*A-Z]]+");

    private static final Pattern USUAL_PORT = Pattern.compile("http://.*:80|https://.*:443");

    public CorsConfig {
        origins = Checks.distinct("origins", Checks.each("origins", origins, CorsConfig::origin));
        methods = Checks.distinct("methods", Checks.each("methods", methods, Checks::method));
        headers = Checks.distinct("headers", Checks.each("headers", headers, Checks::fieldName));
        expose = Checks.distinct("expose", Checks.each("expose", expose, Checks::fieldName));
        if (credentials && origins.contains("*")) {
            throw new InvalidValue("credentials", "true", "false while origins has '*'");
        }
        Checks.atLeast("max-age", maxAge, Duration.ZERO);
    }

    @Override
    public String type() {
        return "cors";
    }

    /** A copy with another {@code origins}. */
    public CorsConfig withOrigins(List<String> origins) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    /** A copy with another {@code methods}. */
    public CorsConfig withMethods(List<String> methods) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    /** A copy with another {@code headers}. */
    public CorsConfig withHeaders(List<String> headers) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    /** A copy with another {@code expose}. */
    public CorsConfig withExpose(List<String> expose) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    /** A copy with another {@code credentials}. */
    public CorsConfig withCredentials(boolean credentials) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    /** A copy with another {@code max-age}. */
    public CorsConfig withMaxAge(Duration maxAge) {
        return new CorsConfig(origins, methods, headers, expose, credentials, maxAge);
    }

    static String origin(String key, String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new InvalidValue(key, Texts.quoted(origin),
                    "an origin like https://app.example.com, in lower case and without a path, or '*'",
                    origin.contains("*.") ? "an origin is whole: '*' stands for all of them alone" : null);
        }
        if (USUAL_PORT.matcher(origin).matches()) {
            throw new InvalidValue(key, Texts.quoted(origin),
                    Texts.quoted(origin.substring(0, origin.lastIndexOf(':'))) + ", as browsers write it");
        }
        return origin;
    }
}
