package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program: brings the gateways up, measures them in turn, and prints the table. */
@Command(name = "bench/compare", mixinStandardHelpOptions = true, sortOptions = false, description = "Compares Ponticello with other gateways on this machine. See bench/README.md.")
public final class Compare implements Callable<Integer> {
    private static final List<String> FIGURES = List.of("memory", "idle", "start", "ramp", "allocation", "keys");
    private static final int LEAST_PAIRS = 6;

    @Option(names = "--rows", split = ",", description = "What is measured: plain, down, up, policies, many, close, half, loops, c10, c100, c1000, c5000, full; and figures that are no rows: memory, idle, start, ramp, allocation, keys. Default: all.")
    private List<String> rows = new ArrayList<>();

    @Option(names = "--systems", split = ",", defaultValue = "nginx,haproxy,scg,ponticello", description = "Who takes part: nginx, haproxy, scg, ponticello, before. Default: all but before. Ratios are to the first.")
    private List<String> systems = new ArrayList<>();

    @Option(names = "--before", description = "Another checkout of Ponticello, which is the system before.")
    private @Nullable Path before;

    @Option(names = "--rounds", description = "Rounds of each row, of which medians are printed. Default: 5 in the rows plain, policies and full, 3 in the others.")
    private @Nullable Integer rounds;

    @Option(names = "--seconds", defaultValue = "4", description = "Of a round. Default: 4.")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "12", description = "Seconds of each of the three warm-ups of a Java program. Default: 12.")
    private double warmup;

    @Option(names = "--pairs", defaultValue = "0", description = "In place of rounds, so many alternated pairs of two systems: prints the median ratio of the second to the first and its 95 %% interval. At least 6.")
    private int pairs;

    @Option(names = "--markdown", description = "Prints Markdown.")
    private boolean markdown;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private final Path root;

    private Compare(Path root) {
        this.root = root;
    }

    /** The first argument is the root of the checkout. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare(Path.of(arguments[0]))).setParameterExceptionHandler((wrong, _) -> {
            System.err.println("bench/compare: " + wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        }).execute(Arrays.copyOfRange(arguments, 1, arguments.length)));
    }

    @Override
    public Integer call() throws IOException {
        List<Row> chosen = new ArrayList<>();
        Set<String> figures = new LinkedHashSet<>();
        choose(chosen, figures);
        try (Workplace work = new Workplace(root)) {
            List<Contender> contenders = contenders(work);
            for (Contender contender : contenders) {
                contender.prepare();
            }
            work.startEndpoint();
            Meter meter = new Meter(work);
            Rounds measured = new Rounds(contenders, meter, seconds);
            try (Fleet fleet = new Fleet(meter, warmup)) {
                for (int i = 0; i < chosen.size(); i++) {
                    System.err.println(chosen.get(i).title);
                    try {
                        if (pairs > 0) {
                            measured.pairs(chosen.get(i), fleet, pairs);
                        } else {
                            measured.row(chosen.get(i), fleet, rounds == null ? chosen.get(i).rounds() : rounds);
                        }
                    } catch (IOException e) {
                        System.err.println(chosen.get(i).title + ": failed: " + e.getMessage());
                    }
                    fleet.keepFor(chosen.subList(i + 1, chosen.size()));
                }
            }
            Figures more = new Figures(work, meter, seconds, warmup);
            for (String figure : figures) {
                System.err.println(figure);
                for (Contender contender : contenders) {
                    try {
                        add(more, figure, contender);
                    } catch (IOException e) {
                        more.fail(figure, contender, e);
                    }
                }
            }
            print(measured, more);
        }
        return 0;
    }

    private void choose(List<Row> chosen, Set<String> figures) {
        for (String wanted : rows) {
            if (FIGURES.contains(wanted)) {
                figures.add(wanted);
            } else {
                chosen.add(Stream.of(Row.values()).filter(row -> row.key.equals(wanted)).findFirst()
                        .orElseThrow(() -> wrong("--rows: " + wanted + " (expected: a name that --help lists)")));
            }
        }
        if (rows.isEmpty()) {
            chosen.addAll(List.of(Row.values()));
            figures.addAll(FIGURES);
        }
        if ((rounds != null && rounds < 1) || seconds < 1) {
            throw wrong("--rounds, --seconds (expected: at least 1)");
        }
        if (pairs > 0) {
            if (pairs < LEAST_PAIRS) {
                throw wrong("--pairs: " + pairs + " (expected: at least " + LEAST_PAIRS
                        + ", as fewer have no interval of 95 %)");
            }
            if (systems.size() != 2) {
                throw wrong("--systems: " + String.join(",", systems) + " (expected: two, with --pairs)");
            }
            figures.clear();
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private List<Contender> contenders(Workplace work) {
        List<Contender> contenders = new ArrayList<>();
        for (String system : systems) {
            int number = contenders.size();
            contenders.add(switch (system) {
                case "nginx" -> new Nginx(work, number);
                case "haproxy" -> new HaProxy(work, number);
                case "scg" -> new SpringCloudGateway(work, number);
                case "ponticello" -> new Ponticello(work, number, system, root);
                case "before" -> {
                    if (before == null) {
                        throw wrong("--before is missing (expected: the folder of another checkout)");
                    }
                    yield new Ponticello(work, number, system, before.toAbsolutePath());
                }
                default -> throw wrong("--systems: " + system + " (expected: a name that --help lists)");
            });
        }
        return contenders;
    }

    /** Some figures are of every gateway, the others of Ponticello alone. */
    private static void add(Figures figures, String figure, Contender contender) throws IOException {
        if (figure.equals("memory")) {
            figures.memory(contender);
        } else if (figure.equals("idle")) {
            figures.idle(contender);
        } else if (contender instanceof Ponticello ponticello) {
            switch (figure) {
                case "start" -> figures.start(ponticello);
                case "ramp" -> figures.ramp(ponticello);
                case "allocation" -> figures.allocation(ponticello);
                default -> figures.keys(ponticello);
            }
        }
    }

    private void print(Rounds measured, Figures more) throws IOException {
        System.out.printf("%d cores, Linux %s (TCP: %s), Java %s; %s of %.0f s%n%n", Workplace.cores(),
                System.getProperty("os.version"), Workplace.congestionControl(), Runtime.version(),
                pairs > 0 ? pairs + " pairs" : "medians of " + (rounds == null ? "5 or 3" : rounds) + " rounds",
                seconds);
        for (Table table : List.of(measured.table(), measured.pairTable(), more.table())) {
            if (!table.isEmpty()) {
                System.out.println(table.text(markdown));
            }
        }
    }
}
