package dev.ponticello.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Plays the gateway from many seeds.
 *
 * <pre>{@code
 * ./mvnw -q -pl core test -Dtest=SimulationTest -DargLine="-Dsimulation.seeds=100000"
 * }</pre>
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 500);

    @Test
    void everySeedEndsWell() {
        Simulator simulator = new Simulator();
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            assertThat(simulator.play(one, true)).isNull();
            return;
        }
        List<String> failures = new ArrayList<>();
        long begun = System.nanoTime();
        for (long seed = 0; seed < SEEDS && failures.size() < 5; seed++) {
            String failure = simulator.play(seed, false);
            if (failure != null) {
                failures.add("seed " + seed + " (replay: -Dsimulation.seed=" + seed + "): " + failure);
            }
        }
        System.out.println(SEEDS * 1_000_000_000L / (System.nanoTime() - begun) + " seeds/s");
        assertThat(failures).isEmpty();
    }
}
