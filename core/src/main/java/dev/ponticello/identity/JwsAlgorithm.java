package dev.ponticello.identity;

import org.jspecify.annotations.Nullable;

/**
 * A way to sign a token that the gateway knows (RFC 7518 §3.1). {@code none} is no constant of it, so that no config
 * can allow it.
 */
public enum JwsAlgorithm {
    HS256("HmacSHA256", 32),
    HS384("HmacSHA384", 48),
    HS512("HmacSHA512", 64);

    private final String mac;
    private final int hashBytes;

    JwsAlgorithm(String mac, int hashBytes) {
        this.mac = mac;
        this.hashBytes = hashBytes;
    }

    /** The algorithm with exactly this name (names are case-sensitive, RFC 7515 §4.1.1), or null. */
    public static @Nullable JwsAlgorithm named(String name) {
        return switch (name) {
            case "HS256" -> HS256;
            case "HS384" -> HS384;
            case "HS512" -> HS512;
            default -> null;
        };
    }

    /** The name of the JDK's algorithm that computes it. */
    String mac() {
        return mac;
    }

    /** The length of the hash in bytes, which is also the least length of a secret. */
    int hashBytes() {
        return hashBytes;
    }
}
