package dev.ponticello.http2;

import dev.ponticello.loop.BufferBudget;

/**
 * How much a peer may send before it hears from us: 64 KiB at first, and more where bandwidth times delay asks for it.
 *
 * <p>While much data comes, a PING goes out now and then; what arrives until it is answered is what is under way at one time. When that nearly fills the window, the window was what
 * held the sender up, and it is doubled over it: up to a sixteenth of the loop's share of {@code limits.buffers}, and not while that share is spent.
 */
final class WindowGrowth {
    private static final int SHARES = 16;
    private static final int MOST = 8 * 1024 * 1024;

    private final BufferBudget budget;
    private int window = Http2Connection.INITIAL_WINDOW;
    private boolean probing;
    private long bytes;

    WindowGrowth(BufferBudget budget) {
        this.budget = budget;
    }

    /** How large the windows of the connection and of each of its streams are to be. */
    int window() {
        return window;
    }

    /** Counts data that has come; whether to probe. */
    boolean received(int count) {
        bytes += count;
        if (probing || bytes < window / 2 || window >= most() || budget.isSpent()) {
            return false;
        }
        probing = true;
        bytes = 0;
        return true;
    }

    /** A probe has come back; false if none was out. */
    boolean probeAnswered() {
        if (!probing) {
            return false;
        }
        probing = false;
        if (bytes >= window / 3L * 2 && !budget.isSpent()) {
            window = (int) Math.min(most(), Math.max(window, bytes * 2));
        }
        bytes = 0;
        return true;
    }

    private int most() {
        return Math.clamp(budget.shareBytes() / SHARES, Http2Connection.INITIAL_WINDOW, MOST);
    }
}
