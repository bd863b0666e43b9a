package dev.ponticello.config;

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

    /** As it is written in config. */
    @Override
    public String toString() {
        return HostPort.write(host, port);
    }
}
