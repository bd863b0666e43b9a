package dev.ponticello.observe;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A file that is appended to, and opened anew when it is asked to be, or within a second of writing after it was moved away or removed. */
final class LogFile implements LogOutput {
    private static final Logger LOG = System.getLogger(LogFile.class.getName());
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path path;
    private FileChannel channel;
    /** Tells files of one name apart; null where the file system has nothing that does. */
    private @Nullable Object identity;
    private long checkedNanos;
    private boolean failureTold;

    private LogFile(Path path, FileChannel channel, @Nullable Object identity, long nowNanos) {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
        this.checkedNanos = nowNanos;
    }

    /** Opens the file, which is made if its folder has none. */
    static LogFile open(Path path, long nowNanos) throws IOException {
        FileChannel channel = append(path);
        try {
            return new LogFile(path, channel, identity(path), nowNanos);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel append(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public WritableByteChannel channel(long nowNanos) {
        if (nowNanos - checkedNanos >= CHECK_NANOS) {
            checkedNanos = nowNanos;
            openAnew(false);
        }
        return channel;
    }

    @Override
    public void reopen() {
        openAnew(true);
    }

    private void openAnew(boolean always) {
        try {
            if (always || isGone()) {
                openNext();
            }
            failureTold = false;
        } catch (IOException e) {
            // The file that was moved away still takes the lines: better there than nowhere.
            if (!failureTold) {
                failureTold = true;
                LOG.log(Level.WARNING, "access log " + path + ": cannot be opened anew", e);
            }
        }
    }

    private boolean isGone() throws IOException {
        try {
            return !Objects.equals(identity(path), identity);
        } catch (NoSuchFileException _) {
            return true;
        }
    }

    private void openNext() throws IOException {
        FileChannel next = append(path);
        FileChannel old = channel;
        channel = next;
        identity = identity(path);
        old.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
