package dev.ponticello.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The gateways that run: each setup of each is started once, and warmed up for each load. */
final class Fleet implements AutoCloseable {
    private static final int LONG_WARMUPS = 3;

    private final Meter meter;
    private final double warmupSeconds;
    private final Map<Place, Running> running = new LinkedHashMap<>();

    private record Place(Contender contender, Setup setup, int loops) {}

    /** @param warmupSeconds one of three warm-ups of what compiles while it runs */
    Fleet(Meter meter, double warmupSeconds) {
        this.meter = meter;
        this.warmupSeconds = warmupSeconds;
    }

    /** A gateway that is warm for this row. */
    Running warm(Contender contender, Row row, int loops) throws IOException {
        Place place = new Place(contender, contender.own(row.setup), loops);
        Running gateway = running.get(place);
        if (gateway == null) {
            gateway = contender.start(row.setup, loops);
            running.put(place, gateway);
            gateway.awaitAnswer(row.load.path.equals(Row.Load.UP.path) ? Row.Load.GET.path : row.load.path,
                    meter.token());
        }
        if (gateway.warmedUpFor.add(row)) {
            Row.Load load = row.load == Row.Load.PACED ? Row.Load.GET : row.load;
            boolean isNew = gateway.warmedUpFor.size() == 1;
            for (int i = 0; i < (contender.isJava() && isNew ? LONG_WARMUPS : 1); i++) {
                meter.full(gateway, load, row.connections,
                        contender.isJava() ? (isNew ? warmupSeconds : warmupSeconds / 4) : 1);
            }
        }
        return gateway;
    }

    /** Ends those that no row to come needs. */
    void keepFor(List<Row> toCome) {
        for (Place place : new ArrayList<>(running.keySet())) {
            if (toCome.stream().noneMatch(
                    row -> place.contender.own(row.setup) == place.setup && row.loops().contains(place.loops))) {
                Objects.requireNonNull(running.remove(place)).close();
            }
        }
    }

    @Override
    public void close() {
        running.values().forEach(Running::close);
        running.clear();
    }
}
