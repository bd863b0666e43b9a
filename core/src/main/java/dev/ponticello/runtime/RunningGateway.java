package dev.ponticello.runtime;

import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.listener.ConnectionCaps;
import dev.ponticello.listener.Listener;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamFactory;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A gateway from its start to its end. Any thread. */
public final class RunningGateway {
    private static final long POLL_MILLIS = 10;
    /** How long a drain waits for connections that were cut to be closed. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GatewayConfig config;
    private final EventLoops loops;
    private final UpstreamFactory upstreams;
    private final Snapshot snapshot;
    private final List<Listener> listeners;

    private RunningGateway(GatewayConfig config, EventLoops loops, UpstreamFactory upstreams, Snapshot snapshot,
            List<Listener> listeners) {
        this.config = config;
        this.loops = loops;
        this.upstreams = upstreams;
        this.snapshot = snapshot;
        this.listeners = listeners;
    }

    /** Checks and compiles without binding anything. */
    public static void check(GatewayConfig config, Problems problems) {
        ConfigCheck.check(config, problems);
        try (UpstreamFactory factory = new UpstreamFactory(List.of(), Transport.NIO, Limits.autoConnections())) {
            compile(config, factory, PolicyMaker.forCheck(Chance.SECURE), problems);
        }
    }

    /** Starts a gateway with a config that was checked. */
    public static RunningGateway start(GatewayConfig config) throws IOException {
        Transport transport = transport(config.transport());
        int count = config.loops() == 0 ? Runtime.getRuntime().availableProcessors() : config.loops();
        EventLoops loops = new EventLoops(transport, count, Clock.SYSTEM, Chance.SECURE);
        UpstreamFactory factory = new UpstreamFactory(loops.contexts(), transport, Limits.autoConnections());
        List<Listener> listeners = new ArrayList<>();
        Problems problems = new Problems();
        Snapshot snapshot = compile(config, factory, PolicyMaker.forServing(Chance.SECURE), problems);
        try {
            if (problems.hasErrors()) {
                // The config was checked; what fails only now is what a check does not touch, such as opening a log file.
                throw new IOException(problems.toString().strip());
            }
            Integer perAddress = config.limits().connectionsPerAddress();
            int connections = config.limits().connections() == 0 ? Limits.autoConnections()
                    : config.limits().connections();
            ConnectionCaps caps = new ConnectionCaps(connections, perAddress == null ? 0 : perAddress);
            for (ListenerConfig listener : config.listeners()) {
                listeners.add(open(listener, loops, snapshot, caps));
            }
            return new RunningGateway(config, loops, factory, snapshot, listeners);
        } catch (IOException | RuntimeException e) {
            closeListeners(listeners);
            snapshot.policies().forEach(Policy::close);
            factory.close();
            loops.stop();
            throw e;
        }
    }

    private static Transport transport(GatewayConfig.Transport wanted) throws IOException {
        Transport transport = switch (wanted) {
            case AUTO -> Transport.best();
            case IO_URING -> Transport.IO_URING;
            case EPOLL -> Transport.EPOLL;
            case NIO -> Transport.NIO;
        };
        if (!transport.isAvailable()) {
            throw new IOException(
                    "transport: " + transport.label() + " is not to be had on this machine (expected: auto, or one of "
                            + Transport.available().stream().map(Transport::label).toList() + ")");
        }
        return transport;
    }

    private static Listener open(ListenerConfig config, EventLoops loops, Snapshot snapshot, ConnectionCaps caps)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(config.address().host(), config.address().port());
        if (address.isUnresolved()) {
            throw new IOException("listener " + config.address() + ": the name has no address");
        }
        try {
            requireFree(address);
            return Listener.open(address, config, loops, () -> snapshot, caps).join();
        } catch (IOException | CompletionException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new IOException("listener " + config.address() + ": " + cause.getMessage(), cause);
        }
    }

    /**
     * With SO_REUSEPORT a second process could bind the same address and silently take half of its clients: a plain socket
     * finds out.
     */
    private static void requireFree(InetSocketAddress address) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        }
    }

    private static Snapshot compile(GatewayConfig config, UpstreamFactory factory, PolicyMaker policies,
            Problems problems) {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> upstreams.put(name, factory.create(name, upstream)));
        return new Compiler(config, upstreams, policies, new AnswerMaker(config, upstreams.values()), problems)
                .compile();
    }

    private static void closeListeners(List<Listener> listeners) {
        CompletableFuture.allOf(listeners.stream().map(Listener::close).toArray(CompletableFuture<?>[]::new)).join();
    }

    public List<InetSocketAddress> listeners() {
        return listeners.stream().map(Listener::address).toList();
    }

    public String transport() {
        return loops.transport().label();
    }

    /** Stops in order; how many exchanges had to be cut. */
    public CompletableFuture<Integer> drain() {
        CompletableFuture<Integer> cut = new CompletableFuture<>();
        control().schedule(() -> Thread.ofVirtual().name("ponticello-drain").start(() -> stopAccepting(cut)),
                config.drain().delay().toMillis(), TimeUnit.MILLISECONDS);
        return cut;
    }

    private EventLoop control() {
        LoopContext first = loops.contexts().getFirst();
        return first.eventLoop();
    }

    private void stopAccepting(CompletableFuture<Integer> cut) {
        closeListeners(listeners);
        Listener.drain(loops);
        awaitEnd(cut, Clock.SYSTEM.nanoTime() + config.drain().timeout().toNanos());
    }

    private void awaitEnd(CompletableFuture<Integer> cut, long deadlineNanos) {
        Listener.count(loops).thenAccept(open -> {
            if (open == 0) {
                stop();
                cut.complete(0);
            } else if (Clock.SYSTEM.nanoTime() - deadlineNanos >= 0) {
                Listener.cut(loops)
                        .thenAccept(count -> awaitClosed(cut, count, Clock.SYSTEM.nanoTime() + CLOSING_NANOS));
            } else {
                control().schedule(() -> awaitEnd(cut, deadlineNanos), POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /**
     * Lets the last answers leave before the loops stop: with io_uring a write is under way until the kernel says that it
     * is done.
     */
    private void awaitClosed(CompletableFuture<Integer> cut, int count, long deadlineNanos) {
        Listener.count(loops).thenAccept(open -> {
            if (open == 0 || Clock.SYSTEM.nanoTime() - deadlineNanos >= 0) {
                stop();
                cut.complete(count);
            } else {
                control().schedule(() -> awaitClosed(cut, count, deadlineNanos), POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void stop() {
        snapshot.policies().forEach(Policy::close);
        upstreams.close();
        loops.stop();
    }

    /** Stops at once. */
    public void close() {
        if (loops.isStopped()) {
            return;
        }
        closeListeners(listeners);
        Listener.cut(loops).join();
        stop();
        loops.stop().awaitUninterruptibly();
    }
}
