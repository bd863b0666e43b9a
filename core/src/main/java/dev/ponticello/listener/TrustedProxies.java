package dev.ponticello.listener;

import dev.ponticello.config.Cidr;
import dev.ponticello.http.PeerAddress;
import java.util.List;

/** The addresses whose word about the client is believed. */
public final class TrustedProxies {
    private final List<Cidr> ranges;

    TrustedProxies(List<Cidr> ranges) {
        this.ranges = ranges;
    }

    boolean contains(PeerAddress address) {
        if (ranges.isEmpty()) {
            return false;
        }
        byte[] bytes = address.bytes();
        for (Cidr range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
