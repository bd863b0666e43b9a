package dev.ponticello.upstream;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.config.UpstreamConfig.Protocol;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Sockets;
import dev.ponticello.tls.ClientTls;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes upstreams out of their config, on the loops of one gateway. */
public final class UpstreamFactory implements AutoCloseable {
    private static final Logger LOG = System.getLogger(UpstreamFactory.class.getName());

    private final List<LoopContext> loops;
    private final Sockets sockets;
    private final int autoConnections;
    /** Those that are served, and those of before that may still have connections. */
    private final Set<Endpoint> endpoints = ConcurrentHashMap.newKeySet();
    private @Nullable DnsAddressResolverGroup dns;

    /**
     * @param loops the loops that attempts run on
     * @param autoConnections what {@code connections.max: auto} means on this machine
     */
    public UpstreamFactory(List<LoopContext> loops, Sockets sockets, int autoConnections) {
        this.loops = loops;
        this.sockets = sockets;
        this.autoConnections = autoConnections;
    }

    /**
     * The upstream that a config asks for. What lives of the one before goes on in it: endpoints of one URL with their connections, the turn among them, the state of the breaker. The one before serves
     * on as it did.
     *
     * @param tls made of the config's; null where no endpoint has TLS
     * @param before of the same name, in the config that is served; null if there is none
     */
    public Upstream create(String name, UpstreamConfig config, @Nullable ClientTls tls, @Nullable Upstream before) {
        UpstreamSettings settings = UpstreamSettings.of(config, tls, autoConnections);
        Map<EndpointConfig, Endpoint> living = new HashMap<>();
        if (before != null && before.settings().protocol() == settings.protocol()) {
            before.endpoints().forEach(endpoint -> living.put(endpoint.url(), endpoint));
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointConfig endpoint : config.endpoints()) {
            endpoints.add(living.computeIfAbsent(Endpoint.urlOf(endpoint), _ -> endpoint(endpoint, settings)));
        }
        int[] weights = config.endpoints().stream().mapToInt(EndpointConfig::weight).toArray();
        return new Upstream(name, config.titleOr(name), endpoints,
                before == null ? new WeightedRoundRobin(weights) : before.balancer().with(weights),
                breaker(name, config.circuitBreaker(), before == null ? null : before.breaker()), settings,
                config.host());
    }

    private static @Nullable CircuitBreaker breaker(String upstream, @Nullable CircuitBreakerConfig config,
            @Nullable CircuitBreaker before) {
        if (config == null) {
            return null;
        }
        long openForNanos = config.openFor().toNanos();
        return before != null ? before.with(config.failures(), openForNanos, config.probes())
                : new CircuitBreaker(config.failures(), openForNanos, config.probes(),
                        (from, to) -> LOG.log(Level.INFO,
                                "Circuit of " + upstream + ": " + from.label() + " -> " + to.label()));
    }

    /**
     * Serves these upstreams in place of those before: endpoints take their settings, and those that are left out let go of their connections. By one thread at a time.
     */
    public void serve(Collection<Upstream> upstreams) {
        Set<Endpoint> served = new HashSet<>();
        for (Upstream upstream : upstreams) {
            for (Endpoint endpoint : upstream.endpoints()) {
                served.add(endpoint);
                endpoint.use(upstream.settings());
            }
        }
        for (Endpoint endpoint : endpoints) {
            if (!served.contains(endpoint)) {
                endpoint.close();
            }
        }
        endpoints.removeIf(endpoint -> endpoint.connections().get() == 0);
        endpoints.addAll(served);
    }

    /** How many connections to endpoints are open or being opened, over all loops; also to those that are served no more. */
    public int openConnections() {
        return endpoints.stream().mapToInt(endpoint -> endpoint.connections().get()).sum();
    }

    /** What endpoints with TLS may choose from by ALPN, the preferred first; without any there is no offer. */
    public static List<String> protocols(UpstreamConfig config) {
        return switch (config.protocol()) {
            case AUTO -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
            case H2 -> List.of(ApplicationProtocolNames.HTTP_2);
            case HTTP1, H2C -> List.of();
        };
    }

    private Endpoint endpoint(EndpointConfig config, UpstreamSettings settings) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(config.host());
        InetSocketAddress address;
        AddressResolverGroup<?> resolver;
        if (literal == null) {
            address = InetSocketAddress.createUnresolved(config.host(), config.port());
            resolver = dns();
        } else {
            try {
                address = new InetSocketAddress(InetAddress.getByAddress(literal), config.port());
            } catch (UnknownHostException e) {
                throw new IllegalStateException("address of " + literal.length + " bytes (expected: 4 or 16)", e);
            }
            resolver = NoopAddressResolverGroup.INSTANCE;
        }
        Endpoint endpoint = new Endpoint(config, address);
        endpoint.setPools(pools(endpoint, settings, resolver), settings);
        return endpoint;
    }

    /** One for each loop; where the endpoint chooses between protocols, behind these another for each, of HTTP/1.1. */
    private EndpointPool[] pools(Endpoint endpoint, UpstreamSettings settings, AddressResolverGroup<?> resolver) {
        boolean chooses = settings.protocol() == Protocol.AUTO && endpoint.hasTls();
        boolean http2 = chooses || settings.protocol() == Protocol.H2 || settings.protocol() == Protocol.H2C;
        List<EndpointPool> pools = new ArrayList<>();
        for (LoopContext loop : loops) {
            pools.add(http2 ? new SharedPool(loop, endpoint, pools.size(), settings, resolver)
                    : new ExclusivePool(loop, endpoint, pools.size(), settings, resolver));
        }
        if (chooses) {
            for (LoopContext loop : loops) {
                ExclusivePool other = new ExclusivePool(loop, endpoint, pools.size(), settings, resolver);
                other.pairWith(pools.get(loop.index()));
                pools.add(other);
            }
        }
        return pools.toArray(EndpointPool[]::new);
    }

    /** Names are resolved on the loops, by the machine's own settings; made only where a config has names. */
    private AddressResolverGroup<? extends SocketAddress> dns() {
        DnsAddressResolverGroup group = dns;
        if (group == null) {
            group = new DnsAddressResolverGroup(
                    new DnsNameResolverBuilder().datagramChannelFactory(sockets.datagramChannels()));
            dns = group;
        }
        return group;
    }

    @Override
    public void close() {
        if (dns != null) {
            dns.close();
        }
    }
}
