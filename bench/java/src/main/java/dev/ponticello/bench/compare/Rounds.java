package dev.ponticello.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The rows: every gateway is measured in turn, round by round. */
final class Rounds {
    private static final double CALIBRATION_SECONDS = 2;
    /** A gateway that would be loaded more than this by half of what the first one can is asked for half of what it can itself. */
    private static final double BEARABLE = 0.8;

    private final List<Contender> contenders;
    private final Meter meter;
    private final double seconds;
    /** The fixed rate of each gateway, the same with one loop and two. */
    private final Map<Contender, Double> rates = new HashMap<>();
    private final Table table = new Table("row", "system", "CPU µs/request", "cores", "requests/s", "p50 ms", "p99 ms",
            "RSS MiB", "bytes/answer");
    private final Table pairTable = new Table("row", "systems", "CPU ratio", "95 % interval", "pairs");

    private record Participant(Contender contender, int loops) {}

    Rounds(List<Contender> contenders, Meter meter, double seconds) {
        this.contenders = contenders;
        this.meter = meter;
        this.seconds = seconds;
    }

    Table table() {
        return table;
    }

    Table pairTable() {
        return pairTable;
    }

    void row(Row row, Fleet fleet, int rounds) throws IOException {
        List<Participant> participants = row.loops().stream()
                .flatMap(loops -> contenders.stream().map(contender -> new Participant(contender, loops))).toList();
        Map<Participant, List<Sample>> samples = new LinkedHashMap<>();
        for (Participant participant : participants) {
            try {
                fleet.warm(participant.contender, row, participant.loops);
                samples.put(participant, new ArrayList<>());
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
        List<Participant> ready = List.copyOf(samples.keySet());
        for (int round = 0; round < rounds; round++) {
            // Every other round backwards, so that nobody always comes after the same one.
            for (Participant participant : round % 2 == 0 ? ready : ready.reversed()) {
                Sample sample = measure(row, participant, fleet);
                if (sample != null) {
                    Objects.requireNonNull(samples.get(participant)).add(sample);
                }
            }
        }
        Map<Participant, Sample> medians = new HashMap<>();
        samples.forEach((participant, all) -> {
            if (!all.isEmpty()) {
                medians.put(participant, Sample.median(all));
            }
        });
        for (Participant participant : participants) {
            add(row, participant, medians.get(participant),
                    medians.get(new Participant(contenders.getFirst(), participant.loops)));
        }
    }

    private void add(Row row, Participant participant, @Nullable Sample sample, @Nullable Sample first)
            throws IOException {
        String name = participant.contender.name()
                + (row.loops().size() > 1 ? ", loops: " + participant.loops : "");
        if (sample == null) {
            table.add(row.title, name, "failed", "", "", "", "", "", "");
        } else {
            table.add(row.title, name, cell(sample, first, Sample::cpuMicros), number(sample.busy()),
                    cell(sample, first, Sample::perSecond), cell(sample, first, Sample::p50Millis),
                    cell(sample, first, Sample::p99Millis), cell(sample, first, Sample::rssMib),
                    sample.bytes() == 0 ? "" : number(sample.bytes()));
        }
    }

    private static String cell(Sample sample, @Nullable Sample first, ToDoubleFunction<Sample> figure) {
        double own = figure.applyAsDouble(sample);
        return first == null ? number(own)
                : number(own) + String.format(Locale.ROOT, " (%.2f)", own / figure.applyAsDouble(first));
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%,.0f", number);
    }

    /** Alternates two gateways; the ratio is of the second to the first. */
    void pairs(Row row, Fleet fleet, int pairs) throws IOException {
        for (int loops : row.loops()) {
            List<Participant> two = contenders.stream().map(contender -> new Participant(contender, loops)).toList();
            for (Participant participant : two) {
                fleet.warm(participant.contender, row, loops);
            }
            List<Double> ratios = new ArrayList<>();
            for (int tries = 0; ratios.size() < pairs; tries++) {
                if (tries == 2 * pairs) {
                    throw new IOException("every other pair failed");
                }
                boolean forwards = ratios.size() % 2 == 0;
                Sample one = measure(row, two.get(forwards ? 0 : 1), fleet);
                Sample other = measure(row, two.get(forwards ? 1 : 0), fleet);
                if (one != null && other != null) {
                    double ratio = other.cpuMicros() / one.cpuMicros();
                    ratios.add(forwards ? ratio : 1 / ratio);
                }
            }
            Pairs all = Pairs.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
            pairTable.add(row.title, contenders.get(1).name() + " to " + contenders.get(0).name(),
                    ratio(all.median()), ratio(all.low()) + "-" + ratio(all.high()), Integer.toString(all.count()));
        }
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.3f", ratio);
    }

    private @Nullable Sample measure(Row row, Participant participant, Fleet fleet) throws IOException {
        Running gateway = fleet.warm(participant.contender, row, participant.loops);
        return row.load == Row.Load.PACED
                ? meter.paced(gateway, row.load, row.connections, rate(row, participant.contender, fleet), seconds)
                : meter.full(gateway, row.load, row.connections, seconds);
    }

    /** Half of what the first gateway can with one loop, or half of its own where that is much less. */
    private double rate(Row row, Contender contender, Fleet fleet) throws IOException {
        Double known = rates.get(contender);
        if (known == null) {
            double own = fullLoad(row, contender, fleet) / 2;
            Contender first = contenders.getFirst();
            double firsts = contender.equals(first) ? own : rate(row, first, fleet);
            known = firsts > BEARABLE * 2 * own ? own : firsts;
            rates.put(contender, known);
        }
        return known;
    }

    private double fullLoad(Row row, Contender contender, Fleet fleet) throws IOException {
        Sample full = meter.full(fleet.warm(contender, row, 1), Row.Load.GET, row.connections, CALIBRATION_SECONDS);
        if (full == null) {
            throw new IOException(contender.name() + " failed under full load, so half of that is not known");
        }
        return full.perSecond();
    }
}
