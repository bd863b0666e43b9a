package dev.ponticello.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds what it is there to find: each of these faults within so many seeds. */
class SimulationMutationTest {
    private static final int SEEDS = 1_000;

    static List<Mutant> mutants() {
        return Mutants.ALL;
    }

    @ParameterizedTest
    @MethodSource("mutants")
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void findsTheFault(Mutant mutant) {
        try (Mutant.Run run = mutant.begin()) {
            String found = null;
            for (int i = 0; i < SEEDS && found == null; i++) {
                found = run.play(mutant.first() + i);
            }
            assertThat(run.isChanged()).as("the method is there, with what is changed in it").isTrue();
            assertThat(found).as("what the simulation finds within " + SEEDS + " seeds").isNotNull();
        }
    }
}
