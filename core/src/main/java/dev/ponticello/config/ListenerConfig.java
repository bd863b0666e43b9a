package dev.ponticello.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address where clients connect, and what the gateway takes from them there.
 *
 * @param address host and port; port 0 is any free port
 * @param trustedProxies peers whose {@code X-Forwarded-For} and {@code Forwarded} are believed; default none
 * @param tls null speaks cleartext, the default
 * @param redirectToHttps the port of https:// where every request is sent on to (308); null serves them here, the default
 * @param http2 what a client may do over HTTP/2, which is beside HTTP/1.1 by ALPN with TLS, by prior knowledge in cleartext; null is HTTP/1.1 alone; default on
 * @param halfClose what a client's FIN means while an answer is owed to it; default refuse
 * @param underscores what becomes of client fields with {@code _} in their name; default drop
 * @param pathParameters what becomes of a {@code ;} in a path segment; default refuse
 * @param encodedSlash what becomes of {@code %2F} in a path; default refuse
 */
public record ListenerConfig(ListenerAddress address, List<Cidr> trustedProxies, @Nullable ListenerTls tls,
        @Nullable Integer redirectToHttps, @Nullable Http2Config http2, HalfClose halfClose,
        Underscores underscores,
        PathParameters pathParameters, EncodedSlash encodedSlash, ListenerTimeouts timeouts, ListenerLimits limits) {

    /** A client that has sent its FIN: it has gone, or it still waits for the answers that it is owed. */
    public enum HalfClose {
        REFUSE,
        ALLOW
    }

    /** Client fields with {@code _} in their name: dropped, or let through. */
    public enum Underscores {
        DROP,
        ALLOW
    }

    /** A {@code ;} in a path segment: refused with 400, or let through. */
    public enum PathParameters {
        REFUSE,
        ALLOW
    }

    /** {@code %2F} in a path: refused with 400, or kept as data inside its segment. */
    public enum EncodedSlash {
        REFUSE,
        KEEP
    }

    public ListenerConfig {
        trustedProxies = List.copyOf(trustedProxies);
        if (redirectToHttps != null) {
            Checks.between("redirect-to-https", redirectToHttps, 1, 65535);
        }
    }

    /** A listener on this address with every default. */
    public static ListenerConfig on(ListenerAddress address) {
        return new ListenerConfig(address, List.of(), null, null, Http2Config.DEFAULTS, HalfClose.REFUSE,
                Underscores.DROP,
                PathParameters.REFUSE,
                EncodedSlash.REFUSE,
                ListenerTimeouts.DEFAULTS, ListenerLimits.DEFAULTS);
    }

    /** A copy with another {@code address}. */
    public ListenerConfig withAddress(ListenerAddress address) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code trusted-proxies}. */
    public ListenerConfig withTrustedProxies(List<Cidr> trustedProxies) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code tls}. */
    public ListenerConfig withTls(@Nullable ListenerTls tls) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code redirect-to-https}. */
    public ListenerConfig withRedirectToHttps(@Nullable Integer redirectToHttps) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code http2}. */
    public ListenerConfig withHttp2(@Nullable Http2Config http2) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code half-close}. */
    public ListenerConfig withHalfClose(HalfClose halfClose) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code underscores}. */
    public ListenerConfig withUnderscores(Underscores underscores) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code path-parameters}. */
    public ListenerConfig withPathParameters(PathParameters pathParameters) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code encoded-slash}. */
    public ListenerConfig withEncodedSlash(EncodedSlash encodedSlash) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code timeouts}. */
    public ListenerConfig withTimeouts(ListenerTimeouts timeouts) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }

    /** A copy with another {@code limits}. */
    public ListenerConfig withLimits(ListenerLimits limits) {
        return new ListenerConfig(address, trustedProxies, tls, redirectToHttps, http2, halfClose, underscores,
                pathParameters,
                encodedSlash, timeouts, limits);
    }
}
