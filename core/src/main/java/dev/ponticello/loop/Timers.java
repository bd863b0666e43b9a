package dev.ponticello.loop;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * The timeouts of one loop: a wheel of 512 slots, 8 ms each.
 *
 * <p>A timeout never comes early, and at most about two slots late. Arming, putting off and disarming take constant time and allocate nothing. The loop is woken for slots that hold something,
 * not for every tick. One that throws is logged and holds none of the others back. On its loop only.
 */
@SuppressWarnings("ReferenceEquality") // neighbours in a list are the same or not
public final class Timers {
    private static final Logger LOG = System.getLogger(Timers.class.getName());
    private static final int SLOTS = 512;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop eventLoop;
    private final Clock clock;
    private final long originNanos;
    private final Timeout[] slots = new Timeout[SLOTS];
    private final Timeout expiring = new ListHead();
    private final long[] occupied = new long[SLOTS / 64];
    private final Runnable wake = this::wake;
    private int linked;
    /** All slots before this tick have been looked at. */
    private long nextTick;
    /** The tick that the loop will be woken for. */
    private long wakeTick = NEVER;

    Timers(EventLoop eventLoop, Clock clock) {
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.originNanos = clock.nanoTime();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new ListHead();
        }
    }

    /** Arms the timeout, or puts it off or forward if it is armed. */
    public void arm(Timeout timeout, long delayNanos) {
        long now = clock.nanoTime();
        timeout.armed = true;
        timeout.deadlineNanos = now + delayNanos;
        long tick = tickAfter(timeout.deadlineNanos);
        if (timeout.slot != Timeout.UNLINKED) {
            if (tick >= timeout.linkedTick) {
                return;
            }
            unlink(timeout);
        }
        link(timeout, tick, now);
        if (timeout.linkedTick < wakeTick) {
            wakeAt(timeout.linkedTick, now);
        }
    }

    /** Calls the timeout off. */
    public void disarm(Timeout timeout) {
        timeout.armed = false;
    }

    /** Calls the timeout off and lets go of it, for the end of its owner's life. */
    public void release(Timeout timeout) {
        timeout.armed = false;
        if (timeout.slot != Timeout.UNLINKED) {
            unlink(timeout);
        }
    }

    /** How many timeouts are held: armed, or not yet let go of. */
    int held() {
        return linked;
    }

    private long tickAfter(long nanos) {
        return (nanos - originNanos) / TICK_NANOS + 1;
    }

    private void link(Timeout timeout, long tick, long now) {
        if (linked == 0) {
            nextTick = Math.max(nextTick, (now - originNanos) / TICK_NANOS);
        }
        // A deadline beyond one turn of the wheel is looked at once a turn.
        timeout.linkedTick = Math.clamp(tick, nextTick, nextTick + SLOTS - 1);
        timeout.slot = (int) (timeout.linkedTick & SLOTS - 1);
        insert(timeout, slots[timeout.slot]);
        occupied[timeout.slot >>> 6] |= 1L << timeout.slot;
        linked++;
    }

    private static void insert(Timeout timeout, Timeout head) {
        timeout.previous = head.previous;
        timeout.next = head;
        head.previous.next = timeout;
        head.previous = timeout;
    }

    private void unlink(Timeout timeout) {
        timeout.previous.next = timeout.next;
        timeout.next.previous = timeout.previous;
        timeout.previous = timeout;
        timeout.next = timeout;
        Timeout head = slots[timeout.slot];
        if (head.next == head) {
            occupied[timeout.slot >>> 6] &= ~(1L << timeout.slot);
        }
        timeout.slot = Timeout.UNLINKED;
        linked--;
    }

    private void wakeAt(long tick, long now) {
        wakeTick = tick;
        eventLoop.schedule(wake, Math.max(0, originNanos + tick * TICK_NANOS - now), TimeUnit.NANOSECONDS);
    }

    private void wake() {
        long now = clock.nanoTime();
        long nowTick = (now - originNanos) / TICK_NANOS;
        if (nowTick < wakeTick) {
            return; // an earlier wake, overtaken by a nearer one that has run already
        }
        wakeTick = NEVER;
        // After a standstill of more than a turn, the last turn has every slot: what is linked meanwhile must not fall behind it.
        for (long tick = Math.max(nextTick, nowTick - SLOTS + 1); tick <= nowTick; tick++) {
            expireSlot(slots[(int) (tick & SLOTS - 1)], tick, now);
        }
        nextTick = Math.max(nextTick, nowTick + 1);
        if (linked > 0) {
            long next = nextOccupied();
            if (next < wakeTick) {
                wakeAt(next, now);
            }
        }
    }

    private void expireSlot(Timeout head, long tick, long now) {
        nextTick = tick + 1;
        if (head.next == head) {
            return;
        }
        // The slot's list is moved aside first: what expires may arm others, into this slot too, or release its neighbours.
        expiring.next = head.next;
        expiring.previous = head.previous;
        head.next.previous = expiring;
        head.previous.next = expiring;
        head.next = head;
        head.previous = head;
        while (expiring.next != expiring) {
            Timeout timeout = expiring.next;
            unlink(timeout);
            if (timeout.armed) {
                if (timeout.deadlineNanos - now <= 0) {
                    timeout.armed = false;
                    expire(timeout);
                } else {
                    link(timeout, tickAfter(timeout.deadlineNanos), now);
                }
            }
        }
    }

    private static void expire(Timeout timeout) {
        try {
            timeout.expired();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Internal error in a timeout", e);
        }
    }

    private long nextOccupied() {
        long tick = nextTick;
        while (tick < nextTick + SLOTS) {
            int slot = (int) (tick & SLOTS - 1);
            long word = occupied[slot >>> 6] >>> slot;
            if (word != 0) {
                return tick + Long.numberOfTrailingZeros(word);
            }
            tick += 64 - (slot & 63);
        }
        throw new IllegalStateException("linked timeouts: " + linked + " (expected: an occupied slot)");
    }

    private static final class ListHead extends Timeout {
        @Override
        protected void expired() {
            throw new IllegalStateException("the head of a list does not expire");
        }
    }
}
