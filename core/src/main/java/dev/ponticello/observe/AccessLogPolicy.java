package dev.ponticello.observe;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AccessLogConfig.Destination;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopSlot;
import dev.ponticello.outcome.Outcome;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The access log: a line of JSON for every exchange that ends, with the members that {@link AccessLogLine} lists.
 *
 * <p>The line is made on the exchange's loop and written on a thread of the log's own. All policies of the process that log to one destination share its writer, so that their lines do not mix.
 */
public final class AccessLogPolicy implements Policy {
    private static final LoopSlot<AccessLogLine> LINE = LoopSlot.of(_ -> new AccessLogLine());
    private static final Map<Destination, Shared> OPEN = new ConcurrentHashMap<>();

    private record Shared(AccessLogWriter writer, int users) {
        Shared with(int more) {
            return new Shared(writer, users + more);
        }
    }

    private final Destination to;
    private final AccessLogWriter writer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AccessLogPolicy(Destination to, AccessLogWriter writer) {
        this.to = to;
        this.writer = writer;
    }

    /**
     * Opens the destination, and starts its writer unless it has one: that one opens its file anew, as it may have been moved away.
     *
     * @throws IllegalArgumentException if the file cannot be opened, with its path and the reason
     */
    public static AccessLogPolicy open(AccessLogConfig config) {
        Destination to = switch (config.to()) {
            case AccessLogConfig.Standard standard -> standard;
            case AccessLogConfig.File(Path path) -> new AccessLogConfig.File(path.toAbsolutePath().normalize());
        };
        Shared shared = OPEN.compute(to, (_, open) -> open == null ? new Shared(start(to), 1) : open.with(1));
        if (shared.users > 1) {
            shared.writer.reopen();
        }
        return new AccessLogPolicy(to, shared.writer);
    }

    private static AccessLogWriter start(Destination to) {
        Clock clock = Clock.SYSTEM;
        return switch (to) {
            case AccessLogConfig.Standard.STDOUT ->
                AccessLogWriter.start("stdout", LogOutput.standard(FileDescriptor.out), clock);
            case AccessLogConfig.Standard.STDERR ->
                AccessLogWriter.start("stderr", LogOutput.standard(FileDescriptor.err), clock);
            case AccessLogConfig.File(Path path) ->
                AccessLogWriter.start(path.toString(), openFile(path, clock.nanoTime()), clock);
        };
    }

    private static LogFile openFile(Path path, long nowNanos) {
        try {
            return LogFile.open(path, nowNanos);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "to: " + path + " (expected: a file that can be appended to; " + reason(e) + ")", e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its folder does not exist";
            case AccessDeniedException _ -> "access denied";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> e.toString();
        };
    }

    @Override
    public void onConclude(Exchange exchange, Outcome outcome) {
        writer.write(exchange.loop().get(LINE).of(exchange, outcome));
    }

    /** Ends the writer when no other policy uses it, with at most two seconds for the lines that wait. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)
                && OPEN.compute(to, (_, open) -> open == null || open.users == 1 ? null : open.with(-1)) == null) {
            writer.close();
        }
    }
}
