package dev.ponticello.upstream;

import dev.ponticello.config.EndpointConfig;
import dev.ponticello.tls.ClientTls;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One address of an upstream, with its load.
 *
 * <p>Lives across snapshots. Any thread reads it; the count of its connections is atomic, each of its pools belongs to one loop.
 */
public final class Endpoint {
    private final EndpointConfig url;
    private final String name;
    private final InetSocketAddress address;
    private final byte[] basePath;
    private final byte[] authority;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private EndpointPool[] pools = new EndpointPool[0];
    /** Read by loops for the TLS alone: whom a change trusts no more must not get another request, while the pools have yet to hear of it. */
    private volatile @Nullable UpstreamSettings settings;
    /** What it chose last, where it has a choice: new connections are asked of the pool of that protocol. */
    private volatile boolean choseHttp1;

    /** @param address where to connect; unresolved if it is a name */
    Endpoint(EndpointConfig config, InetSocketAddress address) {
        this.url = urlOf(config);
        this.name = (config.host().indexOf(':') < 0 ? config.host() : "[" + config.host() + "]") + ":" + config.port();
        this.address = address;
        this.basePath = config.path().getBytes(StandardCharsets.US_ASCII);
        this.authority = config.authority().getBytes(StandardCharsets.US_ASCII);
    }

    /** What tells endpoints of an upstream apart: all but the weight. */
    static EndpointConfig urlOf(EndpointConfig config) {
        return config.withWeight(1);
    }

    EndpointConfig url() {
        return url;
    }

    /** Sets the pools before the endpoint is used: one for each loop, and perhaps another for each behind them. */
    void setPools(EndpointPool[] pools, UpstreamSettings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    /** Lives by other settings from now on. By one thread at a time. */
    void use(UpstreamSettings changed) {
        if (!changed.equals(settings)) {
            settings = changed;
            for (EndpointPool pool : pools) {
                pool.use(changed);
            }
        }
    }

    /** Closes the idle connections of every loop; those in use close when they come back. */
    void close() {
        for (EndpointPool pool : pools) {
            pool.closeSoon();
        }
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

    /** Whether TLS is spoken to it. */
    public boolean hasTls() {
        return url.tls();
    }

    /** How TLS is spoken to it now; null without. */
    @Nullable
    ClientTls tls() {
        UpstreamSettings current = url.tls() ? settings : null;
        return current == null ? null : current.tls();
    }

    /** What connections are secured with now; null without TLS. One that was secured with anything else is not to be used again: whom it trusted may be trusted no more. */
    @Nullable
    Object securedBy() {
        ClientTls tls = tls();
        return tls == null ? null : tls.current();
    }

    /** It has chosen the protocol of a connection. */
    void chose(boolean http2) {
        choseHttp1 = !http2;
    }

    String host() {
        return url.host();
    }

    int port() {
        return url.port();
    }

    /** A stream that is at hand on this loop, of whichever protocol, or null. */
    @Nullable
    UpstreamStream takeIdle(int loop) {
        EndpointPool pool = pools[loop];
        EndpointPool other = pool.other();
        UpstreamStream idle = pool.takeIdle();
        return idle == null && other != null ? other.takeIdle() : idle;
    }

    /** The pool of a loop that opens connections; where the endpoint has a choice, that of the protocol that it is expected to choose. */
    EndpointPool pool(int loop) {
        EndpointPool pool = pools[loop];
        EndpointPool other = pool.other();
        return choseHttp1 && other != null ? other : pool;
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
