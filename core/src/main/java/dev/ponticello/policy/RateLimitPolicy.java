package dev.ponticello.policy;

import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.limit.FixedWindow;
import dev.ponticello.limit.Grant;
import dev.ponticello.limit.KeyHash;
import dev.ponticello.limit.RateLimiter;
import dev.ponticello.limit.SlidingWindow;
import dev.ponticello.limit.TokenBucket;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.outcome.FailureKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code rate-limit}: so many requests in so much time for each client, the others get 429.
 *
 * <p>Every answer to a request that it has seen tells what is left, with {@code RateLimit-Policy} and {@code RateLimit}
 * as in draft-ietf-httpapi-ratelimit-headers-10:
 *
 * <table>
 * <caption>What the fields say</caption>
 * <tr><td>{@code X-RateLimit-Limit}, {@code q}</td><td>the quota: of a token bucket its burst</td></tr>
 * <tr><td>{@code w}</td><td>in how many seconds a whole quota comes back: of a token bucket the burst</td></tr>
 * <tr><td>{@code X-RateLimit-Remaining}, {@code r}</td><td>how many permits are left</td></tr>
 * <tr><td>{@code X-RateLimit-Reset}</td><td>when the quota is whole again, in seconds since 1970</td></tr>
 * <tr><td>{@code t}, {@code Retry-After}</td><td>in how many seconds there is a permit more</td></tr>
 * </table>
 *
 * <p>Both times are told for a client that asks for nothing more until then. The fields are the gateway's: what an
 * endpoint says under these names is replaced. With several limits in a chain {@code RateLimit-Policy} lists those that
 * took part, and all other fields tell of the one with the fewest permits left.
 *
 * <p>Threads: shared by all loops; all but the limiter is immutable.
 */
public final class RateLimitPolicy implements Policy {
    static final HeaderName X_RATE_LIMIT_LIMIT = HeaderName.of("X-RateLimit-Limit");
    static final HeaderName X_RATE_LIMIT_REMAINING = HeaderName.of("X-RateLimit-Remaining");
    static final HeaderName X_RATE_LIMIT_RESET = HeaderName.of("X-RateLimit-Reset");
    static final HeaderName RATE_LIMIT = HeaderName.of("RateLimit");
    static final HeaderName RATE_LIMIT_POLICY = HeaderName.of("RateLimit-Policy");

    /** The share in the limit that took part last; the earlier ones hang on it. */
    private static final Key<Share> LAST = Key.of("rate limits");

    private static final byte[] SECONDS_TO_MORE = FieldText.valueBytes(";t=");
    private static final int MOST_DIGITS = 10;
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final RateLimitConfig config;
    private final String name;
    private final KeyHash hash;
    private final LimitKey key;
    private final RateLimiter limiter;
    private final byte[] policyItem;
    private final byte[] remainingItem;

    /**
     * A limit that has given no permit yet.
     *
     * @param name what the limit fields call it; the config's own name may be missing
     * @param chance clients must not be able to foretell it, or they could choose addresses that share a count
     * @throws IllegalArgumentException if a number is outside the limiter's range
     */
    public RateLimitPolicy(RateLimitConfig config, String name, Chance chance) {
        this(config, name, new KeyHash(chance.nextLong(), chance.nextLong()), null);
    }

    private RateLimitPolicy(RateLimitConfig config, String name, KeyHash hash, @Nullable RateLimiter before) {
        this.config = config;
        this.name = name;
        this.hash = hash;
        this.key = new LimitKey(config, hash);
        int permits = Math.toIntExact(config.limit().permits());
        long windowMillis = config.limit().per().toMillis();
        int burst = config.burst() == null ? permits : config.burst();
        int maxKeys = config.maxKeys();
        this.limiter = switch (config.algorithm()) {
            case FIXED_WINDOW -> before instanceof FixedWindow counts ? counts.with(permits, windowMillis)
                    : new FixedWindow(permits, windowMillis, maxKeys);
            case SLIDING_WINDOW -> before instanceof SlidingWindow counts ? counts.with(permits, windowMillis)
                    : new SlidingWindow(permits, windowMillis, maxKeys);
            case TOKEN_BUCKET -> before instanceof TokenBucket buckets ? buckets.with(permits, windowMillis, burst)
                    : new TokenBucket(permits, windowMillis, burst, maxKeys);
        };
        this.policyItem = FieldText.valueBytes(
                "\"" + name + "\";q=" + limiter.quota() + ";w=" + limiter.windowSeconds());
        this.remainingItem = FieldText.valueBytes("\"" + name + "\";r=");
    }

