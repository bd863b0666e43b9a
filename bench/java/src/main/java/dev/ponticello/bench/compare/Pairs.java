package dev.ponticello.bench.compare;

import java.util.Arrays;

/**
 * The median of ratios of pairs, and its 95 % interval: the two order statistics between which the median lies with that probability, whatever the ratios are distributed like.
 */
record Pairs(double median, double low, double high, int count) {
    private static final double TAIL = 0.025;

    static Pairs of(double[] ratios) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        // How many of n fair coins show heads: the sum grows until it would pass the tail.
        double chance = Math.pow(0.5, n);
        double below = 0;
        int rank = 0;
        while (rank < n / 2 && below + chance <= TAIL) {
            below += chance;
            rank++;
            chance = chance * (n - rank + 1) / rank;
        }
        int low = Math.max(0, rank - 1);
        return new Pairs(Sample.median(sorted), sorted[low], sorted[n - 1 - low], n);
    }
}
