package dev.ponticello.config;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Where a listener binds.
 *
 * @param host an IP address or a name that resolves to one of this machine; no brackets around IPv6
 * @param port 0 is any free port
 */
public record ListenerAddress(String host, int port) {

    public ListenerAddress {
        HostPort parsed = HostPort.parse("address", HostPort.write(host, port), -1);
        host = parsed.host();
    }

    /** {@code 0.0.0.0:8000}, {@code localhost:8000}, {@code [::]:8000}. */
    public static ListenerAddress parse(String text) {
        HostPort parsed = HostPort.parse("address", text, -1);
        return new ListenerAddress(parsed.host(), parsed.port());
    }

    /**
     * Whether a client's connection could belong to either: the same address, or one that stands for the other too.
     * {@code [::]} is dual-stack. A name is not resolved; only {@code localhost} and the names below it are known to be the
     * loopback of both (RFC 6761 §6.3).
     */
    boolean overlaps(ListenerAddress other) {
        if (port == 0 || port != other.port) {
            return false;
        }
        return host.equals(other.host) || (isLocalhost() && other.isLocalhost()) || covers(other)
                || other.covers(this);
    }

    private boolean covers(ListenerAddress other) {
        InetAddress here = HostPort.literal(host);
        if (here == null) {
            return false;
        }
        InetAddress there = HostPort.literal(other.host);
        boolean ipv4 = here instanceof Inet4Address;
        if (here.isAnyLocalAddress()) {
            return !ipv4 || there instanceof Inet4Address || other.isLocalhost();
        }
        return here.equals(there) || (other.isLocalhost() && isLoopback(here));
    }

    private boolean isLocalhost() {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.equals("localhost") || name.endsWith(".localhost");
    }

    private static boolean isLoopback(InetAddress address) {
        return address.equals(HostPort.literal("127.0.0.1")) || address.equals(HostPort.literal("::1"));
    }

    /** As it is written in config. */
    @Override
    public String toString() {
        return HostPort.write(host, port);
    }
}
