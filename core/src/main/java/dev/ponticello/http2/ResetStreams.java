package dev.ponticello.http2;

/**
 * Remembers the streams that we have reset before the peer had ended them: frames of theirs may be on their way (RFC 9113 §5.1).
 *
 * <p>Each number has a place, which it shares with others. So a stream that was reset is never taken for one that was not; one that was not may be taken for one that was, if a later one in its place has
 * been reset. Nothing worse comes of it than that its frames are ignored.
 */
final class ResetStreams {
    private static final int PLACES = 256;

    /** The highest number of each place; made when it is needed. */
    private int[] highest = {};

    void add(int streamId) {
        if (highest.length == 0) {
            highest = new int[PLACES];
        }
        int place = place(streamId);
        highest[place] = Math.max(highest[place], streamId);
    }

    boolean mayContain(int streamId) {
        return highest.length > 0 && highest[place(streamId)] >= streamId;
    }

    private static int place(int streamId) {
        return streamId >>> 1 & PLACES - 1; // the numbers of one side are all odd, or all even
    }
}
