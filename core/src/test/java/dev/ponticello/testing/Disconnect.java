package dev.ponticello.testing;

import java.time.Duration;

/**
 * The end of a connection as this side saw it.
 *
 * @param end how the peer ended
 * @param nanoTime when it was seen, by {@link System#nanoTime()}
 */
public record Disconnect(End end, long nanoTime) {
    /** The time from a moment, given by {@link System#nanoTime()}, until the end was seen. */
    public Duration after(long moment) {
        return Duration.ofNanos(nanoTime - moment);
    }
}
