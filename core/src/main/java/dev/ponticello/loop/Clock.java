package dev.ponticello.loop;

/** Where time comes from, so that a simulation can pass in its own. */
public interface Clock {
    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    /** Nanoseconds from an arbitrary origin, for intervals; compare by difference only. */
    long nanoTime();

    /** The same, read anew also where {@link #nanoTime()} stands still for a turn of a loop. */
    default long freshNanoTime() {
        return nanoTime();
    }

    /** Milliseconds since the epoch, for what the outside sees. */
    long wallMillis();
}
