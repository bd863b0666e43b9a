package dev.ponticello.http2;

/** How often a peer may still do something: a bucket that fills as time passes. On its loop only. */
final class Allowance {
    private final long mostNanos;
    private final long nanosEach;
    /** The bucket, in nanoseconds that have been saved up. */
    private long savedNanos;
    private long sinceNanos;

    Allowance(Http2Limits.Frequency frequency, long nowNanos) {
        this.mostNanos = frequency.nanos();
        this.nanosEach = Math.max(1, frequency.nanos() / frequency.count());
        this.savedNanos = mostNanos;
        this.sinceNanos = nowNanos;
    }

    /** Takes one; false if there is none. */
    boolean take(long nowNanos) {
        savedNanos = Math.min(mostNanos, savedNanos + (nowNanos - sinceNanos));
        sinceNanos = nowNanos;
        if (savedNanos < nanosEach) {
            return false;
        }
        savedNanos -= nanosEach;
        return true;
    }
}
