package dev.ponticello.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Holds one number for each key, for a bounded number of keys, in constant time.
 *
 * <p>A key's number only ever grows, and tells its own age: below {@code fresh} it is out of date and starts anew;
 * below {@code idle}, its key has been away for so long that the place may be given to another; from {@code end} on, it
 * is the asker that is out of date. A key that keeps coming keeps its place. When {@code maxKeys} keys have places and
 * none that is looked at is idle, every further key shares one cell with all others like it. So whoever comes with a
 * million keys takes nothing from those who were there before, and costs no more memory than the slots and a cell for
 * each.
 *
 * <table>
 * <caption>Bounds</caption>
 * <tr><td>keys with own cells</td><td>{@code maxKeys}, and one more for each thread that is moving one</td></tr>
 * <tr><td>slots of the small array</td><td>twice {@code maxKeys}, a power of two, 32…1024</td></tr>
 * <tr><td>slots of the large array</td><td>twice {@code maxKeys}, a power of two; made when first needed</td></tr>
 * <tr><td>slots looked at for a key</td><td>8 in the small array if there can be a large one, 32 in the last</td></tr>
 * <tr><td>slots looked at to make room</td><td>32, each time where the last time ended</td></tr>
 * <tr><td>memory</td><td>4 bytes for a slot, 40 for the cell in it</td></tr>
 * </table>
 *
 * <p>Thread rule: shared by any threads; lock-free, as a step that fails does so because another thread has got on. The
 * life of a cell:
 *
 * <pre>
 *               use                 time                time          retire          another key
 *   (slot) ───────────► fresh ─────────────► out of date ────────► idle ─────────► dead ─────────► (gone)
 *                         ▲                    │      │              │               ▲
 *                         └────────use─────────┴──────┼─────use──────┘               │
 *                                                     └───── its key has moved ──────┘
 * </pre>
 *
 * <p>Why a key never starts twice from the same {@code fresh}, where all numbers of a later one are beyond the
 * {@code end} of the earlier: all threads look at the slots of a key in the same order, and start its number only in the
 * first slot that is free for it. Free is an empty slot, a cell that is idle, and the key's own cell if it is out of
 * date; dead or not makes no difference, as a dead cell keeps its last number. A slot is never empty again, numbers
 * change by compare-and-set only, and what follows in a slot has a higher number. So, seen with one {@code fresh} and
 * {@code idle}, free slots get taken and taken ones stay so, whatever other threads see: two threads that start the same
 * key aim at the same slot, and the one that loses looks again and finds the other's cell. A thread that comes upon a
 * number of a later {@code fresh} stops and asks for the new one, so it cannot miss a cell that was there and has gone.
 *
 * <p>Where numbers of one {@code fresh} and the next overlap, as where they are times, a key that starts anew just as
 * {@code fresh} changes may start once more for each thread that has not seen the change yet.
 */
class KeyTable {
    private static final int LEAST_SLOTS = 32;
    private static final int SMALL_SLOTS = 1024;
    private static final int SMALL_PROBES = 8;
    private static final int LAST_PROBES = 32;
    private static final int ROOM_PROBES = 32;
    private static final int NOWHERE = -1;

    private static final Cell RETRY = new Cell(0, 0);

    private final int maxKeys;
    private final AtomicReferenceArray<@Nullable Cell> small;
    private final int smallProbes;
    private final AtomicReference<@Nullable AtomicReferenceArray<@Nullable Cell>> large = new AtomicReference<>();
    private final int largeSlots;

    /** How many cells live, or are about to. */
    private final AtomicInteger size = new AtomicInteger();

    /** Where the search for an idle cell goes on; threads that look at once may overwrite it, and look twice. */
    private volatile int hand;

    private final Cell shared = new Cell(0, 0);

    KeyTable(int maxKeys) {
        this.maxKeys = maxKeys;
        int slots = 1 << -Integer.numberOfLeadingZeros(2 * maxKeys - 1);
        this.largeSlots = slots > SMALL_SLOTS ? slots : 0;
        this.small = new AtomicReferenceArray<>(Math.clamp(slots, LEAST_SLOTS, SMALL_SLOTS));
        this.smallProbes = largeSlots > 0 ? SMALL_PROBES : LAST_PROBES;
    }

    /**
     * Finds the cell of a key, or gives it one.
     *
     * @param key any number
     * @param fresh the number that the cell has at least, not negative: a lower one is raised to it
     * @param idle the number below which another key's cell may be given to this one, at most {@code fresh}
     * @param end the number from which on a cell says that {@code fresh} is out of date, above {@code fresh}
     * @return the key's own cell, or the {@linkplain #isShared shared} one; or null if {@code fresh} is out of date
     */
    @Nullable
    Cell find(long key, long fresh, long idle, long end) {
        long hash = spread(key);
        while (true) {
            Cell cell = tryFind(key, hash, fresh, idle, end);
            if (cell != RETRY) {
                return cell;
            }
        }
    }

    /** Whether this is the cell of all keys that have none of their own. */
    boolean isShared(Cell cell) {
        return cell == shared;
    }

    /** How many keys have cells of their own. */
    int size() {
        return size.get();
    }

