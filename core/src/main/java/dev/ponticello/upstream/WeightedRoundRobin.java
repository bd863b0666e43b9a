package dev.ponticello.upstream;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;

/**
 * Gives endpoints their turns, each as often as its weight says, and no endpoint all of its turns in a row.
 *
 * <p>The order of one whole cycle is made beforehand, by the smooth method: with weights 5, 1, 1 it is 0 0 1 0 2 0 0.
 * In a cycle each endpoint has as many turns as its weight, divided by what all weights have in common. If that would
 * be more than 4096 turns, weights are scaled down to about as many, and an endpoint keeps at least one.
 *
 * <p>Thread rule: shared by all loops, so that turns are right for the whole process, also when each loop has few
 * requests. A turn is one atomic addition; a single endpoint costs none. Allocates nothing.
 */
public final class WeightedRoundRobin {
    /** What {@link #next(IntPredicate)} returns when no endpoint is usable. */
    public static final int NONE = -1;

    private static final int MOST_TURNS = 4096;

    private final int endpoints;
    private final int[] cycle;
    private final AtomicLong turns;

    /**
     * Makes the order for endpoints 0, 1, … with these weights, each at least 1.
     *
     * @throws IllegalArgumentException if there is no weight, or one is below 1
     */
    public WeightedRoundRobin(int... weights) {
        this(weights, new AtomicLong());
    }

    private WeightedRoundRobin(int[] weights, AtomicLong turns) {
        this.turns = turns;
        this.endpoints = weights.length;
        this.cycle = cycle(reduced(weights));
    }

    /** The order for these weights, which goes on counting turns where this one is. */
    WeightedRoundRobin with(int... weights) {
        return new WeightedRoundRobin(weights, turns);
    }

    /** The endpoint whose turn it is. */
    public int next() {
        return cycle.length == 1 ? cycle[0] : cycle[(int) (turns.getAndIncrement() % cycle.length)];
    }

    /**
     * The next endpoint that is usable, or {@link #NONE}. An endpoint that is not usable loses its turn, and those
     * that are share it by their weights.
     *
     * @param usable asked at most twice for each turn of a cycle
     */
    public int next(IntPredicate usable) {
        for (int turn = 0; turn < cycle.length; turn++) {
            int endpoint = next();
            if (usable.test(endpoint)) {
                return endpoint;
            }
        }
        // Other threads take turns too: a whole cycle of them may have passed without this thread seeing each endpoint.
        for (int endpoint = 0; endpoint < endpoints; endpoint++) {
            if (usable.test(endpoint)) {
                return endpoint;
            }
        }
        return NONE;
    }

    private static int[] reduced(int[] weights) {
        if (weights.length == 0) {
            throw new IllegalArgumentException("weights: none (expected: at least one)");
        }
        long sum = 0;
        int common = 0;
        for (int weight : weights) {
            if (weight < 1) {
                throw new IllegalArgumentException("weight: " + weight + " (expected: >= 1)");
            }
            sum += weight;
            common = gcd(weight, common);
        }
        int[] reduced = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            reduced[i] = sum / common <= MOST_TURNS ? weights[i] / common
                    : (int) Math.max(1, Math.round((double) weights[i] * MOST_TURNS / sum));
        }
        return reduced;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** Each turn goes to the endpoint with most credit; it pays the sum of weights, and all get their own. */
    private static int[] cycle(int[] weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int[] credit = new int[weights.length];
        int[] cycle = new int[sum];
        for (int turn = 0; turn < sum; turn++) {
            int best = 0;
            for (int i = 0; i < weights.length; i++) {
                credit[i] += weights[i];
                best = credit[i] > credit[best] ? i : best;
            }
            credit[best] -= sum;
            cycle[turn] = best;
        }
        return cycle;
    }
}
