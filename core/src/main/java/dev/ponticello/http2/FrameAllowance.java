package dev.ponticello.http2;

/**
 * How many frames a peer may still send that move no message on (RFC 9113 §10.5).
 *
 * <p>Most of them answer something: a peer opens windows for what it has read, and may measure with PING while data comes. So what we send earns some, and those cost nothing of the bucket. A window that
 * is opened byte by byte earns nearly nothing: a frame that it has cut counts by its bytes alone. On its loop only.
 */
final class FrameAllowance {
    /** Of what is under way in 16 MiB. */
    private static final int MOST_EARNED = 8192;
    private static final int BY_STREAM = 4;
    private static final int BY_FRAME = 2;
    /** Clients open the windows of stream and connection for each 4 KiB that they read, or for more. */
    private static final int BYTES_EACH = 2048;

    private final Allowance bucket;
    private int earned;
    private int bytes;

    FrameAllowance(Http2Limits.Frequency frequency, long nowNanos) {
        bucket = new Allowance(frequency, nowNanos);
    }

    /** A stream was opened. */
    void earnStream() {
        earn(BY_STREAM);
    }

    /** A frame of data was sent; {@code cut} if a window has made it shorter than it could have been. */
    void earnData(int sent, boolean cut) {
        bytes += sent;
        earn(bytes / BYTES_EACH + (cut ? 0 : BY_FRAME));
        bytes %= BYTES_EACH;
    }

    private void earn(int count) {
        earned = Math.min(MOST_EARNED, earned + count);
    }

    /** Takes one; false if there is none. */
    boolean take(long nowNanos) {
        if (earned > 0) {
            earned--;
            return true;
        }
        return bucket.take(nowNanos);
    }
}
