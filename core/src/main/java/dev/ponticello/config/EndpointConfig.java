package dev.ponticello.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One address of an upstream.
 *
 * @param host an IP address or a name; no brackets around IPv6
 * @param port 1 to 65535
 * @param path put before the forwarded path; empty, or begins with {@code /} and does not end with one
 * @param weight its share next to the other endpoints', 1 to 1000; default 1
 * @param tls whether TLS is spoken to it: {@code https://}
 */
public record EndpointConfig(String host, int port, String path, int weight, boolean tls) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+)*");
    private static final Pattern DOTS = Pattern.compile(".*/(\\.|%2[eE]){1,2}(/.*)?");

    public EndpointConfig {
        host = HostPort.parse("url", HostPort.write(host, port), 80).host();
        Checks.between("port", port, 1, 65535);
        if (!PATH.matcher(path).matches() || DOTS.matcher(path).matches()) {
            throw new InvalidValue("url", Texts.quoted(path), "a path like /base, without '.', '..' or empty segments");
        }
        Checks.between("weight", weight, 1, 1000);
    }

    /** An endpoint without TLS. */
    public EndpointConfig(String host, int port, String path, int weight) {
        this(host, port, path, weight, false);
    }

    /** An endpoint by its URL, with weight 1: {@code http://10.0.0.1:8080/base}, {@code https://users.internal}; a {@code /} at its end is dropped. */
    public static EndpointConfig parse(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        boolean tls = lower.startsWith("https://");
        if (!tls && !lower.startsWith("http://")) {
            throw new InvalidValue("url", Texts.quoted(url),
                    "a URL like http://10.0.0.1:8080 or https://users.internal");
        }
        String rest = url.substring(url.indexOf("//") + 2);
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        HostPort parsed;
        try {
            parsed = HostPort.parse("url", authority, tls ? HTTPS_PORT : HTTP_PORT);
        } catch (InvalidValue ignored) {
            throw new InvalidValue("url", Texts.quoted(url),
                    "a URL like http://10.0.0.1:8080, only host, port and path");
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new InvalidValue("url", Texts.quoted(url), "a URL without query and fragment");
        }
        return new EndpointConfig(parsed.host(), parsed.port(),
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path, 1, tls);
    }

    /** A copy with another {@code weight}. */
    public EndpointConfig withWeight(int weight) {
        return new EndpointConfig(host, port, path, weight, tls);
    }

    /** What {@code Host} says by default: {@code 10.0.0.1:8080}, without the port that its scheme has anyway. */
    public String authority() {
        String written = HostPort.write(host, port);
        return port == (tls ? HTTPS_PORT : HTTP_PORT) ? written.substring(0, written.lastIndexOf(':')) : written;
    }
}