    /**
     * The policy that takes the place of this one when the config changes. With other numbers, or another name, it goes on
     * with the counts of this one, which may still be asked; but if it counts in another way (its {@code algorithm},
     * {@code by}, {@code max-keys} or a prefix), it has given no permit yet.
     *
     * @param chance see the constructor
     * @throws IllegalArgumentException if a number is outside the limiter's range
     */
    public RateLimitPolicy with(RateLimitConfig next, String nextName, Chance chance) {
        boolean countsAlike = next.algorithm() == config.algorithm() && next.by().equals(config.by())
                && next.maxKeys() == config.maxKeys() && next.ipv4Prefix() == config.ipv4Prefix()
                && next.ipv6Prefix() == config.ipv6Prefix();
        return countsAlike ? new RateLimitPolicy(next, nextName, hash, limiter)
                : new RateLimitPolicy(next, nextName, chance);
    }

    /** What was asked for. */
    public RateLimitConfig config() {
        return config;
    }

    /** What the limit fields call it. */
    public String name() {
        return name;
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        Share share = new Share(this, exchange.get(LAST));
        Grant grant = share.grant;
        Clock clock = exchange.loop().clock();
        limiter.acquire(key.of(exchange), clock.wallMillis(), clock.nanoTime(), grant);
        exchange.set(LAST, share);
        return grant.granted() ? Decision.CONTINUE : refuse(grant.retryAfterSeconds());
    }

    private static Decision refuse(int seconds) {
        return Decision.reject(Rejection.of(FailureKind.RATE_LIMITED)
                .member("retry_after", seconds)
                .with(HeaderName.RETRY_AFTER, Integer.toString(seconds)));
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead response) {
        Share last = exchange.get(LAST);
        if (last == null || last.limit != this) {
            return;
        }
        Share scarcest = last;
        for (Share share = last.before; share != null; share = share.before) {
            // Of equals the last: it is the one that refused, if one did.
            if (share.grant.remaining() < scarcest.grant.remaining()) {
                scarcest = share;
            }
        }
        Grant grant = scarcest.grant;
        Headers fields = response.headers();
        fields.set(X_RATE_LIMIT_LIMIT, scarcest.limit.limiter.quota());
        fields.set(X_RATE_LIMIT_REMAINING, grant.remaining());
        fields.set(X_RATE_LIMIT_RESET, Math.ceilDiv(grant.resetMillis(), 1000L));
        fields.set(RATE_LIMIT_POLICY, last.before == null ? policyItem : policyItems(last));
        addRateLimit(fields, scarcest.limit.remainingItem, grant.remaining(), secondsToMore(grant, exchange));
    }

    private static void addRateLimit(Headers fields, byte[] remainingItem, int remaining, int secondsToMore) {
        byte[] value = Arrays.copyOf(remainingItem, remainingItem.length + SECONDS_TO_MORE.length + 2 * MOST_DIGITS);
        int end = putNumber(value, remainingItem.length, remaining);
        System.arraycopy(SECONDS_TO_MORE, 0, value, end, SECONDS_TO_MORE.length);
        end = putNumber(value, end + SECONDS_TO_MORE.length, secondsToMore);
        fields.remove(RATE_LIMIT);
        fields.add(RATE_LIMIT, value, 0, end);
    }

    /** Writes a number in decimal digits and returns where they end. */
    private static int putNumber(byte[] text, int start, int number) {
        int end = start + 1;
        for (int rest = number / 10; rest > 0; rest /= 10) {
            end++;
        }
        int at = end;
        int rest = number;
        do {
            text[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return end;
    }

    /** Of a refusal the same number as in {@code Retry-After}; of an answer that took its time, what is left of it. */
    private static int secondsToMore(Grant grant, Exchange exchange) {
        if (!grant.granted()) {
            return grant.retryAfterSeconds();
        }
        long tookMillis = (exchange.loop().clock().nanoTime() - exchange.startedNanos()) / NANOS_OF_A_MILLI;
        return (int) Math.ceilDiv(Math.max(grant.waitMillis() - tookMillis, 0), 1000L);
    }

    private static byte[] policyItems(Share last) {
        int length = -2;
        for (Share share = last; share != null; share = share.before) {
            length += share.limit.policyItem.length + 2;
        }
        byte[] items = new byte[length];
        int end = length;
        for (Share share = last; share != null; share = share.before) {
            if (share != last) {
                items[--end] = ' ';
                items[--end] = ',';
            }
            byte[] item = share.limit.policyItem;
            end -= item.length;
            System.arraycopy(item, 0, items, end, item.length);
        }
        return items;
    }

    /** What one exchange got of one limit. */
    private static final class Share {
        final RateLimitPolicy limit;
        final @Nullable Share before;
        final Grant grant = new Grant();

        Share(RateLimitPolicy limit, @Nullable Share before) {
            this.limit = limit;
            this.before = before;
        }
    }
}
