package dev.ponticello.observe;

import dev.ponticello.loop.Clock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines on a thread of its own, so that no loop waits for a disk or a pipe.
 *
 * <p>Any thread hands over lines, without waiting or locking. Those that do not fit are dropped and counted, as are those that cannot be written; {@code {"dropped":n}} takes their place as soon as
 * something can be written again. The first failure to write is also told to the program's log.
 *
 * <table>
 * <caption>Its bounds</caption>
 * <tr><th>what</th><th>bound</th></tr>
 * <tr><td>lines that wait, each with {@value #LINE_COST} bytes for its keeping</td><td>8 MiB</td></tr>
 * <tr><td>one line, and what one call writes</td><td>64 KiB</td></tr>
 * <tr><td>time that a line waits for others, to be written with them</td><td>50 ms, and not when there are 32 KiB</td></tr>
 * <tr><td>time that {@link #close()} waits for what is left</td><td>2 s</td></tr>
 * </table>
 */
final class AccessLogWriter implements AutoCloseable {
    static final long MAX_QUEUED_BYTES = 8 << 20;
    static final int LINE_COST = 64;
    private static final int BATCH_BYTES = 64 << 10;
    /** A wake-up and a call cost more than a line: where they share a core with the loops, ten times as much. */
    private static final long GATHER_NANOS = 50_000_000;
    private static final int GATHER_BYTES = BATCH_BYTES / 2;
    private static final long FULL_NANOS = 1_000_000;
    private static final byte[] LINE_BREAK = {'\n'};
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);
    private static final Logger LOG = System.getLogger(AccessLogWriter.class.getName());

    private static final class Line {
        final byte[] text;
        @Nullable
        Line next;

        Line(byte[] text) {
            this.text = text;
        }

        long cost() {
            return (long) text.length + LINE_COST;
        }
    }

    private final String name;
    private final LogOutput output;
    private final Clock clock;
    private final Thread thread;
    /** The newest line of those that wait, each linked to the one before it. */
    private final AtomicReference<@Nullable Line> newest = new AtomicReference<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean reopens;
    // The writer's thread alone uses these.
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES);
    private boolean midLine;
    private boolean failureTold;

    private AccessLogWriter(String name, LogOutput output, Clock clock) {
        this.name = name;
        this.output = output;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("ponticello-access-log").unstarted(this::run);
    }

    /** Starts a writer; the name is for messages. */
    static AccessLogWriter start(String name, LogOutput output, Clock clock) {
        AccessLogWriter writer = new AccessLogWriter(name, output, clock);
        writer.thread.start();
        return writer;
    }

    /** Hands over a line with its line break; not to be changed after. */
    void write(byte[] text) {
        Line line = new Line(text);
        long cost = line.cost();
        if (closed || text.length > BATCH_BYTES) {
            dropped.incrementAndGet();
            return;
        }
        long queued = queuedBytes.addAndGet(cost);
        if (queued > MAX_QUEUED_BYTES) {
            queuedBytes.addAndGet(-cost);
            dropped.incrementAndGet();
            return;
        }
        Line before;
        do {
            before = newest.get();
            line.next = before;
        } while (!newest.compareAndSet(before, line));
        if (before == null || (queued >= GATHER_BYTES && queued - cost < GATHER_BYTES)) {
            LockSupport.unpark(thread);
        }
    }

    /** Opens the output anew, soon. Any thread. */
    void reopen() {
        reopens = true;
        LockSupport.unpark(thread);
    }

    /** Lines that were dropped and not yet told of. */
    long dropped() {
        return dropped.get();
    }

    private void run() {
        boolean last;
        do {
            last = closed;
            if (reopens) {
                reopens = false;
                output.reopen();
            }
            gather();
            for (Line line = takeOldest(); line != null; line = line.next) {
                put(line.text);
                queuedBytes.addAndGet(-line.cost());
            }
            tellDropped();
            if (newest.get() == null) {
                flush();
                if (!closed && !reopens && newest.get() == null) {
                    LockSupport.park(this);
                }
            }
        } while (!last || newest.get() != null);
        closeOutput();
    }

    /** Lets a line that waits have company. */
    private void gather() {
        if (newest.get() == null) {
            return;
        }
        long began = clock.nanoTime();
        for (long left = GATHER_NANOS; left > 0 && isGathering(); left = GATHER_NANOS - (clock.nanoTime() - began)) {
            LockSupport.parkNanos(this, left);
        }
    }

    private boolean isGathering() {
        return queuedBytes.get() < GATHER_BYTES && !closed && !reopens;
    }

    /** Takes all lines that wait, and turns their links around. */
    private @Nullable Line takeOldest() {
        Line oldest = null;
        for (Line line = newest.getAndSet(null); line != null;) {
            Line before = line.next;
            line.next = oldest;
            oldest = line;
            line = before;
        }
        return oldest;
    }

    private void put(byte[] text) {
        if (text.length > batch.remaining()) {
            flush();
        }
        batch.put(text);
    }

    private void tellDropped() {
        long count = dropped.get();
        if (count > 0 && flush()) {
            batch.put(("{\"dropped\":" + count + "}\n").getBytes(StandardCharsets.US_ASCII));
            if (linesLostInWriting() == 0) {
                dropped.addAndGet(-count);
            }
        }
    }

    /** Writes the batch; false if lines of it are lost, which are then counted. */
    private boolean flush() {
        int lost = linesLostInWriting();
        dropped.addAndGet(lost);
        return lost == 0;
    }

    private int linesLostInWriting() {
        batch.flip();
        try {
            if (batch.hasRemaining()) {
                writeBatch(output.channel(clock.nanoTime()));
            }
            return 0;
        } catch (IOException e) {
            tellFailure(e);
            if (batch.position() > 0) {
                midLine = batch.get(batch.position() - 1) != '\n';
            }
            return remainingLines();
        } finally {
            batch.clear();
        }
    }

    private void writeBatch(WritableByteChannel channel) throws IOException {
        if (midLine) {
            writeWhole(channel, ByteBuffer.wrap(LINE_BREAK));
            midLine = false;
        }
        writeWhole(channel, batch);
    }

    private void writeWhole(WritableByteChannel channel, ByteBuffer text) throws IOException {
        while (text.hasRemaining()) {
            if (channel.write(text) == 0) {
                // A stream that some other process has made non-blocking is full.
                LockSupport.parkNanos(this, FULL_NANOS);
            }
        }
    }

    private int remainingLines() {
        int lines = 0;
        for (int at = batch.position(); at < batch.limit(); at++) {
            if (batch.get(at) == '\n') {
                lines++;
            }
        }
        return lines;
    }

    private void tellFailure(IOException e) {
        if (!failureTold) {
            failureTold = true;
            LOG.log(Level.WARNING, "access log " + name + ": lines cannot be written and are dropped", e);
        }
    }

    private void closeOutput() {
        try {
            output.close();
        } catch (IOException e) {
            tellFailure(e);
        }
    }

    /** Writes what waits, as far as that is possible in time, and ends the thread. Lines that come later are dropped. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_BOUND);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
