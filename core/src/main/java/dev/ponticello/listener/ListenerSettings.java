package dev.ponticello.listener;

import dev.ponticello.config.Http2Config;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerLimits;
import dev.ponticello.config.ListenerTimeouts;
import dev.ponticello.config.Rate;
import dev.ponticello.http1.Http1ServerConnection;
import dev.ponticello.http2.Http2Limits;
import dev.ponticello.routing.PathOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the config says about a listener, as the path reads it: durations in nanoseconds, 0 for off, except a body limit that is off. */
public record ListenerSettings(TrustedProxies trustedProxies, boolean allowHalfClose, boolean allowUnderscores,
        PathOptions pathOptions,
        Http1ServerConnection.Limits limits, @Nullable Http2Limits http2, long bodyLimit, int requestsPerConnection,
        long connectionAgeNanos, long requestHeadNanos, long requestBodyNanos, long responseWriteNanos,
        long keepAliveNanos) {
    /** How much of a request body is read over after its answer, so that the connection can go on. */
    private static final int SKIPPED_BODY = 64 * 1024;

    public static ListenerSettings of(ListenerConfig config) {
        ListenerLimits limits = config.limits();
        ListenerTimeouts timeouts = config.timeouts();
        Long body = limits.body();
        Integer requests = limits.requestsPerConnection();
        return new ListenerSettings(new TrustedProxies(config.trustedProxies()),
                config.halfClose() == ListenerConfig.HalfClose.ALLOW,
                config.underscores() == ListenerConfig.Underscores.ALLOW,
                new PathOptions(config.pathParameters() == ListenerConfig.PathParameters.ALLOW,
                        config.encodedSlash() == ListenerConfig.EncodedSlash.KEEP),
                new Http1ServerConnection.Limits((int) limits.head(), limits.headers(), (int) limits.target(),
                        limits.pipelined(), SKIPPED_BODY),
                config.http2() == null ? null : http2(config.http2(), limits),
                body == null ? Long.MAX_VALUE : body,
                requests == null ? Integer.MAX_VALUE : requests, nanos(limits.connectionAge()),
                timeouts.requestHead().toNanos(), timeouts.requestBody().toNanos(),
                timeouts.responseWrite().toNanos(), timeouts.keepAlive().toNanos());
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
