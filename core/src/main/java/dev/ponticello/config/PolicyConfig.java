package dev.ponticello.config;

/** A rule bound to the place where it is written: one of the built-in policies with its settings. */
public sealed interface PolicyConfig permits AccessLogConfig, RequestIdConfig, CorsConfig, CompressionConfig,
        RateLimitConfig, BearerTokenConfig, RequireConfig, HeadersConfig {

    /** The name by which config calls this kind of policy: {@code rate-limit}. */
    String type();
}
