package dev.ponticello.upstream;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes upstreams out of their config, on the loops of one gateway. */
public final class UpstreamFactory implements AutoCloseable {
    private static final Logger LOG = System.getLogger(UpstreamFactory.class.getName());

    private final List<LoopContext> loops;
    private final Transport transport;
    private final int autoConnections;
    private @Nullable DnsAddressResolverGroup dns;

    /**
     * @param loops the loops that attempts run on
     * @param autoConnections what {@code connections.max: auto} means on this machine
     */
    public UpstreamFactory(List<LoopContext> loops, Transport transport, int autoConnections) {
        this.loops = loops;
        this.transport = transport;
        this.autoConnections = autoConnections;
    }

    public Upstream create(String name, UpstreamConfig config) {
        UpstreamSettings settings = UpstreamSettings.of(config, autoConnections);
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointConfig endpoint : config.endpoints()) {
            endpoints.add(endpoint(endpoint, settings));
        }
        int[] weights = config.endpoints().stream().mapToInt(EndpointConfig::weight).toArray();
        CircuitBreakerConfig breaker = config.circuitBreaker();
        return new Upstream(name, config.titleOr(name), endpoints, new WeightedRoundRobin(weights),
                breaker == null ? null : breaker(name, breaker), settings, config.host());
    }

    private static CircuitBreaker breaker(String upstream, CircuitBreakerConfig config) {
        return new CircuitBreaker(config.failures(), config.openFor().toNanos(), config.probes(),
                (from, to) -> LOG.log(Level.INFO,
                        "Circuit of " + upstream + ": " + from.label() + " -> " + to.label()));
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
        Endpoint endpoint = new Endpoint(
                (config.host().indexOf(':') < 0 ? config.host() : "[" + config.host() + "]") + ":" + config.port(),
                address, config.path(), config.authority());
        List<EndpointPool> pools = new ArrayList<>();
        for (LoopContext loop : loops) {
            pools.add(new EndpointPool(loop, endpoint, settings, resolver));
        }
        endpoint.setPools(pools.toArray(EndpointPool[]::new));
        return endpoint;
    }

    /** Names are resolved on the loops, by the machine's own settings; made only where a config has names. */
    private AddressResolverGroup<? extends SocketAddress> dns() {
        DnsAddressResolverGroup group = dns;
        if (group == null) {
            group = new DnsAddressResolverGroup(
                    new DnsNameResolverBuilder().datagramChannelFactory(transport.datagramChannels()));
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
