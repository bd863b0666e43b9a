package dev.ponticello.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port of 127.0.0.1 where nobody answers; taken until closed, so that no other test can bring it to life. */
public final class DeadPort implements AutoCloseable {
    private static final int FILL_MILLIS = 100;
    private static final int MOST_FILLERS = 64;

    private final int port;
    private final List<Closeable> held = new ArrayList<>();

    private DeadPort(int port, Closeable holder) {
        this.port = port;
        held.add(holder);
    }

    /** A port that refuses every connection: bound, but not listened on. */
    public static DeadPort refusing() {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new DeadPort(socket.getLocalPort(), socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that lets every attempt to connect time out: its queue is full and nobody accepts. */
    public static DeadPort silent() {
        try {
            var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var dead = new DeadPort(server.getLocalPort(), server);
            for (int i = 0; i < MOST_FILLERS; i++) {
                var filler = new Socket();
                dead.held.add(filler);
                try {
                    filler.connect(server.getLocalSocketAddress(), FILL_MILLIS);
                } catch (SocketTimeoutException e) {
                    return dead;
                }
            }
            throw new AssertionError("the queue of port %d is never full".formatted(dead.port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        try {
            for (Closeable socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
