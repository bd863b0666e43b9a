package dev.ponticello.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that are sent signals. */
public final class Signalled {
    private Signalled() {}

    /**
     * The command with which a process hears SIGHUP even if this one ignores it, as under {@code nohup}: what is ignored is handed on to children, and only {@code env} of GNU takes it back.
     */
    public static List<String> hearing(List<String> command) throws IOException, InterruptedException {
        List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        List<String> trial = List.of("env", "--default-signal=HUP", "true");
        if (new ProcessBuilder(trial).redirectErrorStream(true).start().waitFor() != 0) {
            hearing.clear();
        }
        hearing.addAll(command);
        return hearing;
    }

    /**
     * Sends a signal.
     *
     * @param name such as {@code HUP}
     */
    public static void send(Process process, String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        if (exit != 0) {
            throw new AssertionError("kill -" + name + ": exit " + exit + " (expected: 0)");
        }
    }
}
