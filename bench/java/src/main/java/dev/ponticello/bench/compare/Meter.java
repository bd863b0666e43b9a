package dev.ponticello.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts a gateway under load and measures what that costs it. */
final class Meter {
    private static final Pattern NUMBER = Pattern.compile("(\\w+)=(-?\\d+)");
    private static final int UPLOAD_BYTES = 1 << 20;
    private static final double PACED_WARMUP_SECONDS = 4;
    private static final long SAMPLE_MILLIS = 100;
    /** So many connections take a while to be opened, which is not what their row is about. */
    private static final int MANY_CONNECTIONS = 1000;
    private static final double OPENING_SECONDS = 3;

    private final Workplace work;
    private final String token;

    Meter(Workplace work) {
        this.work = work;
        this.token = work.token("user-1");
    }

    String token() {
        return token;
    }

    /** As many requests as so many connections get answered; null if some were not, which is told. */
    @Nullable
    Sample full(Running gateway, Row.Load load, int connections, double seconds) throws IOException {
        double opening = connections < MANY_CONNECTIONS ? 0 : OPENING_SECONDS;
        List<String> command = wrk(connections, opening + seconds);
        for (String field : fields(load)) {
            command.addAll(List.of("-H", field));
        }
        command.addAll(List.of("http://127.0.0.1:" + gateway.port + load.path, "--"));
        command.addAll(switch (load) {
            case UP -> List.of("upload", Integer.toString(UPLOAD_BYTES));
            case MANY -> List.of("many", work.tokens().toString());
            default -> List.of("get");
        });
        return measure(gateway, command, opening);
    }

    /** Requests of clients that were not seen before, in the order of their numbers; after the last come the first again. */
    @Nullable
    Sample newClients(Running gateway, long from, long to, double seconds) throws IOException {
        List<String> command = wrk(64, seconds);
        command.addAll(List.of("http://127.0.0.1:" + gateway.port + Row.Load.GET.path, "--", "clients",
                Long.toString(from), Long.toString(to)));
        return measure(gateway, command, 0);
    }

    private List<String> wrk(int connections, double seconds) {
        return new ArrayList<>(Workplace.taskset(Workplace.loadCore(), "wrk", "-t1", "-c" + connections,
                "-d" + Math.max(1, Math.round(seconds)) + "s", "--timeout", "30s", "-s",
                work.bench().resolve("wrk/load.lua").toString()));
    }

    /** One run of wrk. While connections are opened nothing is counted; then the endpoint counts, as wrk cannot begin late. */
    private @Nullable Sample measure(Running gateway, List<String> command, double opening) throws IOException {
        Process wrk = work.start("load", command, Map.of());
        if (opening > 0) {
            Running.pause((long) (opening * 1000));
        }
        long before = opening > 0 ? work.endpointRequests() : 0;
        Use use = new Use(gateway);
        use.watchUntilEndOf(wrk);
        use.end();
        String said = Files.readString(work.log("load"));
        Map<String, Long> numbers = numbers(said);
        if (opening > 0) {
            numbers.put("requests", work.endpointRequests() - before);
            numbers.put("micros", (long) (use.seconds * 1e6));
        }
        return use.sample(numbers, said);
    }

    /** Requests at a fixed rate. */
    @Nullable
    Sample paced(Running gateway, Row.Load load, int connections, double rate, double seconds) throws IOException {
        List<String> command = loadClient("paced", gateway.port, load, connections);
        command.addAll(List.of("--rate", Double.toString(rate), "--warmup", Double.toString(PACED_WARMUP_SECONDS),
                "--seconds", Double.toString(seconds)));
        Process client = work.startTalking(command);
        try (BufferedReader output = client.inputReader(StandardCharsets.UTF_8)) {
            if (!Objects.equals(output.readLine(), "warm")) {
                throw new IOException("the load client has ended before its time");
            }
            Use use = new Use(gateway);
            use.watchFor(seconds);
            use.end();
            String said = output.readLine();
            return use.sample(numbers(said == null ? "" : said), "");
        }
    }

