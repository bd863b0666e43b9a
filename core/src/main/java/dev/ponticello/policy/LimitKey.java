package dev.ponticello.policy;

import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RateLimitConfig.By;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Route;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.identity.Claim;
import dev.ponticello.identity.VerifiedToken;
import dev.ponticello.limit.KeyHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which requests a limit counts together: a fingerprint of the address, route, field or claim that it counts by, or
 * of several of them.
 *
 * <p>What is empty or not there at all has one fingerprint, so all requests without it share a quota: leaving out what
 * one is known by must not help.
 *
 * <p>Threads: immutable, shared by all loops. Allocates nothing.
 */
final class LimitKey {
    private static final long NOTHING = 0;

    private final KeyHash hash;
    private final long v4Mask;
    private final long v6HighMask;
    private final long v6LowMask;
    private final Part[] parts;

    LimitKey(RateLimitConfig config, KeyHash hash) {
        this.hash = hash;
        this.v4Mask = -1L << (32 - config.ipv4Prefix());
        this.v6HighMask = firstBits(config.ipv6Prefix());
        this.v6LowMask = firstBits(config.ipv6Prefix() - 64);
        this.parts = config.by().stream().map(this::part).toArray(Part[]::new);
    }

    private interface Part {
        long of(Exchange exchange);
    }

    private Part part(By by) {
        return switch (by) {
            case By.ClientAddress _ -> exchange -> ofAddress(exchange.clientAddress());
            case By.Route _ -> exchange -> ofRoute(exchange.route());
            case By.Header(String written) -> {
                HeaderName name = HeaderName.of(written);
                yield exchange -> ofField(exchange.request().headers(), name);
            }
            case By.Claim(String name) -> exchange -> ofClaim(exchange.get(BearerTokenPolicy.TOKEN), name);
        };
    }

    private static long firstBits(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    /** The fingerprint of a request. */
    long of(Exchange exchange) {
        long key = parts[0].of(exchange);
        for (int i = 1; i < parts.length; i++) {
            key = hash.hash(key, parts[i].of(exchange));
        }
        return key;
    }

    private long ofAddress(PeerAddress address) {
        return address.isV4() ? hash.hash(address.high(), address.low() & v4Mask)
                : hash.hash(address.high() & v6HighMask, address.low() & v6LowMask);
    }

    private long ofRoute(@Nullable Route route) {
        return route == null ? NOTHING : hash.hash(route.identity());
    }

    /** Of all values that the field has, on all its lines. */
    private long ofField(Headers fields, HeaderName name) {
        long key = NOTHING;
        for (int slot = fields.find(name, 0); slot >= 0; slot = fields.find(name, slot + 1)) {
            int from = fields.valueStart(slot);
            int to = fields.valueEnd(slot);
            if (from < to) {
                key = hash.hash(key, hash.hash(fields.bytes(), from, to));
            }
        }
        return key;
    }

    /** Of a string, number or boolean as it is written in the token, or of all strings of a list. */
    private long ofClaim(@Nullable VerifiedToken token, String name) {
        Claim claim = token == null ? null : token.claims().get(name);
        if (claim instanceof Claim.Texts(List<String> values)) {
            long key = NOTHING;
            for (int i = 0; i < values.size(); i++) {
                key = hash.hash(key, hash.hash(values.get(i)));
            }
            return key;
        }
        String text = claim == null ? null : claim.scalar();
        return text == null || text.isEmpty() ? NOTHING : hash.hash(text);
    }
}
