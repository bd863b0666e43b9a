package dev.ponticello.testing;

import static dev.ponticello.testing.Play.bytes;
import static dev.ponticello.testing.Play.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * One end of a TCP connection, driven byte by byte. Every method is a step that ends within its deadline or fails. One
 * thread may send while another reads.
 */
public abstract sealed class RawConnection implements AutoCloseable permits RawClient, ScriptedConnection {
    /** The deadline of a step, unless {@link #within} says another. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    /** How long {@link #expectNothing} listens: long enough for what is under way, short enough for a suite. */
    public static final Duration QUIET = Duration.ofMillis(200);

    /** Buffers of the kernel, each way, of a connection whose reader is to be felt by the sender. */
    static final int SMALL_BUFFER = 32 * 1024;

    private static final int WRITE_BYTES = 16 * 1024;
    private static final ScheduledThreadPoolExecutor WATCHDOG = watchdog();

    final Inbound in;
    private final Socket socket;
    private final OutputStream out;
    private final AtomicLong sent = new AtomicLong();
    private volatile Duration deadline = DEADLINE;
    private volatile boolean closed;

    RawConnection(Socket socket) {
        this.socket = socket;
        this.in = new Inbound(socket);
        try {
            socket.setTcpNoDelay(true);
            this.out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ScheduledThreadPoolExecutor watchdog() {
        var threads = Thread.ofPlatform().daemon().name("write-deadline").factory();
        var executor = new ScheduledThreadPoolExecutor(1, threads);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** Sets the deadline of each following step; for bodies so big that ten seconds may not do. */
    public void within(Duration deadline) {
        this.deadline = deadline;
    }

    /** Sends a text, one byte for each character. */
    public void send(String text) {
        send(bytes(text));
    }

    public void send(byte[] bytes) {
        send(bytes, 0, bytes.length);
    }

    /** Fails if the kernel does not take all within the deadline, which means that the peer does not read. */
    void send(byte[] bytes, int from, int count) {
        var late = WATCHDOG.schedule(this::close, deadline.toMillis(), TimeUnit.MILLISECONDS);
        try {
            for (int at = from; at < from + count; at += WRITE_BYTES) {
                int part = Math.min(WRITE_BYTES, from + count - at);
                out.write(bytes, at, part);
                sent.addAndGet(part);
            }
        } catch (SocketException | SSLException e) {
            if (late.getDelay(TimeUnit.NANOSECONDS) <= 0) {
                throw new AssertionError("peer took too few of %d bytes within %s".formatted(count, deadline), e);
            }
            if (Inbound.isReset(e)) {
                in.ended(End.RESET);
            }
            throw new PeerEnded("peer takes no more bytes: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            late.cancel(false);
        }
    }

    /** Sends each part as a TCP segment of its own. A receiver that is slower than the sender may see some as one. */
    public void sendSlowly(String text, int partSize) {
        byte[] bytes = bytes(text);
        for (int at = 0; at < bytes.length; at += partSize) {
            send(bytes, at, Math.min(partSize, bytes.length - at));
        }
    }

    /** Sends one chunk of a chunked body (RFC 9112 §7.1). An empty one would end the body and is refused. */
    public void sendChunk(byte[] data) {
        if (data.length == 0) {
            throw new IllegalArgumentException("chunk: 0 bytes (expected: at least 1)");
        }
        var chunk = new ByteArrayOutputStream(data.length + 12);
        chunk.writeBytes(bytes(Integer.toHexString(data.length) + "\r\n"));
        chunk.writeBytes(data);
        chunk.writeBytes(bytes("\r\n"));
        send(chunk.toByteArray());
    }

    public void sendChunk(String data) {
        sendChunk(bytes(data));
    }

    /**
     * Ends a chunked body.
     *
     * @param trailers lines such as {@code "Checksum: 1"}
     */
    public void sendLastChunk(String... trailers) {
        send("0\r\n" + String.join("", Arrays.stream(trailers).map(line -> line + "\r\n").toList()) + "\r\n");
    }

    /** Reads exactly this many bytes, and leaves what follows. */
    public byte[] read(int count) {
        begin();
        var bytes = new ByteArrayOutputStream();
        in.move(count, bytes);
        return bytes.toByteArray();
    }

    public String readText(int count) {
        return text(read(count));
    }

    /** Reads all until the peer ends, however it ends; {@link #expectEnd} tells how. */
    public String readToEnd() {
        begin();
        var rest = new ByteArrayOutputStream();
        in.moveAll(rest);
        return text(rest.toByteArray());
    }

    /** Fails if a byte or the end comes within {@link #QUIET}. */
    public void expectNothing() {
        if (!in.isQuiet(QUIET)) {
            throw new AssertionError("came: %s, end: %s (expected: nothing)".formatted(in.unread(), in.disconnect()));
        }
    }

    /** Fails unless the peer now ends, one way or the other, without a byte before. */
    public Disconnect expectEnd() {
        begin();
        Disconnect disconnect = in.hasNext() ? null : in.disconnect();
        if (disconnect == null) {
            throw new AssertionError("came: %s (expected: the end)".formatted(in.unread()));
        }
        return disconnect;
    }

    /** Fails unless the peer now ends with FIN, without a byte before. */
    public Disconnect expectClosed() {
        return expectEnd(End.FIN);
    }

    /** Fails unless the peer now ends with RST, without a byte before. */
    public Disconnect expectReset() {
        return expectEnd(End.RESET);
    }

    private Disconnect expectEnd(End end) {
        Disconnect disconnect = expectEnd();
        if (disconnect.end() != end) {
            throw new AssertionError("end: %s (expected: %s)".formatted(disconnect.end(), end));
        }
        return disconnect;
    }

    /** Drops whatever still comes until the peer ends, and tells how it ended and when. */
    public Disconnect awaitDisconnect() {
        begin();
        in.moveAll(OutputStream.nullOutputStream());
        return expectEnd();
    }

    /** Sends FIN and goes on reading. */
    public void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends with RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    /** Ends with FIN; the kernel makes it an RST if bytes of the peer are unread (RFC 1122 §4.2.2.13). */
    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The session of TLS; fails on a connection without. */
    public SSLSession tlsSession() {
        return ((SSLSocket) socket).getSession();
    }

    /** What was agreed on by ALPN, when the handshake is done; empty if nothing was. */
    public String applicationProtocol() {
        tlsSession(); // shakes hands if that is still to be done
        return ((SSLSocket) socket).getApplicationProtocol();
    }

    /** Whether this side has closed or reset. */
    public boolean isClosed() {
        return closed;
    }

    /** How many bytes the kernel has taken so far. */
    public long sent() {
        return sent.get();
    }

    /** How many bytes have been read so far from the kernel. */
    public long received() {
        return in.received();
    }

    final void begin() {
        in.begin(deadline);
    }
}
