package dev.ponticello.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plays the gateway from many seeds, or from one.
 *
 * <pre>{@code
 * ./mvnw -q -pl core test -Dtest=SimulationTest -Dsimulation.seeds=20000 -Dsimulation.from=500
 * ./mvnw -q -pl core test -Dtest=SimulationTest -Dsimulation.seed=42
 * }</pre>
 */
class SimulationTest {
    private static final long FROM = Long.getLong("simulation.from", 0);
    private static final long SEEDS = Long.getLong("simulation.seeds", 500);
    private static final int MOST_FAILURES = 5;
    /** In so many seeds everything happens that can. */
    private static final int ENOUGH = 500;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everySeedEndsWell() {
        Long one = Long.getLong("simulation.seed");
        long first = one == null ? FROM : one;
        long last = one == null ? FROM + SEEDS - 1 : one;
        List<String> failures = new ArrayList<>();
        try (Simulator simulator = new Simulator()) {
            for (long seed = first; seed <= last && failures.size() < MOST_FAILURES; seed++) {
                String failure = simulator.play(seed, one == null ? null : System.out::println);
                if (failure != null) {
                    failures.add("seed " + seed + " (again: -Dsimulation.seed=" + seed + "): " + failure);
                }
            }
            assertThat(failures).isEmpty();
            if (one == null && SEEDS >= ENOUGH) {
                assertThat(missed(simulator)).as("what has not happened in all these seeds").isEmpty();
            }
        }
    }

    private static List<Enum<?>> missed(Simulator simulator) {
        return Stream.<Enum<?>[]>of(Fault.values(), Hostile.values(), OwnCode.Manner.values(), Play.Incident.values(),
                Invariants.Seen.values())
                .flatMap(Stream::of).filter(what -> !simulator.happened().containsKey(what)).toList();
    }

    @Test
    void aSeedPlaysTheSameAgain() {
        try (Simulator simulator = new Simulator()) {
            for (long seed = 0; seed < 20; seed++) {
                assertThat(trace(simulator, seed)).isNotEmpty().isEqualTo(trace(simulator, seed));
            }
        }
    }

    private static List<String> trace(Simulator simulator, long seed) {
        List<String> trace = new ArrayList<>();
        assertThat(simulator.play(seed, trace::add)).isNull();
        return trace;
    }
}
