package dev.ponticello.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers made smaller for clients that accept it.
 *
 * @param minSize bytes; a smaller body is left alone; default 1KiB
 * @param codings what is offered, the preferred first; null, the default, for those of {@link #USUAL_CODINGS} that the
 *        machine has
 * @param cookies whether exchanges with {@code Cookie} or {@code Set-Cookie} are compressed too, which opens them to
 *        BREACH; default false
 */
public record CompressionConfig(long minSize, @Nullable List<Coding> codings, boolean cookies)
        implements
            PolicyConfig {

    public static final CompressionConfig DEFAULTS = new CompressionConfig(1 << 10, null, false);

    /** Without deflate: who takes it takes gzip too, and some read it without zlib's frame. */
    public static final List<Coding> USUAL_CODINGS = List.of(Coding.ZSTD, Coding.BR, Coding.GZIP);

    /** A content coding (RFC 9110 §8.4.1). */
    public enum Coding {
        ZSTD,
        BR,
        GZIP,
        DEFLATE
    }

    public CompressionConfig {
        Checks.size("min-size", minSize, 0, 1 << 30);
        codings = codings == null ? null : Checks.distinct("codings", Checks.notEmpty("codings", codings));
    }

    /** A copy with another {@code codings}. */
    public CompressionConfig withCodings(@Nullable List<Coding> codings) {
        return new CompressionConfig(minSize, codings, cookies);
    }

    @Override
    public String type() {
        return "compression";
    }
}
