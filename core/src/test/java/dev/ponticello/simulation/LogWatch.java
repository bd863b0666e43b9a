package dev.ponticello.simulation;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps what this thread logs as a warning or worse, off the console: in a simulation nothing may be, but that own code is broken. */
final class LogWatch extends Handler implements AutoCloseable {
    private static final Logger[] LOGGERS = {Logger.getLogger("dev.ponticello"), Logger.getLogger("io.netty")};

    private final Thread thread = Thread.currentThread();
    private @Nullable String first;

    LogWatch() {
        for (Logger logger : LOGGERS) {
            logger.setUseParentHandlers(false);
            logger.addHandler(this);
        }
    }

    /** The first of it, or null. */
    @Nullable
    String first() {
        return first;
    }

    @Override
    public void publish(LogRecord line) {
        if (first == null && Thread.currentThread() == thread
                && line.getLevel().intValue() >= Level.WARNING.intValue() && !isOwn(line.getThrown())) {
            StringBuilder text = new StringBuilder(line.getLoggerName()).append(": ").append(line.getMessage());
            for (Throwable cause = line.getThrown(); cause != null; cause = cause.getCause()) {
                text.append("\n  ").append(cause);
                for (StackTraceElement place : cause.getStackTrace()) {
                    text.append("\n    at ").append(place);
                }
            }
            first = text.toString();
        }
    }

    private static boolean isOwn(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OwnCode.Broken) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        for (Logger logger : LOGGERS) {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }
}
