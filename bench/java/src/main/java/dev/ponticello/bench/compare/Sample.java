package dev.ponticello.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one round measured of one gateway.
 *
 * @param requests how many were answered
 * @param cpuMicros CPU time of the whole gateway for a request, user and system
 * @param busy CPU time over time; 1 is one core
 * @param p50Millis of latencies
 * @param p99Millis of latencies
 * @param rssMib the most resident memory that was seen
 * @param anonMib the same without files
 * @param bytes what came back for a request, head and body; 0 where it was not counted
 */
record Sample(double requests, double cpuMicros, double busy, double perSecond, double p50Millis, double p99Millis,
        double rssMib,
        double anonMib, double bytes) {

    /** The median of each figure. */
    static Sample median(List<Sample> samples) {
        return new Sample(median(samples, Sample::requests), median(samples, Sample::cpuMicros),
                median(samples, Sample::busy),
                median(samples, Sample::perSecond), median(samples, Sample::p50Millis),
                median(samples, Sample::p99Millis), median(samples, Sample::rssMib), median(samples, Sample::anonMib),
                median(samples, Sample::bytes));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return median(samples.stream().mapToDouble(figure).toArray());
    }

    static double median(double... numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
