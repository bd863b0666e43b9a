package dev.ponticello.loop;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one event loop owns: clock, chance, timers, and a slot for each thing that an owner keeps on every loop. On its loop only. */
public final class LoopContext {
    private final int index;
    private final EventLoop eventLoop;
    private final Sockets sockets;
    private final Clock clock;
    private final Chance chance;
    private final Timers timers;
    private final List<Runnable> closers = new ArrayList<>();
    private @Nullable Object[] slots = new Object[8];

    public LoopContext(int index, EventLoop eventLoop, Sockets sockets, Clock clock, Chance chance) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.sockets = sockets;
        this.clock = clock;
        this.chance = chance;
        this.timers = new Timers(eventLoop, clock);
    }

    /** The number of this loop among those of its gateway, from 0. */
    public int index() {
        return index;
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    public Sockets sockets() {
        return sockets;
    }

    public Clock clock() {
        return clock;
    }

    public Chance chance() {
        return chance;
    }

    public Timers timers() {
        return timers;
    }

    /** What the slot holds on this loop. */
    public <T> T get(LoopSlot<T> slot) {
        makeRoom(slot);
        @SuppressWarnings("unchecked") // only the slot's own maker fills its place
        T value = (T) slots[slot.index];
        if (value == null) {
            T made = slot.maker.apply(this);
            slots[slot.index] = made;
            closers.add(() -> slot.closer.accept(made));
            value = made;
        }
        return value;
    }

    /** Fills the slot with a thing that is passed in, in place of one that its owner makes. */
    public <T> void set(LoopSlot<T> slot, T value) {
        makeRoom(slot);
        slots[slot.index] = value;
    }

    private void makeRoom(LoopSlot<?> slot) {
        if (slot.index >= slots.length) {
            slots = Arrays.copyOf(slots, slot.index * 2);
        }
    }

    /** Lets go of what the slots hold, when the loop has ended. */
    void close() {
        closers.forEach(Runnable::run);
        closers.clear();
    }
}
