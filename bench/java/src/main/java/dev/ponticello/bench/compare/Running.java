package dev.ponticello.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A gateway that runs, as the machine sees it. */
final class Running implements AutoCloseable {
    /** What Linux counts CPU time in; it is 100 in a second on every platform that the JDK knows. */
    private static final double TICKS_PER_SECOND = 100;
    /** Behind the name, which may hold anything, the 12th and the 13th field: in user mode, in system mode. */
    private static final Pattern TICKS = Pattern.compile(".*\\)(?: \\S+){11} (\\d+) (\\d+) .*", Pattern.DOTALL);
    private static final long START_MILLIS = 60_000;

    final Contender contender;
    final int loops;
    final int port;
    private final Process process;
    private final Path log;
    /** The loads that it has been warmed up for. */
    final Set<Row> warmedUpFor = new HashSet<>();

    Running(Contender contender, int loops, int port, Process process, Path log) {
        this.contender = contender;
        this.loops = loops;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    long pid() {
        return process.pid();
    }

    /** Waits until a request is answered with 200. */
    void awaitAnswer(String path, String token) throws IOException {
        long deadline = System.currentTimeMillis() + START_MILLIS;
        while (!answers(path, token)) {
            if (!process.isAlive() || System.currentTimeMillis() > deadline) {
                throw new IOException(contender.name() + " does not answer " + path + " with 200:\n"
                        + Files.readString(log));
            }
            pause(1);
        }
    }

    private boolean answers(String path, String token) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5000);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nX-Forwarded-For: 10.0.0.1\r\nAuthorization: Bearer " + token
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)
                    .equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The processes that serve: those of nginx are its children. */
    private List<Long> serving() {
        List<Long> children = process.children().map(ProcessHandle::pid).toList();
        return children.isEmpty() ? List.of(process.pid()) : children;
    }

    double cpuSeconds() throws IOException {
        double ticks = 0;
        for (long pid : serving()) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            Matcher matcher = TICKS.matcher(stat);
            if (!matcher.find()) {
                throw new IOException("/proc/" + pid + "/stat: " + stat);
            }
            ticks += Long.parseLong(matcher.group(1)) + Long.parseLong(matcher.group(2));
        }
        return ticks / TICKS_PER_SECOND;
    }

    double rssMib() throws IOException {
        return status("VmRSS:");
    }

    /** Resident memory that is no file's. */
    double anonMib() throws IOException {
        return status("RssAnon:");
    }

    private double status(String field) throws IOException {
        double kib = 0;
        for (long pid : serving()) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
                kib += lines.filter(line -> line.startsWith(field)).mapToLong(line -> Long.parseLong(
                        line.substring(field.length()).replace("kB", "").strip())).sum();
            } catch (NoSuchFileException e) {
                throw new IOException(contender.name() + " has ended:\n" + Files.readString(log), e);
            }
        }
        return kib / 1024;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
    }
}
