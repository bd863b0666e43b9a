package dev.ponticello.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A bounded wait for a fact that another thread brings about and that nothing announces, such as "the gateway has
 * closed its third connection". It is no sleep in disguise: a fact that holds already costs no time, one that never
 * comes fails the test at the deadline. Where a fixture can announce the fact ({@link ScriptedEndpoint#takeRequest},
 * {@link Cue}), wait for that.
 */
public final class Await {
    private static final long STEP_NANOS = 500_000;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @param fact what the condition says, for the failure message
     */
    public static void until(String fact, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > RawConnection.DEADLINE.toNanos()) {
                throw new AssertionError("not within %s: %s".formatted(RawConnection.DEADLINE, fact));
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /**
     * Waits until a count has not moved for a while, and gives its value: how a test sees that a sender is held back.
     *
     * @param quiet how long the count must stand still
     */
    public static long settled(String count, LongSupplier value, Duration quiet) {
        long start = System.nanoTime();
        long last = value.getAsLong();
        long since = start;
        while (System.nanoTime() - since < quiet.toNanos()) {
            LockSupport.parkNanos(STEP_NANOS);
            long now = value.getAsLong();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
            if (since - start > RawConnection.DEADLINE.toNanos()) {
                throw new AssertionError("still moving after %s: %s".formatted(RawConnection.DEADLINE, count));
            }
        }
        return last;
    }
}
