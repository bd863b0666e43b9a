package dev.ponticello.simulation;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays the whole gateway from a seed: config, wires, clients and endpoints follow from it, and every event after another. Between the sockets all of the gateway's own code runs; the channels, the
 * loops, the clock and the chance are the simulation's.
 *
 * <p>After every event it is looked whether all is as it must be, and when everything has come to rest, whether all sides tell the same story. One thread; one seed after the other.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatedTime time = new SimulatedTime();
    private final CountingAllocator allocator = new CountingAllocator();
    private final Map<Enum<?>, Integer> happened = new HashMap<>();
    private ManualLoops oneLoop = new ManualLoops(1, time);
    private ManualLoops twoLoops = new ManualLoops(2, time);

    /**
     * Plays a seed.
     *
     * @param trace is told each step; null for nobody
     * @return what was not as it must be, or null
     */
    public @Nullable String play(long seed, @Nullable Consumer<String> trace) {
        time.reset();
        allocator.reset();
        String wrong;
        try (LogWatch log = new LogWatch()) {
            Play play = new Play(seed, trace, time, allocator, oneLoop, twoLoops);
            wrong = play.run();
            play.happened().forEach((what, times) -> happened.merge(what, times, Integer::sum));
            String logged = log.first();
            if (wrong == null && logged != null) {
                wrong = "logged: " + logged;
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            wrong = text.toString();
        }
        if (wrong != null) {
            // What was left behind must not disturb the next seed.
            close();
            oneLoop = new ManualLoops(1, time);
            twoLoops = new ManualLoops(2, time);
        }
        return wrong;
    }

    /** What has happened in all seeds that were played, and how often. */
    Map<Enum<?>, Integer> happened() {
        return happened;
    }

    @Override
    public void close() {
        oneLoop.end();
        twoLoops.end();
    }
}
