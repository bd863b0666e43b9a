package dev.ponticello.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the machine allows this process. */
final class Limits {
    private static final int UNKNOWN = 4096;

    private Limits() {}

    /** What {@code auto} means for a number of connections: 45 % of the file descriptors. Clients and one endpoint together leave a tenth for the rest; with more endpoints the descriptors may run out before a cap is met. */
    static int autoConnections() {
        return Math.max(16, (int) (fileDescriptors() * 45L / 100));
    }

    private static int fileDescriptors() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/self/limits"));
            for (String line : lines) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring("Max open files".length()).strip().split(" +", -1)[0];
                    return soft.equals("unlimited") ? Integer.MAX_VALUE
                            : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No Linux: a number that every system grants.
        }
        return UNKNOWN;
    }
}
