package dev.ponticello.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** An authority split in two: {@code name:80}, {@code 10.0.0.1:80}, {@code [::1]:80}. The host is without brackets. */
record HostPort(String host, int port) {

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*\\.?");
    private static final Pattern NUMBERS = Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)\\.?");
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    /** {@code defaultPort} stands in where none is written; below 0 a port must be written. */
    static HostPort parse(String key, String text, int defaultPort) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
        String checked = host(host);
        if (checked == null || port < 0) {
            throw new InvalidValue(key, Texts.quoted(text),
                    defaultPort < 0 ? "host:port, like 127.0.0.1:8000 or [::1]:8000" : "a host with or without a port");
        }
        return new HostPort(checked, port);
    }

    /** Brackets again around what needs them. */
    static String write(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** An address written as such, never resolved; null for anything else. */
    static @Nullable InetAddress literal(String text) {
        try {
            if (IPV4.matcher(text).matches()) {
                return Inet4Address.ofLiteral(text);
            }
            return text.indexOf(':') < 0 || text.indexOf('%') >= 0 ? null : Inet6Address.ofLiteral(text);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private static @Nullable String host(String written) {
        if (written.startsWith("[") && written.endsWith("]")) {
            String address = written.substring(1, written.length() - 1);
            return address.indexOf(':') >= 0 && literal(address) != null ? address.toLowerCase(Locale.ROOT) : null;
        }
        String host = written.toLowerCase(Locale.ROOT);
        // A name whose last label is a number is an address to every resolver (WHATWG URL, "ends in a number").
        if (NUMBERS.matcher(host).matches()) {
            return literal(host) != null ? host : null;
        }
        return NAME.matcher(host).matches() ? host : null;
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port > 65535 ? -1 : port;
    }
}
