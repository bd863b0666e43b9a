package dev.ponticello.limit;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Says in which period a moment of a steady clock lies, for all loops alike. Periods follow each other from the first
 * moment that it is asked for.
 *
 * <p>A loop that is late, with a moment before the period that another has seen, is told that period too. As the clock
 * never steps, nothing makes time go back or jump.
 *
 * <p>Thread rule: shared by all loops; one atomic reference, written once in a period.
 */
final class PeriodClock {
    private final long periodNanos;
    private final AtomicReference<@Nullable Period> current;

    PeriodClock(long periodNanos) {
        this(periodNanos, new AtomicReference<>());
    }

    private PeriodClock(long periodNanos, AtomicReference<@Nullable Period> current) {
        this.periodNanos = periodNanos;
        this.current = current;
    }

    /** A clock that goes on with the periods of this one, and ends each after another time. */
    PeriodClock with(long newPeriodNanos) {
        return new PeriodClock(newPeriodNanos, current);
    }

    /** The period that a request at this moment counts in. */
    Period at(long nowNanos) {
        Period period = current.get();
        return period != null && nowNanos - period.beganNanos < periodNanos ? period : turn(nowNanos);
    }

    private Period turn(long nowNanos) {
        while (true) {
            Period period = current.get();
            Period next;
            if (period == null) {
                next = new Period(nowNanos, 0, 1);
            } else {
                long passed = (nowNanos - period.beganNanos) / periodNanos;
                if (passed < 1) {
                    return period;
                }
                long nanos = passed * periodNanos;
                next = new Period(period.beganNanos + nanos, period.startNanos + nanos,
                        period.number + (passed == 1 ? 1 : 2));
            }
            if (current.compareAndSet(period, next)) {
                return next;
            }
        }
    }

    /**
     * A period: its first moment, on the steady clock and in nanoseconds since the first of all periods; and its number,
     * which is one higher than that of the period right before it, and two higher than that of one that was further back.
     */
    record Period(long beganNanos, long startNanos, int number) {
        /** How long a moment is after the first of this period; nothing for one that is late. */
        long elapsedNanos(long nowNanos) {
            return Math.max(nowNanos - beganNanos, 0);
        }
    }
}
