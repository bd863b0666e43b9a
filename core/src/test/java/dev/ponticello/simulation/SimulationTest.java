package dev.ponticello.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plays the gateway from many seeds, or from one: {@code simulation.seeds}, {@code simulation.from}, {@code simulation.seed}. */
class SimulationTest {
    private static final long FROM = Long.getLong("simulation.from", 0);
    private static final long SEEDS = Long.getLong("simulation.seeds", 500);
    private static final int MOST_FAILURES = 5;

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
        }
        assertThat(failures).isEmpty();
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
