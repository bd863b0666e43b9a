package dev.ponticello.upstream;

import dev.ponticello.config.UpstreamHost;
import dev.ponticello.http.RequestHead;
import dev.ponticello.loop.LoopContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named group of endpoints and how to use them: the part that a snapshot holds, with references to what lives on. */
public final class Upstream {
    private final String name;
    private final String title;
    private final List<Endpoint> endpoints;
    private final WeightedRoundRobin balancer;
    private final @Nullable CircuitBreaker breaker;
    private final UpstreamSettings settings;
    private final boolean preserveHost;
    private final byte @Nullable [] fixedHost;

    Upstream(String name, String title, List<Endpoint> endpoints, WeightedRoundRobin balancer,
            @Nullable CircuitBreaker breaker, UpstreamSettings settings, UpstreamHost host) {
        this.name = name;
        this.title = title;
        this.endpoints = List.copyOf(endpoints);
        this.balancer = balancer;
        this.breaker = breaker;
        this.settings = settings;
        this.preserveHost = host.equals(UpstreamHost.PRESERVE);
        this.fixedHost = host instanceof UpstreamHost.Fixed fixed
                ? fixed.authority().getBytes(StandardCharsets.US_ASCII)
                : null;
    }

    public String name() {
        return name;
    }

    /** What error bodies call it: {@code User}. */
    public String title() {
        return title;
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The breaker, or null where none is written. */
    public @Nullable CircuitBreaker breaker() {
        return breaker;
    }

    WeightedRoundRobin balancer() {
        return balancer;
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** Picks the endpoint for an attempt. */
    public Endpoint pick() {
        return endpoints.get(balancer.next());
    }

    /** An idle connection to the endpoint on this loop, or null. */
    public @Nullable UpstreamStream takeIdle(LoopContext loop, Endpoint endpoint) {
        return endpoint.takeIdle(loop.index());
    }

    /** Asks for a connection to be opened, or to become free. */
    public StreamRequest request(LoopContext loop, Endpoint endpoint, StreamRequest.Owner owner) {
        return endpoint.pool(loop.index()).request(owner);
    }

    /** Begins an attempt on a stream, with the authority that the config asks for. */
    public void begin(UpstreamStream stream, UpstreamStream.Listener listener, RequestHead head) {
        byte[] fixed = fixedHost;
        if (fixed != null) {
            stream.begin(listener, head, fixed, 0, fixed.length);
        } else if (preserveHost && head.hostStart() >= 0) {
            stream.begin(listener, head, head.headers().bytes(), head.hostStart(), head.hostEnd());
        } else {
            stream.begin(listener, head, null, 0, 0);
        }
    }

    /** Whether an authority in an answer is the endpoint's: its address, or the name by which it was asked. */
    public boolean isOwn(Endpoint endpoint, String authority) {
        byte[] fixed = fixedHost;
        String defaultPort = endpoint.hasTls() ? ":443" : ":80";
        return isSame(endpoint.authority(), authority, defaultPort)
                || (fixed != null && isSame(fixed, authority, defaultPort));
    }

    private static boolean isSame(byte[] authority, String other, String defaultPort) {
        return withoutPort(new String(authority, StandardCharsets.US_ASCII), defaultPort)
                .equalsIgnoreCase(withoutPort(other, defaultPort));
    }

    /** Both spellings of one authority of {@code http://} or {@code https://} are one (RFC 9110 §4.2.3). */
    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    /** How long a stream may take to come, in nanoseconds. */
    public long connectNanos() {
        return settings.connectNanos();
    }

    /** How long the final head may take after the end of the request, in nanoseconds. */
    public long responseNanos() {
        return settings.responseNanos();
    }

    /** How long the endpoint may neither send nor take a byte that is waited for, in nanoseconds. */
    public long idleNanos() {
        return settings.idleNanos();
    }

    /** How long the whole exchange may take, in nanoseconds; 0 for no bound. */
    public long totalNanos() {
        return settings.totalNanos();
    }
}
