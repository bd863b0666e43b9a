package dev.ponticello.config;

/** A rule bound to the place where it is written: one of the built-in policies with its settings, or one of own code. */
public sealed interface PolicyConfig permits AccessLogConfig, RequestIdConfig, CorsConfig, CompressionConfig,
        RateLimitConfig, BearerTokenConfig, RequireConfig, HeadersConfig, PolicyConfig.Own {

    /** The name by which config calls this kind of policy: {@code rate-limit}. */
    String type();

    /** One of own code. The config only carries it; {@code dev.ponticello.exchange.OwnPolicy} says how it is made. */
    non-sealed interface Own extends PolicyConfig {}
}
