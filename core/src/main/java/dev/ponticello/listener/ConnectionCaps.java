package dev.ponticello.listener;

import dev.ponticello.http.PeerAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the client connections of the process, and keeps them within its caps. Any thread.
 */
public final class ConnectionCaps {
    private final int total;
    private final int perAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<PeerAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final LongAdder acceptPauses = new LongAdder();

    /**
     * @param total connections open at once
     * @param perAddress connections from one address; 0 for no bound
     */
    public ConnectionCaps(int total, int perAddress) {
        this.total = total;
        this.perAddress = perAddress;
    }

    /** Counts a connection; false if it is one too many, and then it is not counted. */
    boolean enter(PeerAddress address) {
        if (open.incrementAndGet() > total) {
            open.decrementAndGet();
            return false;
        }
        if (perAddress > 0 && byAddress.merge(address, 1, Integer::sum) > perAddress) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(PeerAddress address) {
        open.decrementAndGet();
        if (perAddress > 0) {
            byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many client connections are open. */
    public int open() {
        return open.get();
    }

    void countAcceptPause() {
        acceptPauses.increment();
    }

    /** How often accepting was paused because the process had no file descriptor left. */
    public long acceptPauses() {
        return acceptPauses.sum();
    }
}
