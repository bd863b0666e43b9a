package dev.ponticello.listener;

import dev.ponticello.config.Http2Config;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.Rate;
import dev.ponticello.http1.Http1ServerConnection;
import dev.ponticello.http2.Http2Limits;
import dev.ponticello.routing.PathOptions;
import dev.ponticello.tls.ServerTls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the config says about a listener, as the path reads it: durations in nanoseconds, 0 for off, except a body limit that is off. */
public record ListenerSettings(@Nullable ServerTls tls, TrustedProxies trustedProxies, int httpsPort,
        boolean allowHalfClose, boolean allowUnderscores,
        PathOptions pathOptions,
        Http1ServerConnection.Limits limits, @Nullable Http2Limits http2, long bodyLimit, int requestsPerConnection,
        long connectionAgeNanos, long requestHeadNanos, long requestBodyNanos, long responseWriteNanos,
        long keepAliveNanos, long tlsHandshakeNanos) {
    /** How much of a request body is read over after its answer, so that the connection can go on. */
    private static final int SKIPPED_BODY = 64 * 1024;

    /**
     * The settings that a config asks for.
     *
     * @param tls made of the config's; null without
     */
    public static ListenerSettings of(ListenerConfig config, @Nullable ServerTls tls) {
        ListenerLimits limits = config.limits();
        ListenerTimeouts timeouts = config.timeouts();
        Long body = limits.body();
        Integer requests = limits.requestsPerConnection();
        Integer httpsPort = config.redirectToHttps();
        // A client that ends its side of TLS can be told nothing more.
        boolean halfClose = tls == null && config.halfClose() == ListenerConfig.HalfClose.ALLOW;
        return new ListenerSettings(tls, new TrustedProxies(config.trustedProxies()),
                httpsPort == null ? 0 : httpsPort, halfClose,
                config.underscores() == ListenerConfig.Underscores.ALLOW,
                new PathOptions(config.pathParameters() == ListenerConfig.PathParameters.ALLOW,
                        config.encodedSlash() == ListenerConfig.EncodedSlash.KEEP),
                new Http1ServerConnection.Limits((int) limits.head(), limits.headers(), (int) limits.target(),
                        limits.pipelined(), SKIPPED_BODY),
                config.http2() == null ? null : http2(config.http2(), limits),
                body == null ? Long.MAX_VALUE : body,
                requests == null ? Integer.MAX_VALUE : requests, nanos(limits.connectionAge()),
                timeouts.requestHead().toNanos(), timeouts.requestBody().toNanos(),
                timeouts.responseWrite().toNanos(), timeouts.keepAlive().toNanos(),
                timeouts.tlsHandshake().toNanos());
    }

    private static Http2Limits http2(Http2Config config, ListenerLimits limits) {
        return new Http2Limits((int) limits.head(), limits.headers(), (int) limits.target(), config.streams(),
                frequency(config.resets()), frequency(config.controlFrames()));
    }

    private static Http2Limits.Frequency frequency(Rate rate) {
        return new Http2Limits.Frequency(rate.permits(), rate.per().toNanos());
    }

    private static long nanos(@Nullable Duration duration) {
        return duration == null ? 0 : duration.toNanos();
    }
}
