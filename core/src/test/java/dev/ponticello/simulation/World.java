package dev.ponticello.simulation;

import dev.ponticello.config.ListenerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What everybody in a simulation shares. */
final class World {
    private final SimulatedTime time;
    private final Dice dice;
    private final Weather weather;
    private final WireNetwork network;
    private final boolean halfCloseAllowed;
    private final boolean trusts;
    private final @Nullable Consumer<String> trace;
    private final List<PlannedExchange> exchanges = new ArrayList<>();
    private final Map<Enum<?>, Integer> happened = new HashMap<>();
    private final byte[] buffer = new byte[64 * 1024];
    private @Nullable String violation;

    World(SimulatedTime time, Dice dice, Weather weather, WireNetwork network, ListenerConfig listener,
            @Nullable Consumer<String> trace) {
        this.time = time;
        this.dice = dice;
        this.weather = weather;
        this.network = network;
        this.halfCloseAllowed = listener.halfClose() == ListenerConfig.HalfClose.ALLOW;
        this.trusts = !listener.trustedProxies().isEmpty();
        this.trace = trace;
    }

    SimulatedTime time() {
        return time;
    }

    Dice dice() {
        return dice;
    }

    Weather weather() {
        return weather;
    }

    WireNetwork network() {
        return network;
    }

    /** Whether a client that has sent its FIN is still answered. */
    boolean halfCloseAllowed() {
        return halfCloseAllowed;
    }

    /** Whether one of the clients is a trusted proxy. */
    boolean trusts() {
        return trusts;
    }

    /** Room for what somebody reads, until he returns. */
    byte[] buffer() {
        return buffer;
    }

    // ---- the exchanges

    List<PlannedExchange> exchanges() {
        return exchanges;
    }

    @Nullable
    PlannedExchange exchange(int id) {
        return id < 0 || id >= exchanges.size() ? null : exchanges.get(id);
    }

    // ---- what has happened

    /** Notes that something has happened which a test must not miss. */
    void happens(Enum<?> what) {
        happened.merge(what, 1, Integer::sum);
    }

    int times(Fault fault) {
        return happened.getOrDefault(fault, 0);
    }

    /** How often each of it has happened. */
    Map<Enum<?>, Integer> happened() {
        return happened;
    }

    // ---- what is wrong

    /** Something is not as it must be; the first counts. */
    void violated(String what) {
        if (violation == null) {
            violation = what;
            trace("VIOLATION: " + what);
        }
    }

    @Nullable
    String violation() {
        return violation;
    }

    boolean isTracing() {
        return trace != null;
    }

    void trace(String what) {
        if (trace != null) {
            trace.accept(String.format("%,15d us  %s", TimeUnit.NANOSECONDS.toMicros(time.nanoTime()), what));
        }
    }
}
