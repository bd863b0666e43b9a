package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import java.util.List;
import java.util.stream.Stream;

/** Removes the fields that concern one connection only (RFC 9110 §7.6.1): the well-known ones, and those that {@code Connection} names. */
public final class HopByHop {
    private static final HeaderNameSet NAMES = HeaderNameSet.of(List.of(HeaderName.CONNECTION, HeaderName.KEEP_ALIVE,
            HeaderName.PROXY_CONNECTION, HeaderName.TE, HeaderName.TRANSFER_ENCODING,
            HeaderName.UPGRADE, HeaderName.HTTP2_SETTINGS, HeaderName.PROXY_AUTHORIZATION));

    /** What {@code Connection} may not name. */
    private static final List<HeaderName> KEPT = Stream
            .concat(Stream.of(HeaderName.CONTENT_LENGTH, HeaderName.CONNECTION), ForwardingNames.WHOLE.stream())
            .toList();

    private HopByHop() {}

    /** Removes them; before the gateway adds fields of its own, so that a peer cannot name those. */
    public static void removeFrom(Headers headers) {
        for (int slot = headers.find(HeaderName.CONNECTION, 0); slot >= 0; slot = headers.find(HeaderName.CONNECTION,
                slot + 1)) {
            removeNamed(headers, headers.valueStart(slot), headers.valueEnd(slot));
        }
        headers.removeResembling(NAMES);
    }

    private static void removeNamed(Headers headers, int valueStart, int valueEnd) {
        byte[] bytes = headers.bytes();
        int from = valueStart;
        while (from < valueEnd) {
            int to = from;
            while (to < valueEnd && bytes[to] != ',' && bytes[to] != ' ' && bytes[to] != '\t') {
                to++;
            }
            if (to > from) {
                removeNamedField(headers, from, to);
            }
            from = to + 1;
        }
    }

    private static void removeNamedField(Headers headers, int from, int to) {
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (!headers.isRemoved(slot) && headers.hasName(slot, from, to) && !isKept(headers, slot)) {
                headers.removeSlot(slot);
            }
        }
    }

    /**
     * Content-Length frames the message whoever names it: dropping it here would change where the body ends. A Connection that names itself must not hide another line of its name, which may name
     * more. And what a trusted proxy says of its client is not for a client to take out that the proxy let say so.
     */
    private static boolean isKept(Headers headers, int slot) {
        for (HeaderName name : KEPT) {
            if (headers.hasName(slot, name)) {
                return true;
            }
        }
        return ForwardingNames.begins(headers, slot);
    }
}
