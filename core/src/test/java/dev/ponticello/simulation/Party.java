package dev.ponticello.simulation;

import org.jspecify.annotations.Nullable;

/** Somebody at the other end of a wire, who is not the gateway. */
abstract class Party {
    /**
     * How a party reads.
     *
     * @param most bytes at once
     * @param delayNanos how long it takes until it reads what has come
     */
    record Reading(int most, long delayNanos) {}

    /** Stops and never goes on. */
    static final long FOREVER = Long.MAX_VALUE;

    private final World world;
    private final String name;
    private final Wire.End end;
    private final Speaker speaker;
    private final Reading reading;
    private boolean readScheduled;
    private boolean gone;
    private boolean endSeen;
    private long received;
    private long stopAt = Long.MAX_VALUE;
    private long stopNanos;
    private long dripAt = Long.MAX_VALUE;
    private long dripNanos;
    private long dripUntil = Long.MAX_VALUE;
    private @Nullable Runnable dripped;

    Party(World world, String name, Wire.End end, Speaker speaker, Reading reading) {
        this.world = world;
        this.name = name;
        this.end = end;
        this.speaker = speaker;
        this.reading = reading;
    }

    final World world() {
        return world;
    }

    final Speaker speaker() {
        return speaker;
    }

    final Wire.End end() {
        return end;
    }

    /** How many bytes it has read. */
    final long received() {
        return received;
    }

    final boolean isGone() {
        return gone;
    }

    final void begin() {
        end.listen(this::arrived, speaker::speak);
        speaker.speak();
    }

    /** Stops reading when so many bytes were read, for so long. */
    final void stopReadingAt(long bytes, long nanos) {
        stopAt = bytes;
        stopNanos = nanos;
    }

    /** Reads one byte each second when so many bytes were read, for so long, and says then that it does so no more. */
    final void dripAt(long bytes, long nanos, Runnable then) {
        dripAt = bytes;
        dripNanos = nanos;
        dripped = then;
    }

    private boolean drips() {
        return received >= dripAt;
    }

    private long readDelay() {
        return drips() ? 1_000_000_000 : reading.delayNanos;
    }

    private void checkDrip() {
        if (drips() && dripUntil == Long.MAX_VALUE) {
            dripUntil = world.time().nanoTime() + dripNanos;
        } else if (world.time().nanoTime() >= dripUntil) {
            dripAt = Long.MAX_VALUE;
            dripUntil = Long.MAX_VALUE;
            Runnable then = dripped;
            if (then != null) {
                then.run();
            }
        }
    }

    private void arrived() {
        if (gone) {
            return;
        }
        if (end.isReset()) {
            gone = true;
            speaker.silence();
            trace("sees a reset");
            broken();
            end.close(true);
        } else {
            scheduleRead(readDelay());
        }
    }

    private void scheduleRead(long delayNanos) {
        if (!readScheduled) {
            readScheduled = true;
            world.time().after(delayNanos, this::read);
        }
    }

    private void read() {
        readScheduled = false;
        if (gone) {
            return;
        }
        if (received >= stopAt) {
            stopAt = Long.MAX_VALUE;
            trace("stops reading");
            if (stopNanos != FOREVER) {
                scheduleRead(stopNanos);
            } else {
                readScheduled = true;
            }
            return;
        }
        checkDrip();
        byte[] buffer = world.buffer();
        long most = Math.min(drips() ? 1 : Math.min(reading.most, buffer.length), stopAt - received);
        int count = end.read(buffer, (int) Math.min(most, Math.max(1, dripAt - received)));
        if (count > 0) {
            received += count;
            checked(() -> received(buffer, count));
        }
        if (gone) {
            return;
        }
        if (end.readable() > 0 || received >= stopAt) {
            scheduleRead(readDelay());
        } else if (end.isEnded() && !endSeen) {
            endSeen = true;
            trace("sees FIN");
            checked(this::ended);
        }
    }

    private void checked(Runnable hearing) {
        try {
            hearing.run();
        } catch (RuntimeException e) {
            world.violated(name + ": " + e);
            leave(true);
        }
    }

    /** Closes, in order or with a reset, and hears nothing more. */
    final void leave(boolean byReset) {
        if (!gone) {
            gone = true;
            speaker.silence();
            trace(byReset ? "resets" : "closes");
            end.close(byReset);
        }
    }

    abstract void received(byte[] bytes, int count);

    /** The gateway has ended its direction. */
    abstract void ended();

    /** The connection was reset. */
    abstract void broken();

    final void trace(String what) {
        if (world.isTracing()) {
            world.trace(name + " " + what);
        }
    }
}
