package dev.ponticello.runtime;

import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Tasks;
import dev.ponticello.listener.ConnectionCaps;
import dev.ponticello.listener.Listener;
import dev.ponticello.listener.ListenerSettings;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.Transport;
import dev.ponticello.tls.ClientTls;
import dev.ponticello.tls.Tls;
import dev.ponticello.tls.TlsMaker;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A gateway from its start to its end. Any thread.
 *
 * <p>What is served hangs on one volatile field. It is replaced by the worker alone, which runs one thing at a time: configs that come while one is compiled wait their turn.
 */
public final class RunningGateway {
    private static final Logger LOG = System.getLogger(RunningGateway.class.getName());
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** How often files of certificates and keys are looked at. */
    private static final long FILES_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How long a stop waits for connections to be closed. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * One config, served.
     *
     * @param listeners the settings of the listeners, in the order in which they were bound
     * @param tls that of all listeners and upstreams
     */
    private record Serving(GatewayConfig config, Snapshot snapshot, Collection<Upstream> upstreams,
            List<ListenerSettings> listeners, Set<Tls> tls, LiveState live) {}

    private final EventLoops loops;
    private final UpstreamFactory factory;
    private final TlsMaker tls;
    private final PolicyMaker policies;
    private final Executor worker;
    private final Tasks tasks;
    private final ConnectionCaps caps;
    private final List<Listener> listeners = new ArrayList<>();
    private volatile Serving serving;
    /** The policies that are not closed yet, of each snapshot that still has exchanges; the worker's. */
    private final Map<Pins, List<Policy>> open = new HashMap<>();
    /** What was last said about changed files, for it to be said once; the worker's. */
    private final Map<Tls, String> toldOfFiles = new HashMap<>();
    /** The TLS that no config has any more and that is not closed yet; the worker's. */
    private final Set<Tls> leaving = new LinkedHashSet<>();
    /** Complete when every exchange has ended that began with an older config. */
    private CompletableFuture<Void> retirements = CompletableFuture.completedFuture(null);
    private boolean watching;
    private final AtomicBoolean ending = new AtomicBoolean();
    /** Complete when nothing is to be waited for any more. */
    private final CompletableFuture<Void> hurry = new CompletableFuture<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private RunningGateway(EventLoops loops, UpstreamFactory factory, TlsMaker tls, PolicyMaker policies,
            Executor worker, Tasks tasks, Serving first) {
        this.loops = loops;
        this.factory = factory;
        this.tls = tls;
        this.policies = policies;
        this.worker = worker;
        this.tasks = tasks;
        this.serving = first;
        this.caps = new ConnectionCaps(total(first.config), perAddress(first.config));
        factory.serve(first.upstreams);
        open.put(first.snapshot.pins(), first.snapshot.policies());
    }

    /** Checks and compiles without binding anything. */
    public static void check(GatewayConfig config, Problems problems) {
        ConfigCheck.check(config, problems);
        if (problems.hasErrors()) {
            PolicyCheck.check(config, PolicyMaker.forCheck(Chance.SECURE), problems);
            TlsCheck.check(config, tlsMaker(Clock.SYSTEM), problems);
            return; // what cannot be compiled would be told again, in other words
        }
        try (UpstreamFactory factory = new UpstreamFactory(List.of(), Transport.NIO, Limits.autoConnections())) {
            compile(config, factory, tlsMaker(Clock.SYSTEM), PolicyMaker.forCheck(Chance.SECURE), LiveState.none(), 0,
                    problems).tls.forEach(Tls::close);
        }
    }

    private static TlsMaker tlsMaker(Clock clock) {
        return new TlsMaker(clock, Chance.SECURE);
    }

    /** Starts a gateway with a config that was checked. */
    public static RunningGateway start(GatewayConfig config) throws IOException {
        Transport transport = transport(config.transport());
        int count = config.loops() == 0 ? Runtime.getRuntime().availableProcessors() : config.loops();
        return start(config, new EventLoops(transport, count, Clock.SYSTEM, Chance.SECURE),
                PolicyMaker.forServing(Chance.SECURE), worker(), Tasks.virtualThreads());
    }

    /**
     * The same on loops that run already, and that end with it.
     *
     * @param worker compiles, reads and closes files, one thing after the other
     * @param taskThreads gives own code, which may block, a thread each time
     */
    static RunningGateway start(GatewayConfig config, EventLoops loops, PolicyMaker policies, Executor worker,
            Executor taskThreads) throws IOException {
        UpstreamFactory factory = new UpstreamFactory(loops.contexts(), loops.sockets(), Limits.autoConnections());
        BufferBudget.divide(loops.contexts(), config.limits().buffers());
        Tasks tasks = new Tasks(taskThreads, config.limits().tasks());
        tasks.serve(loops.contexts());
        Problems problems = new Problems();
        TlsMaker tls = tlsMaker(loops.clock());
        RunningGateway gateway = new RunningGateway(loops, factory, tls, policies, worker, tasks,
                compile(config, factory, tls, policies, LiveState.none(), loops.contexts().size(), problems));
        try {
            if (problems.hasErrors()) {
                // The config was checked; what fails only now is what a check does not touch, such as opening a log file.
                throw new IOException(problems.toString().strip());
            }
            for (ListenerConfig listener : config.listeners()) {
                gateway.listeners.add(gateway.open(listener, gateway.listeners.size()));
            }
            if (!gateway.serving.tls.isEmpty()) {
                worker.execute(gateway::watchFiles);
            }
            return gateway;
        } catch (IOException | RuntimeException e) {
            loops.await(closeListeners(gateway.listeners));
            gateway.endAll();
            factory.close();
            loops.await(loops.stop());
            gateway.serving.tls.forEach(Tls::close);
            throw e;
        }
    }

