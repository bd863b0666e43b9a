package dev.ponticello.config;

/**
 * What a file of keys holds that tokens are verified with: a JWK set (RFC 7517 §5), or PEM with public keys and
 * certificates (RFC 7468). The text is looked at when the config is compiled. It stays out of {@code toString}: a JWK
 * set may hold secrets.
 */
public record TokenKeys(String text) {

    @Override
    public String toString() {
        return "***";
    }
}
