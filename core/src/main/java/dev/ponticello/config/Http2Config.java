package dev.ponticello.config;

import java.time.Duration;

/**
 * What a client may do on a connection over HTTP/2 (RFC 9113 §10.5). Over {@code streams} a stream is refused, over the others the connection ends.
 *
 * @param streams requests at once; 1 to 10000, default 100
 * @param resets how many requests may be reset, by the client or for its faults; default 300 in a minute
 * @param controlFrames how many frames may come that move no message on; default 1000 in a minute
 */
public record Http2Config(int streams, Rate resets, Rate controlFrames) {

    public static final Http2Config DEFAULTS = new Http2Config(100, new Rate(300, Duration.ofMinutes(1)),
            new Rate(1000, Duration.ofMinutes(1)));

    public Http2Config {
        Checks.between("streams", streams, 1, 10_000);
    }

    /** A copy with another {@code streams}. */
    public Http2Config withStreams(int streams) {
        return new Http2Config(streams, resets, controlFrames);
    }

    /** A copy with another {@code resets}. */
    public Http2Config withResets(Rate resets) {
        return new Http2Config(streams, resets, controlFrames);
    }

    /** A copy with another {@code control-frames}. */
    public Http2Config withControlFrames(Rate controlFrames) {
        return new Http2Config(streams, resets, controlFrames);
    }
}