    /** A thread that is there while it has something to do. */
    private static Executor worker() {
        ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("ponticello-worker").factory());
        worker.allowCoreThreadTimeOut(true);
        return worker;
    }

    private static Serving compile(GatewayConfig config, UpstreamFactory factory, TlsMaker tls, PolicyMaker policies,
            LiveState live, int loops, Problems problems) {
        TlsCompiler secured = new TlsCompiler(tls, live, problems);
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        config.upstreams().forEach((name, upstream) -> {
            ClientTls client = secured.client(name, upstream);
            upstreams.put(name,
                    live.adopt(Upstream.class, name, old -> factory.create(name, upstream, client, old)));
        });
        List<ListenerSettings> listeners = new ArrayList<>();
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerConfig listener = config.listeners().get(i);
            listeners.add(ListenerSettings.of(listener, secured.server(listener, "listeners[" + i + "].tls")));
        }
        AnswerMaker answers = new AnswerMaker(config, upstreams.values());
        Snapshot snapshot = new Compiler(config, upstreams, policies, answers, live, loops, problems).compile();
        return new Serving(config, snapshot, upstreams.values(), listeners, secured.made(), live);
    }

    private static int total(GatewayConfig config) {
        int connections = config.limits().connections();
        return connections == 0 ? Limits.autoConnections() : connections;
    }

    private static int perAddress(GatewayConfig config) {
        Integer perAddress = config.limits().connectionsPerAddress();
        return perAddress == null ? 0 : perAddress;
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

    private Listener open(ListenerConfig config, int number) throws IOException {
        InetSocketAddress address = new InetSocketAddress(config.address().host(), config.address().port());
        if (address.isUnresolved()) {
            throw new IOException("listener " + config.address() + ": the name has no address");
        }
        try {
            if (loops.sockets().acceptsOnEveryLoop()) {
                requireFree(address);
            }
            return loops.await(Listener.open(address, () -> serving.listeners.get(number), loops,
                    () -> serving.snapshot, caps));
        } catch (IOException | CompletionException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            String why = String.valueOf(cause.getMessage());
            throw new IOException(
                    "listener " + config.address() + ": " + why + (why.contains("in use") ? takenBy(address) : ""),
                    cause);
        }
    }

    /** Names the listener of this gateway that has the address already, be it by another name; no check resolves names. */
    private String takenBy(InetSocketAddress address) {
        for (int i = 0; i < listeners.size(); i++) {
            InetSocketAddress other = listeners.get(i).address();
            if (other.getPort() == address.getPort() && (other.getAddress().equals(address.getAddress())
                    || other.getAddress().isAnyLocalAddress() || address.getAddress().isAnyLocalAddress())) {
                return "; listener " + serving.config.listeners().get(i).address() + " has this address";
            }
        }
        return "";
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

    private static CompletableFuture<Void> closeListeners(List<Listener> listeners) {
        return CompletableFuture.allOf(listeners.stream().map(Listener::close).toArray(CompletableFuture<?>[]::new));
    }

    public List<InetSocketAddress> listeners() {
        return listeners.stream().map(Listener::address).toList();
    }

    public String transport() {
        return loops.sockets().label();
    }

    /**
     * Serves another config in place of the one that is served. What lives, lives on; exchanges that have begun end as they began.
     *
     * @return false if the problems have errors; then nothing has changed
     */
    public boolean reload(GatewayConfig config, Problems problems) {
        return CompletableFuture.supplyAsync(() -> replace(config, problems), worker).join();
    }

    private boolean replace(GatewayConfig config, Problems problems) {
        if (ending.get()) {
            problems.errorElsewhere("the gateway is stopping and takes no other config");
            return false;
        }
        check(config, problems);
        Serving before = serving;
        GatewayConfig fitting = Restart.fit(config, before.config, problems);
        if (problems.hasErrors()) {
            return false;
        }
        LiveState live = before.live.next();
        Serving next = compile(fitting, factory, tls, policies, live, loops.contexts().size(), problems);
        if (problems.hasErrors()) {
            close(next.snapshot.policies());
            without(next.tls, before.tls).forEach(Tls::close);
            return false;
        }
        serving = next;
        live.settle();
        caps.change(total(config), perAddress(config));
        factory.serve(next.upstreams);
        BufferBudget.divide(loops.contexts(), config.limits().buffers());
        tasks.change(config.limits().tasks());
        open.put(next.snapshot.pins(), next.snapshot.policies());
        toldOfFiles.keySet().retainAll(next.tls);
        if (!watching) {
            watchFiles();
        }
        // What waits for the last exchange holds no config: a stream may last for days.
        Pins retired = before.snapshot.pins();
        CompletableFuture<Void> over = retired.retire(loops.contexts());
        over.thenRunAsync(() -> end(retired), worker);
        retirements = CompletableFuture.allOf(retirements, over);
        closeLater(without(before.tls, next.tls), longestHandshake(before.config));
        return true;
    }

    /** An exchange that has begun may connect by this TLS yet, and a client that was accepted has not said yet what name it asks for. */
    private void closeLater(Set<Tls> replaced, Duration longestHandshake) {
        if (!replaced.isEmpty()) {
            leaving.addAll(replaced);
            CompletableFuture.allOf(retirements, after(longestHandshake.plusSeconds(1).toNanos()))
                    .thenRunAsync(() -> replaced.stream().filter(leaving::remove).forEach(Tls::close), worker);
        }
    }

    private static Duration longestHandshake(GatewayConfig config) {
        return config.listeners().stream().map(listener -> listener.timeouts().tlsHandshake())
                .max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private static Set<Tls> without(Set<Tls> some, Set<Tls> others) {
        Set<Tls> rest = new LinkedHashSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    /** Does something on the worker when every loop has ended what it is in the middle of, and can have nothing in its hands that was replaced before this. */
    private void afterThisTurn(Runnable work) {
        CompletableFuture
                .allOf(loops.contexts().stream().map(loop -> CompletableFuture.runAsync(() -> {}, loop.eventLoop()))
                        .toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(work, worker);
    }

    /** Serves certificates and keys anew when their files have changed, and looks again after a while; without any, it ends. */
    private void watchFiles() {
        watching = false;
        if (ending.get()) {
            return;
        }
        Set<Tls> watched = serving.tls;
        for (Tls each : watched) {
            try {
                if (each.haveFilesChanged()) {
                    reload(each);
                }
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "Internal error in reading certificates of " + each + " anew", e);
            }
        }
        if (!watched.isEmpty()) {
            watching = true;
            tls.rotateTickets(watched);
            after(FILES_NANOS).thenRunAsync(this::watchFiles, worker);
        }
    }

    private void reload(Tls changed) {
        Problems problems = new Problems();
        Runnable endOld = changed.reload(loops.clock().wallMillis(), problems);
        if (endOld != null) {
            afterThisTurn(endOld);
            LOG.log(Level.INFO, "Certificates of " + changed + " read anew");
        }
        String told = problems.toString().strip();
        if (!told.isEmpty() && !told.equals(toldOfFiles.put(changed, told))) {
            LOG.log(Level.WARNING, "Certificates of " + changed
                    + (endOld == null ? " have changed, and those of before are served on: " : ": ") + told);
        } else if (told.isEmpty()) {
            toldOfFiles.remove(changed);
        }
    }

    /** Closes the policies of a snapshot that nobody needs any more, once. */
    private void end(Pins pins) {
        List<Policy> policies = open.remove(pins);
        if (policies != null) {
            close(policies);
        }
    }

    private void endAll() {
        List.copyOf(open.keySet()).forEach(this::end);
    }

    /** Closes these, but for those that an open snapshot has too. */
    private void close(List<Policy> policies) {
        Set<Policy> ended = Collections.newSetFromMap(new IdentityHashMap<>());
        ended.addAll(policies);
        open.values().forEach(others -> others.forEach(ended::remove));
        for (Policy policy : ended) {
            try {
                policy.close();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "Internal error in close of " + policy, e);
            }
        }
    }

    /** Stops in order; how many exchanges had to be cut. There is one end, whoever asks for it, and how often. */
    public CompletableFuture<Integer> drain() {
        if (ending.compareAndSet(false, true)) {
            CompletableFuture.anyOf(after(serving.config.drain().delay().toNanos()), hurry)
                    .thenCompose(_ -> closeListeners(listeners)).thenCompose(_ -> {
                        Listener.drain(loops);
                        return awaitNone(() -> Listener.count(loops),
                                loops.clock().nanoTime() + serving.config.drain().timeout().toNanos(),
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
        return CompletableFuture.runAsync(() -> factory.serve(List.of()), worker)
                .thenCompose(_ -> awaitNone(
                        () -> Listener.count(loops).thenApply(clients -> clients + factory.openConnections()),
                        loops.clock().nanoTime() + CLOSING_NANOS, () -> false))
                .thenCompose(_ -> {
                    factory.close();
                    return loops.stop();
                }).thenRunAsync(() -> {
                    endAll();
                    serving.tls.forEach(Tls::close);
                    leaving.forEach(Tls::close);
                    leaving.clear();
                }, worker);
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
            long left = deadlineNanos - loops.clock().nanoTime();
            return open == 0 || left <= 0 || enough.getAsBoolean() ? CompletableFuture.completedFuture(null)
                    : after(Math.min(left, POLL_NANOS)).thenCompose(_ -> awaitNone(count, deadlineNanos, enough));
        });
    }
}
