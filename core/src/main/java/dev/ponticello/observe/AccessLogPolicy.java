package dev.ponticello.observe;

public final class AccessLogPolicy implements dev.ponticello.exchange.Policy {
    public static AccessLogPolicy open(dev.ponticello.config.AccessLogConfig c) {
        return new AccessLogPolicy();
    }
}
