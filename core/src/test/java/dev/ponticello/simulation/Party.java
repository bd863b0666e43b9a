package dev.ponticello.simulation;

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
            scheduleRead(reading.delayNanos);
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
        byte[] buffer = world.buffer();
        int count = end.read(buffer, (int) Math.min(Math.min(reading.most, buffer.length), stopAt - received));
        if (count > 0) {
            received += count;
            checked(() -> received(buffer, count));
        }
        if (gone) {
            return;
        }
        if (end.readable() > 0 || received >= stopAt) {
            scheduleRead(reading.delayNanos);
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
