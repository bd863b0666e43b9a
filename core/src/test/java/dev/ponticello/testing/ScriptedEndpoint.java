package dev.ponticello.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 endpoint on 127.0.0.1, port 0, that does exactly what its scripts say, and records what it receives.
 *
 * <p>Requests take the scripts of {@link #onRequest} in the order in which their heads arrive, over all connections;
 * after the last one every request meets the script that the endpoint was started with. Before its first request a
 * connection meets the script of {@link #onConnection}, if one is left.
 *
 * <p>{@link #close} ends the play: it waits for scripts that still run, ends what is idle, and fails if a script failed
 * or was never played. Declare the endpoint before the gateway, so that the gateway is closed first.
 */
public final class ScriptedEndpoint implements AutoCloseable {
    /** More than a burst of connections in any play, so that none waits for a second SYN. */
    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final String scheme;
    private final Script otherwise;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<ReceivedRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Disconnect> disconnects = new LinkedBlockingQueue<>();

    // guarded by this
    private final Queue<Script> connectionScripts = new ArrayDeque<>();
    private final Queue<Script> requestScripts = new ArrayDeque<>();
    private final Set<ScriptedConnection> open = new HashSet<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int connections;
    private int requestCount;
    private boolean closing;

    private ScriptedEndpoint(Script otherwise, int receiveBuffer) {
        this(otherwise, receiveBuffer, plain(), "http");
    }

    private static ServerSocket plain() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ScriptedEndpoint(Script otherwise, int receiveBuffer, ServerSocket socket, String scheme) {
        this.otherwise = otherwise;
        this.server = socket;
        this.scheme = scheme;
        try {
            if (receiveBuffer > 0) {
                server.setReceiveBufferSize(receiveBuffer);
            }
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** An endpoint that answers 200 without a body where no script says otherwise. */
    public static ScriptedEndpoint start() {
        return answering(200, "");
    }

    public static ScriptedEndpoint answering(int status, String body, String... fields) {
        return playing(Script.answer(status, body, fields));
    }

    /** An endpoint whose answers show the requests as they arrived; see {@link Script#echo}. */
    public static ScriptedEndpoint echoing() {
        return playing(Script.echo());
    }

    /** An endpoint that plays one script with every request. */
    public static ScriptedEndpoint playing(Script otherwise) {
        return new ScriptedEndpoint(otherwise, 0);
    }

    /** The same, with a kernel that takes little (32 KiB) while the script does not read. */
    public static ScriptedEndpoint playingWithSmallBuffers(Script otherwise) {
        return new ScriptedEndpoint(otherwise, RawConnection.SMALL_BUFFER);
    }

    /** An endpoint behind a socket of another kind that is not bound yet, such as one with TLS, with its scheme. */
    public static ScriptedEndpoint playingOn(ServerSocket socket, String scheme, Script otherwise) {
        return new ScriptedEndpoint(otherwise, 0, socket, scheme);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return scheme + "://127.0.0.1:" + port();
    }

    /** Adds a script for the next request that has none yet. */
    public synchronized ScriptedEndpoint onRequest(Script script) {
        requestScripts.add(script);
        return this;
    }

    /**
     * Adds a script for the next connection that has none yet, played before anything is read from it. What is reset at
     * once may look to the client as if it had never been connected.
     */
    public synchronized ScriptedEndpoint onConnection(Script script) {
        connectionScripts.add(script);
        return this;
    }

    /** How many connections have been opened so far. */
    public synchronized int connections() {
        return connections;
    }

    /** How many requests have arrived so far. */
    public synchronized int requests() {
        return requestCount;
    }

    /** Waits for the next request that nobody has taken yet. */
    public ReceivedRequest takeRequest() {
        return take(requests, "request");
    }

    /** Waits for the next connection whose client ended it before its script did, and tells how and when. */
    public Disconnect awaitDisconnect() {
        return take(disconnects, "disconnect");
    }

    private static <T> T take(BlockingQueue<T> queue, String what) {
        T next;
        try {
            next = queue.poll(RawConnection.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (next == null) {
            throw new AssertionError("no %s within %s".formatted(what, RawConnection.DEADLINE));
        }
        return next;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                try {
                    threads.execute(() -> serve(socket));
                } catch (RejectedExecutionException closing) {
                    socket.close();
                }
            } catch (IOException closed) {
                // the loop's condition says so too
            }
        }
    }

    private void serve(Socket socket) {
        ScriptedConnection connection;
        Script greeting;
        synchronized (this) {
            connection = new ScriptedConnection(++connections, socket);
            open.add(connection);
            greeting = connectionScripts.poll();
            connection.playing = greeting != null;
        }
        // Not try-with-resources: it would close the connection before its end can be settled.
        try {
            if (greeting != null) {
                greeting.play(connection);
            }
            for (Script script = next(connection); script != null; script = next(connection)) {
                script.play(connection);
                connection.readRest();
            }
        } catch (PeerEnded e) {
            connection.settleEnd();
        } catch (Throwable failure) {
            fail(connection, failure);
        } finally {
            connection.close();
            over(connection);
        }
    }

    /** The script for the next request of a connection; null if none will come. */
    private @Nullable Script next(ScriptedConnection connection) {
        synchronized (this) {
            connection.playing = false;
            if (closing || connection.isClosed()) {
                return null;
            }
        }
        ReceivedRequest request = connection.readHead();
        synchronized (this) {
            if (request == null || closing) {
                return null;
            }
            connection.playing = true;
            requestCount++;
            requests.add(request);
            Script script = requestScripts.poll();
            return script == null ? otherwise : script;
        }
    }

    /** Keeps a failure, unless it is only that an idle connection was ended by {@link #close}. */
    private synchronized void fail(ScriptedConnection connection, Throwable failure) {
        if (!closing || connection.playing) {
            failures.add(new AssertionError("connection %d: %s".formatted(connection.number(), failure), failure));
        }
    }

    private synchronized void over(ScriptedConnection connection) {
        open.remove(connection);
        connection.abandonRequest();
        Disconnect disconnect = connection.in.disconnect();
        if (disconnect != null) {
            disconnects.add(disconnect);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            open.stream().filter(connection -> !connection.playing).forEach(RawConnection::close);
        }
        try {
            server.close();
            threads.shutdown();
            // longer than any step of a script, so that the script itself says what it waited for
            if (!threads.awaitTermination(RawConnection.DEADLINE.toSeconds() + 1, TimeUnit.SECONDS)) {
                abandonScripts();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        report();
    }

    private synchronized void abandonScripts() {
        for (ScriptedConnection connection : open) {
            fail(connection, new AssertionError("its script still runs"));
            connection.close();
        }
        threads.shutdownNow();
    }

    private synchronized void report() {
        int unplayed = requestScripts.size() + connectionScripts.size();
        if (unplayed > 0) {
            failures.add(new AssertionError("%d scripts were never played".formatted(unplayed)));
        }
        if (!failures.isEmpty()) {
            var failure = new AssertionError("endpoint: " + failures.getFirst().getMessage(), failures.getFirst());
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
