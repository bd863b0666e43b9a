package dev.ponticello.listener;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settles who the client of a request is.
 *
 * <p>The socket's peer, unless that is a trusted proxy: then {@code X-Forwarded-For} (or without it {@code Forwarded}, RFC 7239) is read from the right, skipping trusted hops. The first hop that is
 * not trusted is the client. What stands further left may be invented and is never looked at; a hop that is no address ends the reading at the last one that was.
 */
final class ClientAddress {
    private ClientAddress() {}

    static PeerAddress of(Headers headers, PeerAddress peer, TrustedProxies trusted) {
        int first = headers.find(HeaderName.X_FORWARDED_FOR, 0);
        if (first < 0) {
            return ofForwarded(headers.all(HeaderName.FORWARDED), peer, trusted);
        }
        PeerAddress client = peer;
        byte[] bytes = headers.bytes();
        for (int slot = headers.slots() - 1; slot >= first; slot--) {
            if (headers.isRemoved(slot) || !headers.hasName(slot, HeaderName.X_FORWARDED_FOR)) {
                continue;
            }
            int start = headers.valueStart(slot);
            int end = headers.valueEnd(slot);
            while (end >= start) {
                int comma = end - 1;
                while (comma >= start && bytes[comma] != ',') {
                    comma--;
                }
                PeerAddress hop = parse(bytes, comma + 1, end);
                if (hop == null) {
                    return client;
                }
                client = hop;
                if (!trusted.contains(hop)) {
                    return client;
                }
                end = comma;
            }
        }
        return client;
    }

    private static @Nullable PeerAddress parse(byte[] bytes, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
            start++;
        }
        while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
            end--;
        }
        PeerAddress plain = PeerAddress.parse(bytes, start, end);
        return plain != null ? plain : parse(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private static PeerAddress ofForwarded(List<String> lines, PeerAddress peer, TrustedProxies trusted) {
        PeerAddress client = peer;
        for (int line = lines.size() - 1; line >= 0; line--) {
            String text = lines.get(line);
            int end = text.length();
            while (end >= 0) {
                int comma = commaBefore(text, end);
                PeerAddress hop = parse(forOf(text.substring(comma + 1, end).strip()));
                if (hop == null) {
                    return client;
                }
                client = hop;
                if (!trusted.contains(hop)) {
                    return client;
                }
                end = comma;
            }
        }
        return client;
    }

    /**
     * The last comma before {@code end} that no quotes hold, or -1. From the right, because only there a trusted proxy has written: what it quotes may come from its client, and so may every quote
     * further left.
     */
    private static int commaBefore(String text, int end) {
        boolean quoted = false;
        for (int at = end - 1; at >= 0; at--) {
            char c = text.charAt(at);
            if (c == '"' && !(quoted && isEscaped(text, at))) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isEscaped(String text, int at) {
        int first = at;
        while (first > 0 && text.charAt(first - 1) == '\\') {
            first--;
        }
        return (at - first) % 2 == 1;
    }

    /** The {@code for} parameter of an element of {@code Forwarded}, without its quotes; empty without one. */
    private static String forOf(String element) {
        int from = 0;
        while (from < element.length()) {
            int to = pairEnd(element, from);
            String pair = element.substring(from, to).strip();
            if (pair.regionMatches(true, 0, "for=", 0, 4)) {
                String value = pair.substring(4);
                return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                        ? value.substring(1, value.length() - 1)
                        : value;
            }
            from = to + 1;
        }
        return "";
    }

    /** The next semicolon that no quotes hold, or the end. */
    private static int pairEnd(String element, int from) {
        boolean quoted = false;
        int at = from;
        while (at < element.length() && (quoted || element.charAt(at) != ';')) {
            char c = element.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                at++;
            }
            at++;
        }
        return Math.min(at, element.length());
    }

    /** An address as proxies write it: {@code 203.0.113.7}, {@code 203.0.113.7:1234}, {@code 2001:db8::1}, {@code [2001:db8::1]:1234}; null for anything else. */
    static @Nullable PeerAddress parse(String text) {
        String address = text;
        if (address.startsWith("[")) {
            int close = address.indexOf(']');
            if (close < 0 || !isPort(address.substring(close + 1))) {
                return null;
            }
            address = address.substring(1, close);
            return address.indexOf(':') < 0 ? null : PeerAddress.parse(address);
        }
        int colon = address.indexOf(':');
        if (colon >= 0 && colon == address.lastIndexOf(':')) {
            if (!isPort(address.substring(colon))) {
                return null;
            }
            address = address.substring(0, colon);
        }
        return PeerAddress.parse(address);
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || (text.length() > 1 && text.length() <= 6 && text.charAt(0) == ':'
                && text.substring(1).chars().allMatch(c -> c >= '0' && c <= '9'));
    }

    /** How an address is written in {@code Forwarded}: IPv6 in brackets and quotes (RFC 7239 §6). */
    static byte[] forwardedNode(PeerAddress address) {
        String text = address.isV4() ? address.toString() : "\"[" + address + "]\"";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
