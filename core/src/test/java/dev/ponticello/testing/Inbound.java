package dev.ponticello.testing;

import static dev.ponticello.testing.Play.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The receiving side of a socket: buffered, with a deadline for each step, and aware of how the peer ended. */
final class Inbound {
    private final Socket socket;
    private final InputStream stream;
    private final byte[] buffer = new byte[8192];
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable Disconnect> disconnect = new AtomicReference<>();
    private int position;
    private int limit;
    private boolean atEnd;
    private long stepStart;
    private Duration stepLength = RawConnection.DEADLINE;

    Inbound(Socket socket) {
        this.socket = socket;
        try {
            this.stream = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins a step: what is read from now on must come within this time. Zero means no deadline. */
    void begin(Duration length) {
        stepStart = System.nanoTime();
        stepLength = length;
    }

    long received() {
        return received.get();
    }

    /** How and when the peer ended, or null while its end has not been met. */
    @Nullable
    Disconnect disconnect() {
        return disconnect.get();
    }

    /** Keeps how the peer ended; the first sight of it counts, and bytes that came before can still be read. */
    void ended(End end) {
        disconnect.compareAndSet(null, new Disconnect(end, System.nanoTime()));
    }

    /** Whether there is a byte to read; waits for it, and says false at the end of the peer. */
    boolean hasNext() {
        if (position < limit) {
            return true;
        }
        long left = stepLength.toMillis() - (System.nanoTime() - stepStart) / 1_000_000;
        try {
            if (left > 0 || stepLength.isZero()) {
                return fill((int) Math.max(0, left));
            }
        } catch (SocketTimeoutException e) {
            // the step is over
        }
        throw new AssertionError("more was due within %s; %d bytes came in all".formatted(stepLength, received.get()));
    }

    /** Whether nothing at all happens for a while: no byte, no end. */
    boolean isQuiet(Duration time) {
        if (position < limit) {
            return false;
        }
        try {
            fill((int) time.toMillis());
            return false; // a byte, or the end
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /** Fills the empty buffer; false at the end of the peer. A timeout of zero waits forever. */
    private boolean fill(int timeoutMillis) throws SocketTimeoutException {
        if (atEnd) {
            return false;
        }
        try {
            socket.setSoTimeout(timeoutMillis);
            position = 0;
            limit = 0;
            limit = Math.max(0, stream.read(buffer));
            received.addAndGet(limit);
            if (limit == 0) {
                atEnd = true;
                ended(End.FIN);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!isReset(e)) {
                throw new UncheckedIOException(e);
            }
            atEnd = true;
            ended(End.RESET);
        }
        return position < limit;
    }

    /** Whether it tells of a peer that is gone out of order: by a reset, or an end of TLS that is none. */
    static boolean isReset(IOException e) {
        return e instanceof SSLException || "Broken pipe".equals(e.getMessage())
                || String.valueOf(e.getMessage()).startsWith("Connection reset");
    }

    /** Moves all bytes until the peer ends, however it ends. */
    void moveAll(OutputStream sink) {
        moveUpTo(Long.MAX_VALUE, sink);
    }

    /** Moves exactly this many bytes. */
    void move(long count, OutputStream sink) {
        long moved = moveUpTo(count, sink);
        if (moved < count) {
            throw ended("%d bytes more".formatted(count - moved));
        }
    }

    private long moveUpTo(long count, OutputStream sink) {
        long moved = 0;
        try {
            while (moved < count && hasNext()) {
                int part = (int) Math.min(limit - position, count - moved);
                sink.write(buffer, position, part);
                position += part;
                moved += part;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return moved;
    }

    /** A line without its CRLF, which must end it; no other control character than a tab may stand in it. */
    String line() {
        var line = new StringBuilder();
        while (hasNext()) {
            char c = (char) (buffer[position++] & 0xff);
            line.append(c);
            if (c == '\n') {
                int end = line.length() - 2;
                if (end < 0 || line.charAt(end) != '\r' || line.chars().limit(end).anyMatch(Inbound::isControl)) {
                    throw new AssertionError("line: %s (expected: CRLF at its end, no control)".formatted(show(line)));
                }
                return line.substring(0, end);
            }
        }
        throw ended("the rest of the line %s".formatted(show(line)));
    }

    private static boolean isControl(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }

    /** What has come and is not read yet, for failure messages. */
    String unread() {
        return show(text(Arrays.copyOfRange(buffer, position, limit)));
    }

    PeerEnded ended(String due) {
        return new PeerEnded("peer ended: %s (expected: %s)".formatted(disconnect.get(), due));
    }

    private static String show(CharSequence text) {
        return '"' + text.toString().replace("\r", "\\r").replace("\n", "\\n") + '"';
    }
}
