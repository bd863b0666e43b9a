package dev.ponticello.exchange;

import dev.ponticello.config.AnswerConfig;
import java.time.Duration;

/**
 * A handler of own code at its place in the config. Two are equal if they hold the same handler and the same bounds.
 *
 * @param handler makes the answers
 * @param timeout how long it may take, from the end of the request, 1ms to 24h; over it 504, and it is interrupted; default 30s
 * @param bodyBytes how many bytes of a request's body are held for it, 0 to 1 GiB; over it 413; default 64 KiB
 */
public record OwnAnswer(Handler handler, Duration timeout, int bodyBytes) implements AnswerConfig.Own {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST_BYTES = 1 << 30;

    /** @throws IllegalArgumentException if a bound is out of range, with value and expectation */
    public OwnAnswer {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 1ms to 24h)");
        }
        if (bodyBytes < 0 || bodyBytes > MOST_BYTES) {
            throw new IllegalArgumentException("body-bytes: " + bodyBytes + " (expected: 0 to " + MOST_BYTES + ")");
        }
    }

    /** A handler with every default. */
    public static OwnAnswer of(Handler handler) {
        return new OwnAnswer(handler, Duration.ofSeconds(30), 64 << 10);
    }

    @Override
    public String type() {
        return "own";
    }

    /** A copy with another {@code timeout}. */
    public OwnAnswer withTimeout(Duration timeout) {
        return new OwnAnswer(handler, timeout, bodyBytes);
    }

    /** A copy with another {@code body-bytes}. */
    public OwnAnswer withBodyBytes(int bodyBytes) {
        return new OwnAnswer(handler, timeout, bodyBytes);
    }
}
