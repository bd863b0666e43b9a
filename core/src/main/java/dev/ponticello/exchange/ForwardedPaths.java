package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.routing.Match;
import dev.ponticello.routing.PathRewrite;
import dev.ponticello.upstream.Endpoint;
import dev.ponticello.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a request that is forwarded under another path than the client's, and of its answer: in
 * {@code Location}, {@code Content-Location} (RFC 9110 §10.2.2, §8.7) and the {@code Path} of {@code Set-Cookie}
 * (RFC 6265 §4.1.2.4) the client is told paths as it sees them.
 *
 * <table>
 * <caption>What is mapped</caption>
 * <tr><th>the endpoint says</th><th>the client gets</th></tr>
 * <tr><td>a path below the endpoint's prefix</td><td>the client's prefix in its place</td></tr>
 * <tr><td>a path that has the client's prefix already, from an endpoint that reads {@code X-Forwarded-Prefix}</td><td>the
 * same</td></tr>
 * <tr><td>its scheme, or none, and the endpoint's own authority, before such a path</td><td>the path alone: where the gateway
 * is, the client knows better</td></tr>
 * <tr><td>any scheme and the client's authority, before such a path</td><td>the same with the path mapped</td></tr>
 * <tr><td>anything else: other authorities, other paths, relative paths</td><td>the same</td></tr>
 * </table>
 */
final class ForwardedPaths {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final String PATH_ATTRIBUTE = "path=";

    private final String endpointPrefix;
    private final String clientPrefix;
    private final RequestHead request;
    private final Upstream upstream;
    private final Endpoint endpoint;

    private ForwardedPaths(byte[] endpointPrefix, byte[] clientPrefix, RequestHead request, Upstream upstream,
            Endpoint endpoint) {
        this.endpointPrefix = text(endpoint.basePath()) + text(endpointPrefix);
        this.clientPrefix = text(clientPrefix);
        this.request = request;
        this.upstream = upstream;
        this.endpoint = endpoint;
    }

    /** Gives a request the path that it is forwarded under, and says in {@code X-Forwarded-Prefix} what was taken away, behind what proxies before have taken away. */
    static void rewrite(PathRewrite rewrite, Match<?> match, RequestHead request) {
        request.rewritePath(rewrite.forward(match));
        String removed = text(rewrite.removedPrefix(match));
        if (removed.isEmpty()) {
            return;
        }
        Headers headers = request.headers();
        String before = headers.get(HeaderName.X_FORWARDED_PREFIX);
        String outer = before == null ? "" : before.endsWith("/") ? before.substring(0, before.length() - 1) : before;
        headers.set(HeaderName.X_FORWARDED_PREFIX, (outer + removed).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Tells the paths of an answer as the client sees them. */
    static void tellBack(PathRewrite rewrite, Match<?> match, RequestHead request, Upstream upstream, Endpoint endpoint,
            Headers answer) {
        byte[] endpointPrefix = rewrite.newPrefix(match);
        if (endpointPrefix == null) {
            return;
        }
        ForwardedPaths paths = new ForwardedPaths(endpointPrefix, rewrite.removedPrefix(match), request, upstream,
                endpoint);
        paths.mapUrls(answer, HeaderName.LOCATION);
        paths.mapUrls(answer, HeaderName.CONTENT_LOCATION);
        paths.mapCookies(answer);
    }

    private void mapCookies(Headers answer) {
        int end = answer.slots();
        for (int slot = answer.find(HeaderName.SET_COOKIE, 0); slot >= 0 && slot < end; slot = answer
                .find(HeaderName.SET_COOKIE, slot + 1)) {
            // All of them are written anew, so that they keep their order.
            replace(answer, slot, HeaderName.SET_COOKIE, cookie(answer.value(slot)));
        }
    }

    private void mapUrls(Headers answer, HeaderName name) {
        int end = answer.slots();
        for (int slot = answer.find(name, 0); slot >= 0 && slot < end; slot = answer.find(name, slot + 1)) {
            String mapped = url(answer.value(slot));
            if (mapped != null) {
                replace(answer, slot, name, mapped);
            }
        }
    }

    private static void replace(Headers headers, int slot, HeaderName name, String value) {
        headers.removeSlot(slot);
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        headers.add(name, bytes, 0, bytes.length);
    }

    /** The URL as the client sees it; null for the same. */
    private @Nullable String url(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        int authority = lower.startsWith(HTTP) ? HTTP.length()
                : lower.startsWith(HTTPS) ? HTTPS.length() : lower.startsWith("//") ? 2 : 0;
        if (authority == 0) {
            return path(url, true);
        }
        int path = authority;
        while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
            path++;
        }
        String host = url.substring(authority, path);
        String written = url.substring(path);
        if (host.equalsIgnoreCase(request.host())) {
            String mapped = path(written, true);
            return mapped == null ? null : url.substring(0, path) + mapped;
        }
        int others = endpoint.hasTls() ? HTTP.length() : HTTPS.length();
        if (authority != others && upstream.isOwn(endpoint, host)) {
            return path(written.startsWith("/") ? written : "/" + written, false);
        }
        return null;
    }

    /** A path, and what follows it, as the client sees it; null if it is not below the prefix. */
    private @Nullable String path(String path, boolean mayBeTheClients) {
        if (!path.startsWith("/") || !isBelow(path, endpointPrefix)
                || (mayBeTheClients && !clientPrefix.isEmpty() && isBelow(path, clientPrefix))) {
            return null;
        }
        String mapped = clientPrefix + path.substring(endpointPrefix.length());
        if (mapped.length() > 1 && "/\\".indexOf(mapped.charAt(1)) >= 0) {
            return null; // what browsers would take for another authority
        }
        return mapped.startsWith("/") ? mapped : "/" + mapped;
    }

    private static boolean isBelow(String path, String prefix) {
        return path.startsWith(prefix)
                && (path.length() == prefix.length() || "/?#".indexOf(path.charAt(prefix.length())) >= 0);
    }

    /** A cookie with its path as the client sees it. */
    private String cookie(String cookie) {
        String[] parts = cookie.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            parts[i] = attribute(parts[i]);
        }
        return String.join(";", parts);
    }

    private String attribute(String part) {
        String attribute = part.strip();
        if (!attribute.regionMatches(true, 0, PATH_ATTRIBUTE, 0, PATH_ATTRIBUTE.length())) {
            return part;
        }
        String path = attribute.substring(PATH_ATTRIBUTE.length());
        String mapped = path(path, true);
        if (mapped == null) {
            return part;
        }
        // A cookie for /files/ is not sent for /files (RFC 6265 §5.1.4).
        return " Path=" + (path.equals("/") && mapped.length() > 1 ? mapped.substring(0, mapped.length() - 1) : mapped);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
