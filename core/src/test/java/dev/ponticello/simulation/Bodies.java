package dev.ponticello.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Bodies that follow from the number of their exchange, so that every byte of them can be checked where it arrives. */
final class Bodies {
    // A prime, so that bodies of different exchanges are out of step with each other for long.
    private static final int PERIOD = 65_521;
    private static final int MOST_AT_ONCE = 1 << 16;
    private static final byte[] BYTES = bytes();

    private Bodies() {}

    private static byte[] bytes() {
        byte[] bytes = new byte[PERIOD + MOST_AT_ONCE];
        new SplittableRandom(42).nextBytes(bytes);
        for (int i = PERIOD; i < bytes.length; i++) { // one after the other: the last of them are copies of copies
            bytes[i] = bytes[i - PERIOD];
        }
        return bytes;
    }

    /** Writes bytes of a body, from one of its places on. */
    static void write(long body, long place, byte[] to, int start, int count) {
        for (int done = 0; done < count; done += MOST_AT_ONCE) {
            System.arraycopy(BYTES, at(body, place + done), to, start + done, Math.min(MOST_AT_ONCE, count - done));
        }
    }

    /** Whether bytes are those of a body, from one of its places on. */
    static boolean match(long body, long place, byte[] found, int start, int count) {
        for (int done = 0; done < count; done += MOST_AT_ONCE) {
            int from = at(body, place + done);
            int some = Math.min(MOST_AT_ONCE, count - done);
            if (!Arrays.equals(BYTES, from, from + some, found, start + done, start + done + some)) {
                return false;
            }
        }
        return true;
    }

    private static int at(long body, long place) {
        return (int) ((body * 7_919 + place) % PERIOD);
    }
}
