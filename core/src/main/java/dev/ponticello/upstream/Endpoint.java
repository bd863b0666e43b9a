package dev.ponticello.upstream;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address of an upstream, with its load.
 *
 * <p>Lives across snapshots. Any thread reads it; the count of its connections is atomic, each of its pools belongs to one loop.
 */
public final class Endpoint {
    private final String name;
    private final InetSocketAddress address;
    private final byte[] basePath;
    private final byte[] authority;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private EndpointPool[] pools = new EndpointPool[0];

    /**
     * @param name host and port, for logs and documents
     * @param address where to connect; unresolved if it is a name
     * @param basePath what stands before each path, without a slash at its end
     * @param authority what {@code Host} says by default
     */
    public Endpoint(String name, InetSocketAddress address, String basePath, String authority) {
        this.name = name;
        this.address = address;
        this.basePath = basePath.getBytes(StandardCharsets.US_ASCII);
        this.authority = authority.getBytes(StandardCharsets.US_ASCII);
    }

    /** Sets the pools, one for each loop, before the endpoint is used. */
    void setPools(EndpointPool[] pools) {
        this.pools = pools;
    }

    /** Host and port: {@code 10.0.0.1:8080}. */
    public String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    /** What stands before each path, without a slash at its end; not to be changed. */
    public byte[] basePath() {
        return basePath;
    }

    byte[] authority() {
        return authority;
    }

    EndpointPool pool(int loop) {
        return pools[loop];
    }

    EndpointPool[] pools() {
        return pools;
    }

    /** How many connections are open or being opened, over all loops. */
    AtomicInteger connections() {
        return connections;
    }

    /** How many attempts wait for a place among the connections, over all loops. */
    AtomicInteger waiting() {
        return waiting;
    }
}
