package dev.ponticello.app.scenario;

import dev.ponticello.testing.Await;
import dev.ponticello.testing.Signalled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The whole program in a process of its own, serving a config file. */
final class ProgramProcess implements AutoCloseable {
    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final int port;

    private ProgramProcess(List<String> command) throws IOException, InterruptedException {
        process = new ProcessBuilder(Signalled.hearing(command)).redirectErrorStream(true).start();
        Thread.ofVirtual().start(this::readLines);
        try {
            Await.until("the gateway listens", () -> count("listening on ") == 1);
        } catch (AssertionError e) {
            close();
            throw new AssertionError(String.join("\n", lines), e);
        }
        String line = lines.stream().filter(text -> text.startsWith("listening on ")).findFirst().orElseThrow();
        port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
    }

    /** Starts it, and waits until it listens. */
    static ProgramProcess run(Path config) throws IOException, InterruptedException {
        return new ProgramProcess(command(config));
    }

    /** The same, with so many file descriptors. */
    static ProgramProcess runWithFiles(int files, Path config) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + files + " && exec \"$@\"", "sh"));
        command.addAll(command(config));
        return new ProgramProcess(command);
    }

    private static List<String> command(Path config) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), "dev.ponticello.app.Main", "run", config.toString());
    }

    private void readLines() {
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of its listener. */
    int port() {
        return port;
    }

    /** How many of its lines hold this text so far. */
    long count(String text) {
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    /** Sends a signal: {@code HUP}, {@code TERM}. */
    void signal(String name) throws IOException, InterruptedException {
        Signalled.send(process, name);
    }

    /** Its exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("still running (expected: the end within 10 s)");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
