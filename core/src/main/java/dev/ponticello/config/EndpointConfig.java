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
 */
public record EndpointConfig(String host, int port, String path, int weight) {

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

    /** An endpoint by its URL, with weight 1: {@code http://10.0.0.1:8080/base}; a {@code /} at its end is dropped. */
    public static EndpointConfig parse(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith("https://")) {
            throw new InvalidValue("url", Texts.quoted(url), "http://; https to endpoints is not there yet");
        }
        if (!lower.startsWith("http://")) {
            throw new InvalidValue("url", Texts.quoted(url), "a URL like http://10.0.0.1:8080");
        }
        String rest = url.substring("http://".length());
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        HostPort parsed;
        try {
            parsed = HostPort.parse("url", authority, 80);
        } catch (InvalidValue ignored) {
            throw new InvalidValue("url", Texts.quoted(url),
                    "a URL like http://10.0.0.1:8080, only host, port and path");
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new InvalidValue("url", Texts.quoted(url), "a URL without query and fragment");
        }
        return new EndpointConfig(parsed.host(), parsed.port(),
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path, 1);
    }

    /** A copy with another {@code weight}. */
    public EndpointConfig withWeight(int weight) {
        return new EndpointConfig(host, port, path, weight);
    }

    /** What {@code Host} says by default: {@code 10.0.0.1:8080}, without the port when it is 80. */
    public String authority() {
        String written = HostPort.write(host, port);
        return port == 80 ? written.substring(0, written.length() - ":80".length()) : written;
    }
}
