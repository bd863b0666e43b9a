package dev.ponticello.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds what it is there to find: each of these faults within so many seeds. */
class SimulationMutationTest {
    private static final int SEEDS = 1_000;
    private static final MutatedGateway GATEWAY = new MutatedGateway(Mutants.ALL);

    static List<Named<Integer>> mutants() {
        return IntStream.range(0, Mutants.ALL.size())
                .mapToObj(number -> Named.of(Mutants.ALL.get(number).toString(), number)).toList();
    }

    @AfterAll
    static void end() {
        GATEWAY.close();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void findsTheFault(int mutant) {
        String found = null;
        for (int i = 0; i < SEEDS && found == null; i++) {
            found = GATEWAY.play(mutant, Mutants.ALL.get(mutant).first() + i);
        }
        assertThat(GATEWAY.isChanged(mutant)).as("the method is there, with what is changed in it").isTrue();
        assertThat(found).as("what the simulation finds within " + SEEDS + " seeds").isNotNull();
    }

    @Test
    void findsNothingWhereNoFaultIsAtWork() {
        for (Mutant mutant : Mutants.ALL) {
            assertThat(GATEWAY.play(MutatedGateway.NONE, mutant.first())).as(mutant.toString()).isNull();
        }
    }
}
