package dev.ponticello.runtime;

import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.listener.ConnectionCaps;
import dev.ponticello.listener.Listener;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.Transport;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A gateway from its start to its end. Any thread. */
public final class RunningGateway {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long a stop waits for connections to be closed. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GatewayConfig config;
    private final EventLoops loops;
    private final UpstreamFactory factory;
    private final Collection<Upstream> upstreams;
    private final Snapshot snapshot;
    private final List<Listener> listeners;
    private final AtomicBoolean ending = new AtomicBoolean();
    /** Complete when nothing is to be waited for any more. */
    private final CompletableFuture<Void> hurry = new CompletableFuture<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private RunningGateway(GatewayConfig config, EventLoops loops, UpstreamFactory factory,
            Collection<Upstream> upstreams, Snapshot snapshot, List<Listener> listeners) {
        this.config = config;
        this.loops = loops;
        this.factory = factory;
        this.upstreams = upstreams;
        this.snapshot = snapshot;
        this.listeners = listeners;
    }

    /** Checks and compiles without binding anything. */
    public static void check(GatewayConfig config, Problems problems) {
        ConfigCheck.check(config, problems);
        if (problems.hasErrors()) {
            return;
        }
        try (UpstreamFactory factory = new UpstreamFactory(List.of(), Transport.NIO, Limits.autoConnections())) {
            compile(config, upstreams(config, factory), PolicyMaker.forCheck(Chance.SECURE), problems);
        }
    }

    /** Starts a gateway with a config that was checked. */
    public static RunningGateway start(GatewayConfig config) throws IOException {
        Transport transport = transport(config.transport());
        int count = config.loops() == 0 ? Runtime.getRuntime().availableProcessors() : config.loops();
        EventLoops loops = new EventLoops(transport, count, Clock.SYSTEM, Chance.SECURE);
        BufferBudget.divide(loops, config.limits().buffers());
        UpstreamFactory factory = new UpstreamFactory(loops.contexts(), transport, Limits.autoConnections());
        List<Listener> listeners = new ArrayList<>();
        Map<String, Upstream> upstreams = upstreams(config, factory);
        Problems problems = new Problems();
        Snapshot snapshot = compile(config, upstreams, PolicyMaker.forServing(Chance.SECURE), problems);
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
            return new RunningGateway(config, loops, factory, upstreams.values(), snapshot, listeners);
        } catch (IOException | RuntimeException e) {
            closeListeners(listeners).join();
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

    private static Map<String, Upstream> upstreams(GatewayConfig config, UpstreamFactory factory) {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> upstreams.put(name, factory.create(name, upstream)));
        return upstreams;
    }

    private static Snapshot compile(GatewayConfig config, Map<String, Upstream> upstreams, PolicyMaker policies,
            Problems problems) {
        return new Compiler(config, upstreams, policies, new AnswerMaker(config, upstreams.values()), problems)
                .compile();
    }

    private static CompletableFuture<Void> closeListeners(List<Listener> listeners) {
        return CompletableFuture.allOf(listeners.stream().map(Listener::close).toArray(CompletableFuture<?>[]::new));
    }

    public List<InetSocketAddress> listeners() {
        return listeners.stream().map(Listener::address).toList();
    }

    public String transport() {
        return loops.transport().label();
    }

    /** Stops in order; how many exchanges had to be cut. There is one end, whoever asks for it, and how often. */
    public CompletableFuture<Integer> drain() {
        if (ending.compareAndSet(false, true)) {
            CompletableFuture.anyOf(after(config.drain().delay().toNanos()), hurry)
                    .thenCompose(_ -> closeListeners(listeners)).thenCompose(_ -> {
                        Listener.drain(loops);
                        return awaitNone(() -> Listener.count(loops),
                                Clock.SYSTEM.nanoTime() + config.drain().timeout().toNanos(),
                                hurry::isDone);
                    }).thenCompose(_ -> Listener.cut(loops)).thenCompose(cut -> stop().thenApply(_ -> cut))
                    .whenComplete((cut, failure) -> {
                        if (failure == null) {
                            end.complete(cut);
                        } else {
                            end.completeExceptionally(failure);
                        }
                    });
        }
        return end.copy();
    }

    /** Stops at once: a drain that waits for nothing, or the rest of one that has begun. */
    public void close() {
        hurry.complete(null);
        drain().join();
    }

    /**
     * Ends what is left when every exchange has ended. The loops run until the sockets are closed: with io_uring a write or a read is under way, and holds its buffer, until the kernel says that it is
     * done.
     */
    private CompletableFuture<Void> stop() {
        upstreams.forEach(Upstream::close);
        return awaitNone(() -> Listener.count(loops)
                .thenApply(clients -> clients + upstreams.stream().mapToInt(Upstream::openConnections).sum()),
                Clock.SYSTEM.nanoTime() + CLOSING_NANOS, () -> false).thenCompose(_ -> {
                    factory.close();
                    return loops.stop();
                }).thenRun(() -> snapshot.policies().forEach(Policy::close));
    }

    private CompletableFuture<Void> after(long nanos) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        loops.contexts().getFirst().eventLoop().schedule(() -> over.complete(null), nanos, TimeUnit.NANOSECONDS);
        return over;
    }

    /** Complete when nothing is counted any more, when the time is over, or when it is enough. */
    private CompletableFuture<Void> awaitNone(Supplier<CompletableFuture<Integer>> count, long deadlineNanos,
            BooleanSupplier enough) {
        return count.get().thenCompose(open -> {
            long left = deadlineNanos - Clock.SYSTEM.nanoTime();
            return open == 0 || left <= 0 || enough.getAsBoolean() ? CompletableFuture.completedFuture(null)
                    : after(Math.min(left, POLL_NANOS)).thenCompose(_ -> awaitNone(count, deadlineNanos, enough));
        });
    }
}
