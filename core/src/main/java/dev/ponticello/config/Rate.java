package dev.ponticello.config;

import java.time.Duration;

/**
 * So many permits in so much time: {@code 100/min}.
 *
 * @param permits at least 1
 * @param per at least a second
 */
public record Rate(long permits, Duration per) {

    private static final long MAX_PERMITS = 1_000_000_000;

    public Rate {
        if (permits < 1 || permits > MAX_PERMITS) {
            throw new InvalidValue("limit", Long.toString(permits), "1 to " + MAX_PERMITS + " permits");
        }
        Checks.atLeast("per", per, Duration.ofSeconds(1));
    }

    /** A rate in its written form: {@code 10/s}, {@code 100/min} or {@code 1000/h}. */
    public static Rate parse(String text) {
        int slash = text.indexOf('/');
        Duration per = switch (slash < 1 ? "" : text.substring(slash + 1)) {
            case "s" -> Duration.ofSeconds(1);
            case "min" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> null;
        };
        if (per == null || slash > 10 || !text.substring(0, slash).chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new InvalidValue("limit", Texts.quoted(text), "a rate like 100/min, 10/s or 1000/h");
        }
        return new Rate(Long.parseLong(text.substring(0, slash)), per);
    }
}
