package dev.ponticello.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest {
    @Test
    void givesEndpointsOfEqualWeightTheirTurnsInWrittenOrder() {
        assertThat(turns(new WeightedRoundRobin(3, 3, 3), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void mixesTheTurnsOfAHeavyEndpointWithThoseOfTheOthers() {
        assertThat(turns(new WeightedRoundRobin(5, 1, 1), 14)).containsExactly(0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0,
                0);
    }

    @Test
    void goesOnWhereItIsWithOtherWeights() {
        WeightedRoundRobin balance = new WeightedRoundRobin(1, 1, 1);
        assertThat(turns(balance, 4)).containsExactly(0, 1, 2, 0);
        assertThat(turns(balance.with(1, 1), 2)).containsExactly(0, 1);
        assertThat(turns(balance, 1)).containsExactly(0);
    }

    @Test
    void givesASingleEndpointEveryTurn() {
        WeightedRoundRobin balance = new WeightedRoundRobin(7);
        assertThat(turns(balance, 3)).containsExactly(0, 0, 0);
        assertThat(balance.next(endpoint -> false)).isEqualTo(WeightedRoundRobin.NONE);
    }

    @Test
    void givesEachEndpointItsWeightInEveryCycle() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] weights = random.ints(1 + random.nextInt(8), 1, 20).toArray();
            int sum = Arrays.stream(weights).sum();
            int[] counts = new int[weights.length];
            for (int endpoint : turns(new WeightedRoundRobin(weights), sum)) {
                counts[endpoint]++;
            }
            assertThat(counts).as("seed %d", seed).isEqualTo(weights);
        }
    }

    /** However long one looks, each endpoint has had its share of turns, give or take fewer than two. */
    @Test
    void isSmooth() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] weights = random.ints(2 + random.nextInt(4), 1, 10).toArray();
            int sum = Arrays.stream(weights).sum();
            int[] counts = new int[weights.length];
            int taken = 0;
            for (int endpoint : turns(new WeightedRoundRobin(weights), sum)) {
                counts[endpoint]++;
                taken++;
                for (int i = 0; i < weights.length; i++) {
                    assertThat(counts[i] - (double) taken * weights[i] / sum).as("seed %d", seed).isBetween(-2.0, 2.0);
                }
            }
        }
    }

    @Test
    void scalesLargeWeightsDownAndLeavesEveryEndpointATurn() {
        int[] counts = new int[3];
        for (int endpoint : turns(new WeightedRoundRobin(1, 1_000_003, 2_000_003), 4097)) {
            counts[endpoint]++;
        }
        assertThat(counts).containsExactly(1, 1365, 2731);
    }

    @Test
    void takesTheHighestWeights() {
        WeightedRoundRobin balance = new WeightedRoundRobin(Integer.MAX_VALUE, Integer.MAX_VALUE - 1);
        assertThat(turns(balance, 4)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void takesMoreEndpointsThanTurnsOfACycle() {
        int[] weights = new int[5000];
        Arrays.setAll(weights, i -> i + 1);
        assertThat(turns(new WeightedRoundRobin(weights), 6000)).hasSize(6000).contains(0, 4999);
    }

    @Test
    void passesOverWhatIsNotUsable() {
        WeightedRoundRobin balance = new WeightedRoundRobin(1, 1, 1);
        assertThat(balance.next(endpoint -> endpoint != 0)).isEqualTo(1);
        assertThat(balance.next(endpoint -> endpoint != 0)).isEqualTo(2);
        assertThat(balance.next(endpoint -> endpoint != 0)).isEqualTo(1);
        assertThat(balance.next(endpoint -> endpoint == 0)).isEqualTo(0);
        assertThat(balance.next()).isEqualTo(1);
    }

    @Test
    void sharesTheTurnsOfWhatIsNotUsableByWeight() {
        WeightedRoundRobin balance = new WeightedRoundRobin(5, 2, 1);
        int[] counts = new int[3];
        for (int i = 0; i < 300; i++) {
            counts[balance.next(endpoint -> endpoint != 0)]++;
        }
        assertThat(counts).containsExactly(0, 200, 100);
    }

    @Test
    void saysSoWhenNothingIsUsable() {
        assertThat(new WeightedRoundRobin(1, 2).next(endpoint -> false)).isEqualTo(WeightedRoundRobin.NONE);
    }

    @Test
    void givesExactSharesToThreadsThatRace() throws Exception {
        int threads = 4;
        WeightedRoundRobin balance = new WeightedRoundRobin(3, 2, 1);
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Callable<int[]>> tasks = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            tasks.add(() -> {
                int[] counts = new int[3];
                barrier.await(30, TimeUnit.SECONDS);
                for (int i = 0; i < 60_000; i++) {
                    counts[balance.next()]++;
                }
                return counts;
            });
        }
        int[] sum = new int[3];
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<int[]> result : pool.invokeAll(tasks)) {
                int[] counts = result.get();
                Arrays.setAll(sum, i -> sum[i] + counts[i]);
            }
        }
        assertThat(sum).containsExactly(120_000, 80_000, 40_000);
    }

    @Test
    void refusesWeightsBelowOneAndNone() {
        assertThatThrownBy(() -> new WeightedRoundRobin(1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new WeightedRoundRobin()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights: none (expected: at least one)");
    }

    private static List<Integer> turns(WeightedRoundRobin balance, int count) {
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(balance.next());
        }
        return turns;
    }
}