    /** The load client holds connections until its standard input is closed. */
    Process idle(Running gateway, int connections) throws IOException {
        Process client = work.startTalking(loadClient("idle", gateway.port, Row.Load.GET, connections));
        String said = client.inputReader(StandardCharsets.UTF_8).readLine();
        if (!Objects.equals(said, "open")) {
            throw new IOException("the load client could not open " + connections + " connections");
        }
        return client;
    }

    private List<String> loadClient(String command, int port, Row.Load load, int connections) {
        List<String> client = new ArrayList<>(Workplace.taskset(Workplace.loadCore(), work.java,
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC",
                "-Xms256m", "-cp", System.getProperty("java.class.path"), "dev.ponticello.bench.load.LoadClient",
                command, "--port", Integer.toString(port), "--path", load.path, "--connections",
                Integer.toString(connections)));
        for (String field : fields(load)) {
            client.addAll(List.of("-H", field));
        }
        return client;
    }

    private List<String> fields(Row.Load load) {
        List<String> fields = new ArrayList<>();
        if (load != Row.Load.MANY) {
            fields.add("Authorization: Bearer " + token);
            fields.add("X-Forwarded-For: 10.0.0.1");
        }
        if (load == Row.Load.CLOSE) {
            fields.add("Connection: close");
        }
        if (load == Row.Load.LIST) {
            fields.add("Accept-Encoding: gzip");
            fields.add("Origin: https://app.example.com");
        }
        return fields;
    }

    /** What wrk's script and the load client end with: {@code result NAME=NUMBER …}. */
    private static Map<String, Long> numbers(String said) {
        Map<String, Long> numbers = new HashMap<>();
        int result = said.indexOf("result ");
        Matcher matcher = NUMBER.matcher(result < 0 ? "" : said.substring(result));
        while (matcher.find()) {
            numbers.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        return numbers;
    }

    /** What a gateway takes of the machine while it is looked at. */
    private static final class Use {
        private final Running gateway;
        private final double cpuBefore;
        private final long begin = System.nanoTime();
        private double cpu;
        private double seconds;
        private double rssMib;
        private double anonMib;

        Use(Running gateway) throws IOException {
            this.gateway = gateway;
            this.cpuBefore = gateway.cpuSeconds();
        }

        void watchUntilEndOf(Process load) throws IOException {
            try {
                while (!load.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
                    look();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void watchFor(double watchedSeconds) throws IOException {
            long over = begin + (long) (watchedSeconds * 1e9);
            for (long left = over - System.nanoTime(); left > 0; left = over - System.nanoTime()) {
                Running.pause(Math.min(SAMPLE_MILLIS, left / 1_000_000 + 1));
                look();
            }
        }

        private void look() throws IOException {
            rssMib = Math.max(rssMib, gateway.rssMib());
            anonMib = Math.max(anonMib, gateway.anonMib());
        }

        void end() throws IOException {
            cpu = gateway.cpuSeconds() - cpuBefore;
            seconds = (System.nanoTime() - begin) / 1e9;
        }

        @Nullable
        Sample sample(Map<String, Long> numbers, String said) throws IOException {
            long requests = numbers.getOrDefault("requests", 0L);
            long failed = numbers.getOrDefault("failed", -1L);
            if (failed != 0 || requests == 0) {
                System.err.println(gateway.contender.name() + ": a round does not count, " + failed + " of "
                        + (requests + failed) + " requests failed " + said);
                return null;
            }
            return new Sample(requests, cpu * 1e6 / requests, cpu / seconds,
                    requests * 1e6 / Objects.requireNonNull(numbers.get("micros")),
                    Objects.requireNonNull(numbers.get("p50")) / 1000.0,
                    Objects.requireNonNull(numbers.get("p99")) / 1000.0, rssMib, anonMib,
                    numbers.getOrDefault("answer", 0L));
        }
    }
}
