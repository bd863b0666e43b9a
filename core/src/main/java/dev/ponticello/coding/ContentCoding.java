package dev.ponticello.coding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.loop.LoopContext;
import org.jspecify.annotations.Nullable;

/**
 * The content codings that the gateway applies (RFC 9110 §8.4.1). Their levels are such as suit bodies that are coded
 * while they pass, once for each client.
 *
 * <table>
 * <caption>64 KiB of JSON on one core of a shared machine, and the memory of a coder</caption>
 * <tr><th>coding</th><th>level</th><th>window</th><th>coded</th><th>time</th><th>memory</th></tr>
 * <tr><td>zstd</td><td>3</td><td>256 KiB</td><td>25 %</td><td>0.2 ms</td><td>1.4 MiB</td></tr>
 * <tr><td>br</td><td>4</td><td>128 KiB</td><td>26 %</td><td>0.6 ms</td><td>1.2 MiB</td></tr>
 * <tr><td>gzip, deflate</td><td>3</td><td>32 KiB</td><td>28 %</td><td>0.7 ms</td><td>280 KiB</td></tr>
 * </table>
 *
 * <p>Nothing of brotli and zstd is loaded before {@link #absence} is asked for them.
 */
public enum ContentCoding {
    ZSTD("zstd", Zstd.MEMORY_BYTES),
    BR("br", Brotli.MEMORY_BYTES),
    GZIP("gzip", Deflate.MEMORY_BYTES),
    DEFLATE("deflate", Deflate.MEMORY_BYTES);

    private final String label;
    private final int memoryBytes;

    ContentCoding(String label, int memoryBytes) {
        this.label = label;
        this.memoryBytes = memoryBytes;
    }

    /** The name in HTTP, in lower case. */
    public String label() {
        return label;
    }

    /** Why this machine cannot have the coding, or null if it can. Loads what is needed, so not on a loop. */
    public @Nullable String absence() {
        return switch (this) {
            case BR -> {
                Throwable cause = Brotli4jLoader.getUnavailabilityCause();
                yield cause == null ? null : cause.toString();
            }
            case ZSTD -> {
                try {
                    Native.load();
                    yield null;
                } catch (LinkageError e) {
                    yield e.toString();
                }
            }
            case GZIP, DEFLATE -> null;
        };
    }

    /**
     * A coder for one body, on its loop; null if those that run there take all the memory that coders may have, 64 MiB.
     * To be asked only of a coding that the machine has.
     */
    public @Nullable BodyCoding begin(LoopContext loop) {
        Coders coders = loop.get(Coders.SLOT);
        if (!coders.reserve(memoryBytes)) {
            return null;
        }
        try {
            return coder(coders);
        } catch (RuntimeException | Error e) {
            coders.release(memoryBytes);
            throw e;
        }
    }

    private BodyCoding coder(Coders coders) {
        return switch (this) {
            case ZSTD -> new Zstd(coders);
            case BR -> new Brotli(coders);
            case GZIP -> new Gzip(coders);
            case DEFLATE -> new Deflate(coders);
        };
    }
}
