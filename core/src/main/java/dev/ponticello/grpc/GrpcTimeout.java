package dev.ponticello.grpc;

import dev.ponticello.http.FieldText;
import dev.ponticello.http.Headers;
import java.util.concurrent.TimeUnit;

/** How long the client of a call waits for its end, as {@code grpc-timeout} tells it: at most 8 digits and a unit. */
public final class GrpcTimeout {
    /** No field: the client waits as long as it takes. */
    public static final long NONE = -1;
    /** A field that says no time. */
    public static final long MALFORMED = -2;
    /** Longer ones are taken for this: 146 years, which a loop's clock can still add to its own time. */
    public static final long LONGEST = Long.MAX_VALUE / 2;

    private static final int DIGITS = 8;
    private static final long BOUND = 100_000_000;
    private static final String UNITS = "numSMH";
    private static final long[] NANOS = {1, 1_000, 1_000_000, TimeUnit.SECONDS.toNanos(1), TimeUnit.MINUTES.toNanos(1),
        TimeUnit.HOURS.toNanos(1)};

    private GrpcTimeout() {}

    /**
     * The time that a call's head tells, in nanoseconds, at most {@link #LONGEST}; else {@link #NONE} or {@link #MALFORMED}. 0 is a time, although the specification asks for more: clients send
     * it for a deadline that has just passed.
     */
    public static long nanos(Headers headers) {
        int slot = headers.find(GrpcFields.TIMEOUT, 0);
        if (slot < 0) {
            return NONE;
        }
        int from = headers.valueStart(slot);
        int unitAt = headers.valueEnd(slot) - 1;
        if (unitAt <= from || unitAt - from > DIGITS || headers.find(GrpcFields.TIMEOUT, slot + 1) >= 0) {
            return MALFORMED;
        }
        int unit = UNITS.indexOf(headers.bytes()[unitAt]);
        long number = FieldText.decimal(headers.bytes(), from, unitAt);
        if (unit < 0 || number < 0) {
            return MALFORMED;
        }
        return number > LONGEST / NANOS[unit] ? LONGEST : number * NANOS[unit];
    }

    /** A time as a value, in the finest unit that has room for it and rounded down, so that nobody waits longer; at least one nanosecond. */
    public static String text(long nanos) {
        long left = Math.max(1, nanos);
        int unit = 0;
        while (left / NANOS[unit] >= BOUND) {
            unit++;
        }
        return left / NANOS[unit] + UNITS.substring(unit, unit + 1);
    }
}
