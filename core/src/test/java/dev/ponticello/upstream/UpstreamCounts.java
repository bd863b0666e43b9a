package dev.ponticello.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What an upstream counts, for tests of other packages. */
public final class UpstreamCounts {
    private UpstreamCounts() {}

    /** How many attempts wait for a place among the connections. */
    public static int waiting(Upstream upstream) {
        return upstream.endpoints().stream().mapToInt(endpoint -> endpoint.waiting().get()).sum();
    }

    /** How many connections are open or being opened. */
    public static int connections(Upstream upstream) {
        return upstream.endpoints().stream().mapToInt(endpoint -> endpoint.connections().get()).sum();
    }

    /** How many connections to this address are open or being opened. */
    public static int connections(Upstream upstream, InetSocketAddress address) {
        return upstream.endpoints().stream().filter(endpoint -> endpoint.address().equals(address))
                .mapToInt(endpoint -> endpoint.connections().get()).sum();
    }

    /**
     * How many probes a half-open breaker lets through beside those that run; -1 where none is half-open.
     *
     * <p>Found out by asking: the permits are given back.
     */
    public static int freeProbes(Upstream upstream, long nowNanos) {
        CircuitBreaker breaker = upstream.breaker();
        if (breaker == null || breaker.state(nowNanos) != CircuitBreaker.State.HALF_OPEN) {
            return -1;
        }
        List<Long> permits = new ArrayList<>();
        long permit = breaker.tryAcquire(nowNanos);
        while (permit != CircuitBreaker.REFUSED) {
            permits.add(permit);
            permit = breaker.tryAcquire(nowNanos);
        }
        permits.forEach(breaker::neutral);
        return permits.size();
    }
}
