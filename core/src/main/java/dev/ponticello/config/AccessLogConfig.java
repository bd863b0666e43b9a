package dev.ponticello.config;

import java.nio.file.Path;

/**
 * A line for every exchange.
 *
 * @param to default stdout
 */
public record AccessLogConfig(Destination to) implements PolicyConfig {

    public static final AccessLogConfig DEFAULTS = new AccessLogConfig(Standard.STDOUT);

    /** Where the lines go. */
    public sealed interface Destination {}

    /** A standard stream of the process. */
    public enum Standard implements Destination {
        STDOUT,
        STDERR
    }

    /** A file that lines are appended to; a relative path in YAML was resolved beside the config file. */
    public record File(Path path) implements Destination {}

    @Override
    public String type() {
        return "access-log";
    }
}
