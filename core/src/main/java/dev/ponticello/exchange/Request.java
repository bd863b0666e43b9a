package dev.ponticello.exchange;

import dev.ponticello.http.ClientCertificate;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.Method;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as own code sees it beside the loop: a copy that shares nothing with the exchange, for {@link Handler}s and for checks that are waited for ({@link Decision#await}).
 *
 * <p>Immutable; any thread, for as long as it is wanted.
 */
public final class Request {
    private final Method method;
    private final @Nullable String host;
    private final String path;
    private final @Nullable String query;
    private final Headers headers;
    private final Map<String, String> pathVariables;
    private final PeerAddress clientAddress;
    private final @Nullable ClientCertificate clientCertificate;
    private final @Nullable Object[] values;
    private final byte[] body;

    private Request(Exchange exchange, byte[] body) {
        RequestHead head = exchange.request();
        this.method = head.method();
        this.host = head.host();
        this.path = head.path();
        this.query = head.query();
        this.headers = head.headers().copy();
        this.pathVariables = exchange.pathVariables();
        this.clientAddress = exchange.clientAddress();
        this.clientCertificate = exchange.clientCertificate();
        this.values = exchange.copyOfValues();
        this.body = body;
    }

    static Request of(Exchange exchange, byte[] body) {
        return new Request(exchange, body);
    }

    /** The method (RFC 9110 §9). */
    public Method method() {
        return method;
    }

    /** The authority that was asked for: {@code api.example.com}, {@code [::1]:8000}; null where an HTTP/1.0 client names none (RFC 9110 §7.2). */
    public @Nullable String host() {
        return host;
    }

    /** The canonical path, by which the route was found; its escapes are not decoded. */
    public String path() {
        return path;
    }

    /** What follows the question mark, as it arrived; null without one (RFC 3986 §3.4). */
    public @Nullable String query() {
        return query;
    }

    /** What the route's pattern found under these names, escapes decoded: {@code id} of {@code /users/{id}}, {@code **} of {@code /files/**}. */
    public Map<String, String> pathVariables() {
        return pathVariables;
    }

    /** What the route's pattern found under this name, escapes decoded; null if it has no such name. */
    public @Nullable String pathVariable(String name) {
        return pathVariables.get(name);
    }

    /**
     * The first value of a field, in any case of its name; null without one. 8-bit bytes appear as the characters of Latin-1 (RFC 9110 §5.5).
     *
     * @throws IllegalArgumentException if this is no name of a field
     */
    public @Nullable String header(String name) {
        return headers.get(HeaderName.of(name));
    }

    /** All fields by their names, in any case of these; the values of one name in the order of their lines. */
    public Map<String, List<String>> headers() {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (!headers.isRemoved(slot)) {
                all.computeIfAbsent(headers.name(slot), _ -> new ArrayList<>()).add(headers.value(slot));
            }
        }
        all.replaceAll((_, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(all);
    }

    /** The client's address: the socket's peer, or what a trusted proxy says. */
    public PeerAddress clientAddress() {
        return clientAddress;
    }

    /** The certificate by which the client has proved who it is; null where it was asked for none, or has shown none. */
    public @Nullable ClientCertificate clientCertificate() {
        return clientCertificate;
    }

    /** What policies had put under a key by the time of the copy, or null. The thing itself is not copied: what changes must stand being read by another thread. */
    public <T> @Nullable T get(Key<T> key) {
        return key.in(values);
    }

    /** A copy of the whole body; empty in a check, because policies see heads only. */
    public byte[] body() {
        return body.clone();
    }

    /** The whole body as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
