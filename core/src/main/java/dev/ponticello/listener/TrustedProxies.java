package dev.ponticello.listener;

import dev.ponticello.config.Cidr;
import dev.ponticello.http.PeerAddress;
import java.util.List;

/** The addresses whose word about the client is believed. */
public final class TrustedProxies {
    private final Cidr[] ranges;

    TrustedProxies(List<Cidr> ranges) {
        this.ranges = ranges.toArray(Cidr[]::new);
    }

    boolean contains(PeerAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