    /** One look at the slots of a key; {@link #RETRY} if another thread was faster at the one that this key needs. */
    private @Nullable Cell tryFind(long key, long hash, long fresh, long idle, long end) {
        int freeSlot = NOWHERE;
        Cell free = null;
        long freeNumber = 0;
        Cell old = null;
        long oldNumber = 0;
        int probes = largeSlots > 0 ? SMALL_PROBES + LAST_PROBES : LAST_PROBES;
        for (int probe = 0; probe < probes; probe++) {
            int slot = slot(hash, probe);
            Cell cell = get(slot);
            if (cell == null) {
                freeSlot = freeSlot == NOWHERE ? slot : freeSlot;
                break;
            }
            long number = cell.number;
            boolean dead = number < 0;
            long last = dead ? ~number : number;
            boolean own = cell.key == key;
            if (last >= end || (own && dead && last >= fresh)) {
                return null;
            }
            if (own && last >= fresh) {
                return cell;
            }
            if (own && !dead && old == null) {
                old = cell;
                oldNumber = number;
            }
            if ((own || last < idle) && freeSlot == NOWHERE) {
                freeSlot = slot;
                free = cell;
                freeNumber = number;
            }
        }
        if (freeSlot == NOWHERE) {
            return share(fresh, end);
        }
        if (free != null && free == old) {
            return free.change(freeNumber, fresh) ? free : RETRY;
        }
        if (free != null && freeNumber >= 0) {
            if (!free.retire(freeNumber)) {
                return RETRY;
            }
            // The place that the cell had in the count is this thread's now.
        } else if (old != null) {
            // A key that moves to an earlier slot gives its old place back below.
            size.getAndIncrement();
        } else if (!reserve(idle)) {
            return share(fresh, end);
        }
        Cell cell = new Cell(key, fresh);
        if (!swap(freeSlot, free, cell)) {
            size.getAndDecrement();
            return RETRY;
        }
        if (old != null && old.retire(oldNumber)) {
            size.getAndDecrement();
        }
        return cell;
    }

    private @Nullable Cell share(long fresh, long end) {
        long number;
        do {
            number = shared.number;
        } while (number < fresh && !shared.change(number, fresh));
        return number < end ? shared : null;
    }

    /** Takes one of the {@link #maxKeys} places in the count, if need be that of an idle cell. */
    private boolean reserve(long idle) {
        int taken;
        do {
            taken = size.get();
            if (taken >= maxKeys) {
                return takeIdle(idle);
            }
        } while (!size.compareAndSet(taken, taken + 1));
        return true;
    }

    private boolean takeIdle(long idle) {
        int slots = small.length() + (large.get() == null ? 0 : largeSlots);
        int from = hand;
        hand = (from + ROOM_PROBES) % slots;
        for (int probe = 0; probe < ROOM_PROBES; probe++) {
            int slot = (from + probe) % slots;
            Cell cell = get(slot);
            if (cell != null) {
                long number = cell.number;
                if (number >= 0 && number < idle && cell.retire(number)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The slot at one step of a key's way: through the small array first, then through the large one. */
    private int slot(long hash, int probe) {
        int low = (int) hash;
        int high = (int) (hash >>> 32);
        return probe < smallProbes
                ? low + probe * (high | 1) & small.length() - 1
                : small.length() + (high + (probe - smallProbes) * (low | 1) & largeSlots - 1);
    }

    /** What stands in a slot; a test counts how often it is asked. */
    @Nullable
    Cell get(int slot) {
        if (slot < small.length()) {
            return small.getAcquire(slot);
        }
        AtomicReferenceArray<@Nullable Cell> slots = large.get();
        return slots == null ? null : slots.getAcquire(slot - small.length());
    }

    private boolean swap(int slot, @Nullable Cell from, Cell to) {
        if (slot < small.length()) {
            return small.compareAndSet(slot, from, to);
        }
        AtomicReferenceArray<@Nullable Cell> slots = large.get();
        if (slots == null) {
            large.compareAndSet(null, new AtomicReferenceArray<>(largeSlots));
            return false;
        }
        return slots.compareAndSet(slot - small.length(), from, to);
    }

    /** Spreads keys that differ in few bits over the slots (the finalizer of SplitMix64). */
    private static long spread(long key) {
        long mixed = (key ^ key >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * A key and its number; that of a dead cell is its last one, inverted. Beside it there is room for a number of an
     * earlier time, which the table never looks at.
     */
    static final class Cell {
        private static final VarHandle NUMBER;
        private static final VarHandle PREVIOUS;

        static {
            try {
                NUMBER = MethodHandles.lookup().findVarHandle(Cell.class, "number", long.class);
                PREVIOUS = MethodHandles.lookup().findVarHandle(Cell.class, "previous", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final long key;
        private volatile long number;
        private volatile long previous;

        private Cell(long key, long number) {
            this.key = key;
            this.number = number;
        }

        /** The number now, negative if this is no longer the cell of its key. */
        long number() {
            return number;
        }

        /** Changes the number to a higher one, unless another thread did it first. */
        boolean change(long from, long to) {
            return NUMBER.compareAndSet(this, from, to);
        }

        /** The highest number that was kept, 0 if none was. */
        long previous() {
            return previous;
        }

        /**
         * Changes the number to a higher one and keeps the old one as {@link #previous}, unless another thread did it
         * first. Whoever sees the new number sees the old one kept.
         */
        void turn(long from, long to) {
            for (long kept = previous; kept < from; kept = previous) {
                PREVIOUS.compareAndSet(this, kept, from);
            }
            change(from, to);
        }

        private boolean retire(long from) {
            return change(from, ~from);
        }
    }
}
