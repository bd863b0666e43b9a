package dev.ponticello.config;

import java.util.List;

/**
 * Answers made smaller for clients that accept it.
 *
 * @param minSize bytes; a smaller body is left alone; default 1KiB
 * @param codings what is offered, the preferred first; default what the build has
 * @param cookies whether exchanges with {@code Cookie} or {@code Set-Cookie} are compressed too, which opens them to
 *        BREACH; default false
 */
public record CompressionConfig(long minSize, List<Coding> codings, boolean cookies) implements PolicyConfig {

    public static final CompressionConfig DEFAULTS = new CompressionConfig(1 << 10, List.of(Coding.values()), false);

    /** A content coding (RFC 9110 §8.4.1) that the build has. */
    public enum Coding {
        GZIP
    }

    public CompressionConfig {
        Checks.size("min-size", minSize, 0, 1 << 30);
        codings = Checks.distinct("codings", Checks.notEmpty("codings", codings));
    }

    @Override
    public String type() {
        return "compression";
    }
}
