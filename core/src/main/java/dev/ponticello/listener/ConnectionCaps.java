package dev.ponticello.listener;

import dev.ponticello.http.PeerAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the client connections of the process, and keeps them within its caps. Any thread.
 *
 * <p>Each address is counted even while it has no cap, so that it can get one.
 */
public final class ConnectionCaps {
    private volatile int total;
    private volatile int perAddress;
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

    /** Keeps what is accepted from now on within other caps. */
    public void change(int otherTotal, int otherPerAddress) {
        total = otherTotal;
        perAddress = otherPerAddress;
    }

    /** Counts a connection; false if it is one too many, and then it is not counted. */
    boolean enter(PeerAddress address) {
        if (open.incrementAndGet() > total) {
            open.decrementAndGet();
            return false;
        }
        int most = perAddress;
        if (byAddress.merge(address, 1, Integer::sum) > most && most > 0) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(PeerAddress address) {
        open.decrementAndGet();
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
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
