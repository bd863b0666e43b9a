package dev.ponticello.loop;

/**
 * Something that happens if it is not called off or put off in time.
 *
 * <p>Made once and armed again and again: putting it off costs one field write, because the wheel looks at the deadline only when the old one has come.
 */
public abstract class Timeout {
    static final int UNLINKED = -1;

    // Neighbours in a circular list; a timeout that is in no list is its own neighbour.
    Timeout previous = this;
    Timeout next = this;
    int slot = UNLINKED;
    long linkedTick;
    long deadlineNanos;
    boolean armed;

    /** Whether the deadline is still to come. */
    public final boolean isArmed() {
        return armed;
    }

    /** The deadline has come: called once for each time that it was armed and not disarmed, on the loop. */
    protected abstract void expired();
}
