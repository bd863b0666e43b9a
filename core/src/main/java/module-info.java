import dev.ponticello.exchange.PolicyFactory;

/**
 * Ponticello as a library: an API gateway in your own program.
 *
 * <p>{@link dev.ponticello.Gateway} is the front door; {@link dev.ponticello.config} says what can be asked for; {@link dev.ponticello.exchange} is what own policies and handlers meet, with the words
 * of {@link dev.ponticello.http} and {@link dev.ponticello.outcome}. What these packages hold for the gateway's own use takes or gives types that no exported package has.
 */
module dev.ponticello {
    requires static transitive org.jspecify;
    requires com.aayushatharva.brotli4j;
    requires com.github.benmanes.caffeine;
    requires com.github.luben.zstd_jni;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires tools.jackson.core;

    exports dev.ponticello;
    exports dev.ponticello.config;
    exports dev.ponticello.exchange;
    exports dev.ponticello.http;
    exports dev.ponticello.outcome;

    uses PolicyFactory;
}
