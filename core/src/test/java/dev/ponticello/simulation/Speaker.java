package dev.ponticello.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a party says on its end of a wire: bytes, pauses, and what it does between them, one after the other. */
final class Speaker {
    /** A place where the speaker waits until somebody opens it. */
    static final class Gate {
        private boolean open;
    }

    private record Pause(long nanos) {}

    private final World world;
    private final Wire.End end;
    private final int piece;
    private final long gapNanos;
    private final Deque<Object> steps = new ArrayDeque<>();
    private int said;
    private boolean pausing;
    private boolean speaking;
    private long leaveAt = Long.MAX_VALUE;
    private @Nullable Runnable leave;

    /**
     * @param piece the most bytes that are written at once
     * @param gapNanos how long it waits between pieces
     */
    Speaker(World world, Wire.End end, int piece, long gapNanos) {
        this.world = world;
        this.end = end;
        this.piece = piece;
        this.gapNanos = gapNanos;
    }

    void say(String text) {
        say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void say(byte[] bytes) {
        if (bytes.length > 0) {
            steps.add(bytes);
        }
    }

    void pause(long nanos) {
        if (nanos > 0) {
            steps.add(new Pause(nanos));
        }
    }

    void then(Runnable step) {
        steps.add(step);
    }

    void waitAt(Gate gate) {
        steps.add(gate);
    }

    void open(Gate gate) {
        gate.open = true;
        speak();
    }

    /** Says nothing more. */
    void silence() {
        steps.clear();
        said = 0;
    }

    /** How many bytes were given to the wire and are still to be given. */
    long toSay() {
        long bytes = end.sent() - said;
        for (Object step : steps) {
            bytes += step instanceof byte[] text ? text.length : 0;
        }
        return bytes;
    }

    /** Leaves as soon as so many bytes were given to the wire. */
    void leaveAt(long bytes, Runnable how) {
        leaveAt = bytes;
        leave = how;
    }

    /** Goes on, as far as the wire takes it. */
    void speak() {
        if (pausing || speaking) {
            return;
        }
        speaking = true;
        try {
            while (!steps.isEmpty()) {
                if (!step(steps.peek())) {
                    return;
                }
            }
        } catch (IOException e) {
            silence(); // the party will see it where it reads
        } finally {
            speaking = false;
        }
    }

    /** One step; false if there is something to be waited for. */
    private boolean step(Object next) throws IOException {
        switch (next) {
            case byte[] bytes -> {
                if (end.sent() >= leaveAt) {
                    Runnable how = leave;
                    silence();
                    if (how != null) {
                        how.run();
                    }
                    return false;
                }
                int most = (int) Math.min(Math.min(piece, bytes.length - said), leaveAt - end.sent());
                int written = end.write(bytes, said, most);
                if (written == 0) {
                    return false;
                }
                said += written;
                if (said == bytes.length) {
                    said = 0;
                    steps.remove();
                }
                if (gapNanos > 0) {
                    waitFor(gapNanos);
                    return false;
                }
            }
            case Pause(long nanos) -> {
                steps.remove();
                waitFor(nanos);
                return false;
            }
            case Gate gate -> {
                if (!gate.open) {
                    return false;
                }
                steps.remove();
            }
            default -> {
                steps.remove();
                ((Runnable) next).run();
            }
        }
        return true;
    }

    private void waitFor(long nanos) {
        pausing = true;
        world.time().after(nanos, () -> {
            pausing = false;
            speak();
        });
    }
}
