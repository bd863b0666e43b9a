package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Figures that are no row of the comparison: each starts gateways of its own, one after the other. */
final class Figures {
    private static final int STARTS = 5;
    private static final int IDLE_CONNECTIONS = 10_000;
    /** What the load client needs beside its connections, and the gateway beside its clients. */
    private static final int SPARE_DESCRIPTORS = 500;
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+)");
    private static final int KEYS = 1_000_000;
    private static final String LOOP_THREADS = "ponticello-loop";

    private final Workplace work;
    private final Meter meter;
    private final double seconds;
    private final double warmupSeconds;
    private final Table table = new Table("what", "gateway", "figure");

    Figures(Workplace work, Meter meter, double seconds, double warmupSeconds) {
        this.work = work;
        this.meter = meter;
        this.seconds = seconds;
        this.warmupSeconds = warmupSeconds;
    }

    Table table() {
        return table;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%,.0f", number);
    }

    private Sample load(Running gateway, int connections, double forSeconds) throws IOException {
        return succeeded(meter.full(gateway, Row.Load.GET, connections, forSeconds));
    }

    private static Sample succeeded(@Nullable Sample sample) throws IOException {
        if (sample == null) {
            throw new IOException("a load failed");
        }
        return sample;
    }

    /** A figure that could not be had. */
    void fail(String figure, Contender contender, IOException problem) throws IOException {
        System.err.println(figure + ", " + contender.name() + ": " + problem.getMessage());
        table.add(figure, contender.name(), "failed");
    }

    private Running start(Contender contender, Setup setup) throws IOException {
        Running gateway = contender.start(setup, 1);
        gateway.awaitAnswer(Row.Load.GET.path, meter.token());
        return gateway;
    }

    /** Resident memory: after the first answers, and under full load. */
    void memory(Contender contender) throws IOException {
        try (Running gateway = start(contender, Setup.POLICIES)) {
            Running.pause(1000);
            tellMemory("idle", contender, gateway.anonMib(), gateway.rssMib());
            for (int connections : new int[]{64, 5000}) {
                load(gateway, connections, contender.isJava() ? warmupSeconds : 1);
                Sample sample = load(gateway, connections, seconds);
                tellMemory(connections + " busy connections", contender, sample.anonMib(), sample.rssMib());
            }
        }
    }

    private void tellMemory(String when, Contender contender, double anonMib, double rssMib) throws IOException {
        table.add("RssAnon, RSS: " + when, contender.name(), number(anonMib) + ", " + number(rssMib) + " MiB");
    }

    /** What 10,000 connections take that were answered once and then wait. */
    void idle(Contender contender) throws IOException {
        int connections = Math.min(IDLE_CONNECTIONS, descriptors() - SPARE_DESCRIPTORS);
        try (Running gateway = start(contender, Setup.POLICIES)) {
            load(gateway, 64, contender.isJava() ? warmupSeconds : 1);
            double before = gateway.rssMib();
            Process client = meter.idle(gateway, connections);
            double after = gateway.rssMib();
            table.add(String.format(Locale.ROOT, "RSS for each of %,d idle connections", connections),
                    contender.name(), number((after - before) * 1024 / connections) + " KiB");
            client.destroy();
        }
        if (contender instanceof Ponticello ponticello) {
            try (Running gateway = tracked(ponticello); Jvm jvm = new Jvm(gateway.pid())) {
                load(gateway, 64, warmupSeconds);
                long heap = jvm.liveHeapBytes();
                long direct = jvm.directBytes();
                Process client = meter.idle(gateway, connections);
                table.add("heap + direct for each of them", contender.name(),
                        number((jvm.liveHeapBytes() - heap) / 1024.0 / connections) + " + "
                                + number((jvm.directBytes() - direct) / 1024.0 / connections) + " KiB");
                client.destroy();
            }
        }
    }

    /** With its native memory tracked. */
    private Running tracked(Ponticello ponticello) throws IOException {
        return direct(ponticello, Setup.POLICIES, List.of("-XX:NativeMemoryTracking=summary"), false);
    }

    /** How many this program may have open, and so the gateways that it starts. */
    private static int descriptors() throws IOException {
        Matcher matcher = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    }

    /** Without the launcher's own work. */
    private Running direct(Ponticello ponticello, Setup setup, List<String> flags, boolean cache) throws IOException {
        int port = Workplace.freePort();
        String name = work.newName(ponticello.key());
        Path config = ponticello.config(setup, name, Map.of("name", name, "port", Integer.toString(port), "loops", "1",
                "endpoint", work.endpoint(0)));
        List<String> command = new ArrayList<>(ponticello.javaCommand(cache, config));
        command.addAll(1, flags);
        Running gateway = new Running(ponticello, 1, port,
                work.start(name, Workplace.taskset("0", command.toArray(String[]::new)), Map.of()), work.log(name));
        gateway.awaitAnswer(Row.Load.GET.path, meter.token());
        return gateway;
    }

    /** From the start of Java to the first forwarded answer, on one core. */
    void start(Ponticello ponticello) throws IOException {
        for (boolean cache : new boolean[]{true, false}) {
            double[] millis = new double[STARTS];
            double[] rss = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                long begin = System.nanoTime();
                try (Running gateway = direct(ponticello, Setup.POLICIES, List.of(), cache)) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                    rss[i] = gateway.rssMib();
                }
            }
            table.add("first answer " + (cache ? "with" : "without") + " the AOT cache", ponticello.name(),
                    number(Sample.median(millis)) + " ms, RSS then " + number(Sample.median(rss)) + " MiB");
        }
    }

    /** How soon it is as fast as it gets, under load from its first answer on. */
    void ramp(Ponticello ponticello) throws IOException {
        long begin = System.nanoTime();
        try (Running gateway = direct(ponticello, Setup.POLICIES, List.of(), true)) {
            double left = 5 - (System.nanoTime() - begin) / 1e9;
            load(gateway, 64, left);
            double early = load(gateway, 64, 5).perSecond();
            for (int i = 0; i < 3; i++) {
                load(gateway, 64, warmupSeconds);
            }
            double late = load(gateway, 64, 5).perSecond();
            table.add("requests/s in the seconds 5-10 after its start to the final", ponticello.name(),
                    number(early / late) + " of " + number(late));
        }
    }

    /** Heap that its loop allocates for an exchange, on real sockets. */
    void allocation(Ponticello ponticello) throws IOException {
        for (Setup setup : new Setup[]{Setup.PLAIN, Setup.POLICIES}) {
            try (Running gateway = start(ponticello, setup); Jvm jvm = new Jvm(gateway.pid())) {
                load(gateway, 64, warmupSeconds);
                long before = jvm.allocatedBytes(LOOP_THREADS);
                Sample sample = load(gateway, 64, seconds);
                long after = jvm.allocatedBytes(LOOP_THREADS);
                table.add("heap allocated by the loop for an exchange, " + setup.label(), ponticello.name(),
                        number((after - before) / sample.requests()) + " B");
            }
        }
    }

    /** What a limit takes that counts a million clients. */
    void keys(Ponticello ponticello) throws IOException {
        try (Running gateway = direct(ponticello, Setup.KEYS, List.of("-XX:NativeMemoryTracking=summary"), true);
                Jvm jvm = new Jvm(gateway.pid())) {
            long heap = jvm.liveHeapBytes();
            double rss = gateway.rssMib();
            for (long clients = 0; clients < KEYS;) {
                clients += (long) succeeded(meter.newClients(gateway, clients, KEYS, seconds)).requests();
            }
            table.add("heap for a limit with 1,000,000 clients", ponticello.name(),
                    number((jvm.liveHeapBytes() - heap) / 1024.0 / 1024.0) + " MiB, RSS "
                            + number(gateway.rssMib() - rss) + " MiB more");
        }
    }
}
