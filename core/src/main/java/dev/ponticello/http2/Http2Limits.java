package dev.ponticello.http2;

/**
 * Bounds of what a peer may send.
 *
 * @param head bytes of a field section: names, values and four for each field
 * @param fields fields of a section
 * @param target bytes of a request's {@code :path}
 * @param streams streams that a client may have open at once
 * @param resets how many streams may be reset, by the peer or for its faults
 * @param controlFrames how many frames may come that move no message on: PING, SETTINGS, PRIORITY, empty DATA, WINDOW_UPDATE beyond what the traffic asks for
 */
public record Http2Limits(int head, int fields, int target, int streams, Frequency resets, Frequency controlFrames) {
    /** So many in so much time. */
    public record Frequency(long count, long nanos) {}
}
