package dev.ponticello.simulation;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.TimerCounts;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.runtime.RunningGateway;
import dev.ponticello.runtime.SimulatedGateway;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.PlannedExchange.Answer;
import dev.ponticello.simulation.PlannedExchange.Kind;
import dev.ponticello.simulation.PlannedExchange.Request;
import dev.ponticello.simulation.PlannedExchange.Token;
import dev.ponticello.simulation.PlannedExchange.When;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamCounts;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Plays the whole gateway from a seed: config, wires, clients and endpoints follow from it, and every event after another. Between the sockets all of the gateway's own code runs; the channels, the
 * loops, the clock and the chance are the simulation's.
 *
 * <p>After every event it is looked whether all is as it must be, and when everything has come to rest, whether all sides tell the same story. One thread; one seed after the other.
 */
public final class Simulator {
    private static final long SECOND = 1_000_000_000;
    private static final int MOST_EVENTS = 3_000_000;
    /** What events have in common that a busy loop takes in one turn. */
    private static final long ONE_TURN_NANOS = 100_000;

    private final SimulatedTime time = new SimulatedTime();
    private final CountingAllocator allocator = new CountingAllocator();
    private ManualLoops oneLoop = new ManualLoops(1, time);
    private ManualLoops twoLoops = new ManualLoops(2, time);

    /** Plays a seed; null, or what was not as it must be. */
    public @Nullable String play(long seed, boolean tracing) {
        time.reset();
        allocator.reset();
        String wrong;
        try (LogWatch log = new LogWatch()) {
            Play play = new Play(seed, tracing);
            wrong = play.run();
            String logged = log.first();
            wrong = wrong == null && logged != null ? "logged: " + logged : wrong;
        } catch (IOException | RuntimeException | AssertionError e) {
            java.io.StringWriter text = new java.io.StringWriter();
            e.printStackTrace(new java.io.PrintWriter(text));
            wrong = text.toString();
        }
        if (wrong != null) {
            // What was left behind must not disturb the next seed.
            oneLoop = new ManualLoops(1, time);
            twoLoops = new ManualLoops(2, time);
        }
        return wrong;
    }

    /** Something that happens to the gateway in the middle of everything. */
    private enum Incident {
        NONE,
        DRAIN
    }

    /** One seed. */
    private final class Play {
        private final Dice dice;
        private final Weather weather;
        private final Scenery scenery;
        private final GatewayConfig config;
        private final WireNetwork network;
        private final World world;
        private final Witness witness;
        private final ManualLoops loops;
        private final EventLoops eventLoops;
        private final RunningGateway gateway;
        private final List<EndpointHost> endpoints = new ArrayList<>();
        private final Dice turns;
        private final long unpooledBefore = UnpooledByteBufAllocator.DEFAULT.metric().usedHeapMemory();
        private int events;
        private boolean drained;
        private @Nullable CompletableFuture<Integer> end;

        Play(long seed, boolean tracing) throws IOException {
            dice = new Dice(seed);
            weather = new Weather(dice.others());
            scenery = new Scenery(dice.others(), weather);
            config = scenery.config();
            Scenery wires = scenery;
            network = new WireNetwork(time, dice.others(), allocator, wires::channelStyle, wires::wireStyle);
            world = new World(time, dice.others(), weather, network, tracing);
            witness = new Witness(world, limit(config.policies()));
            loops = dice.percent(75) ? oneLoop : twoLoops;
            loops.rewind();
            turns = dice.others();
            Chance chance = dice.others()::nextLong;
            eventLoops = new EventLoops(loops, network, time, chance) {
                @Override
                public <T> T await(CompletableFuture<T> work) {
                    while (!work.isDone() && step()) {
                        // one event after the other
                    }
                    if (!work.isDone()) {
                        throw new IllegalStateException("the gateway waits for what never comes");
                    }
                    return work.join();
                }
            };
            if (tracing) {
                world.trace("seed " + seed + ", weather " + weather + ", " + config);
            }
            Problems problems = new Problems();
            ConfigCheck.check(config, problems);
            if (problems.hasErrors()) {
                throw new IllegalStateException("config: " + problems);
            }
            gateway = SimulatedGateway.start(config, eventLoops, chance, witness);
        }

        private static @Nullable RateLimitConfig limit(List<PolicyConfig> policies) {
            return (RateLimitConfig) policies.stream().filter(RateLimitConfig.class::isInstance).findFirst()
                    .orElse(null);
        }

        @Nullable
        String run() {
            addEndpoints();
            addClients();
            Incident incident = dice.percent(10) ? Incident.DRAIN : Incident.NONE;
            if (incident == Incident.DRAIN) {
                time.after(dice.between(0L, SECOND), this::drain);
            }
            rest();
            if (!network.open().isEmpty() && world.violation() == null) {
                world.violated("nothing will ever happen again, and open are " + network.open());
            }
            new Judge(world, config, drained).judge();
            if (!drained && world.violation() == null) {
                playAfterwards();
            }
            if (world.violation() == null) {
                playEnd();
            }
            return world.violation();
        }

        // ---- who takes part

        private void addEndpoints() {
            int number = 0;
            for (Map.Entry<String, UpstreamConfig> upstream : config.upstreams().entrySet()) {
                for (EndpointConfig endpoint : upstream.getValue().endpoints()) {
                    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
                    EndpointHost host = new EndpointHost(world, dice.others(),
                            "endpoint " + upstream.getKey() + "." + endpoints.size(), endpoint.authority(),
                            endpoint.path(), number, scenery.reading(), scenery.piece());
                    endpoints.add(host);
                    network.add(address, host);
                }
                number++;
            }
        }

        private void addClients() {
            int number = 0;
            for (List<PlannedExchange> plans : scenery.plans()) {
                world.exchanges().addAll(plans);
                addClient(++number, plans, scenery.manner(), dice.between(0L, SECOND / 2));
            }
        }

        private void addClient(int number, List<PlannedExchange> plans, Client.Manner manner, long afterNanos) {
            Client client = new Client(world, dice.others(), "client " + number,
                    new InetSocketAddress("192.0.2." + (1 + number % 3), 40_000 + number), manner, plans);
            time.after(afterNanos, client::connect);
        }

        private void drain() {
            world.trace("the gateway is told to stop");
            drained = true;
            long mayAccept = time.nanoTime() + config.drain().delay().toNanos();
            end = gateway.drain();
            end.thenRun(() -> {
                // Clients that have nothing to wait for are told at once, and have 2 s to leave.
                long idle = time.nanoTime() - Math.max(mayAccept, witness.concludedNanos());
                if (weather.isCalm() && idle > 3 * SECOND) {
                    world.violated("the gateway has waited " + idle / 1_000_000 + " ms for nothing before it ended");
                }
            });
        }

        // ---- what happens

        /** Goes on until nothing is left to happen. */
        private void rest() {
            while (world.violation() == null && step()) {
                // one event after the other
            }
        }

        /** The next event, and what the gateway makes of it; false if nothing will ever happen again. */
        private boolean step() {
            loops.run();
            check();
            long next = Math.min(time.nextNanos(), loops.deadlineNanos());
            if (next == Long.MAX_VALUE) {
                return false;
            }
            if (++events > MOST_EVENTS) {
                world.violated("no rest after " + events + " events");
                return false;
            }
            time.moveTo(next);
            // A busy loop sees several things that have happened before it runs what the first of them brought about.
            int most = turns.number(1, 1, 1, 2, 5);
            for (int i = 0; i < most && time.happen(next + ONE_TURN_NANOS); i++) {
                events++;
            }
            return true;
        }

        // ---- what must hold at any time

        private void check() {
            int channels = 0;
            long pending = 0;
            long readAhead = 0;
            for (WireChannel channel : network.open()) {
                long bytes = channel.pendingBytes();
                if (bytes > mostPending(channel)) {
                    world.violated(bytes + " bytes wait for " + channel.peer() + " (expected: at most "
                            + mostPending(channel) + ")");
                }
                pending += bytes;
                readAhead += 3L * channel.mostRead() + 2 * 1024;
                channels++;
            }
            // What waits may be in memory twice, as a small piece can keep what was read with it; of each channel's reads a few may be held.
            long most = 2 * pending + readAhead;
            if (allocator.bytes() > most && allocator.content() > most) {
                world.violated(allocator.content() + " bytes are held (expected: at most " + most + ") by "
                        + network.open());
            }
            if (witness.running() > channels) {
                world.violated(witness.running() + " exchanges run on " + channels + " connections");
            }
            if (witness.running() == 0) {
                checkProbes();
            }
            if (channels == 0) {
                checkNothingHeld();
            }
        }

        private long mostPending(WireChannel channel) {
            return 64 * 1024 + 2L * channel.mostRead() + 8 * 1024;
        }

        private void checkProbes() {
            for (Upstream upstream : witness.upstreams()) {
                int free = UpstreamCounts.freeProbes(upstream, time.nanoTime());
                int probes = free < 0 ? 0
                        : Objects.requireNonNull(
                                Objects.requireNonNull(config.upstreams().get(upstream.name())).circuitBreaker())
                                .probes();
                if (free >= 0 && free != probes) {
                    world.violated("no exchange runs, and the breaker of " + upstream.name() + " has " + free
                            + " probes to give (expected: " + probes + ")");
                }
            }
        }

        private void checkNothingHeld() {
            if (allocator.buffers() != 0 || allocator.bytes() != 0) {
                world.violated("no connection is open, and " + allocator.buffers() + " buffers with "
                        + allocator.bytes() + " bytes are held");
            }
            for (LoopContext loop : eventLoops.contexts()) {
                if (TimerCounts.held(loop) != 0) {
                    world.violated("no connection is open, and " + TimerCounts.held(loop) + " timeouts are held");
                }
            }
            if (witness.running() != 0) {
                world.violated("no connection is open, and " + witness.running() + " exchanges run");
            }
            for (Upstream upstream : witness.upstreams()) {
                if (UpstreamCounts.connections(upstream) != 0 || UpstreamCounts.waiting(upstream) != 0) {
                    world.violated("no connection is open, and " + upstream.name() + " counts "
                            + UpstreamCounts.connections(upstream) + " and " + UpstreamCounts.waiting(upstream)
                            + " waiting");
                }
            }
        }

        // ---- what must hold afterwards

        /** When the storm is over, all is as it was before: everybody is served. */
        private void playAfterwards() {
            weather.clear();
            int first = world.exchanges().size();
            int number = 100;
            for (int i = 0; i < config.upstreams().size(); i++) {
                addClient(++number, List.of(plain(Kind.FORWARDED, i), plain(Kind.FORWARDED, i)), plainManner(),
                        (61 + 10 * i) * SECOND);
            }
            int atOnce = Math.min(3, config.limits().connections());
            for (int i = 0; i < atOnce; i++) {
                addClient(++number, List.of(plain(Kind.FIXED, 0)), plainManner(), 130 * SECOND);
            }
            int before = endpoints.stream().mapToInt(EndpointHost::connections).sum();
            rest();
            int opened = endpoints.stream().mapToInt(EndpointHost::connections).sum() - before;
            if (opened > mayOpen()) {
                world.violated(opened + " connections were opened to serve everybody (expected: at most " + mayOpen()
                        + ", each used twice where it may be)");
            }
            for (PlannedExchange plan : world.exchanges().subList(first, world.exchanges().size())) {
                if (!plan.answeredWhole || plan.status != (plan.limited ? 429 : 200)) {
                    world.violated("not served when the storm was over: " + plan);
                }
            }
            CircuitBreakerConfig breaker = Objects.requireNonNull(config.upstreams().get("u0")).circuitBreaker();
            if (breaker != null && limit(config.policies()) == null) {
                playBreaker(breaker);
            }
        }

        /** How many connections two requests to each upstream take, one after the other. */
        private int mayOpen() {
            int most = 0;
            for (UpstreamConfig upstream : config.upstreams().values()) {
                Integer requests = upstream.connections().maxRequests();
                most += upstream.endpoints().size() > 1 || eventLoops.contexts().size() > 1
                        || (requests != null && requests == 1) ? 2 : 1;
            }
            return most;
        }

        /** An upstream that only fails is not asked any more, and asked again when its time is over. */
        private void playBreaker(CircuitBreakerConfig breaker) {
            List<PlannedExchange> plans = new ArrayList<>();
            for (int i = 0; i < breaker.failures(); i++) {
                plans.add(plain(Kind.FORWARDED, 0, 500));
            }
            PlannedExchange refused = plain(Kind.FORWARDED, 0);
            plans.add(refused);
            addClient(201, plans, plainManner(), 0);
            PlannedExchange probe = plain(Kind.FORWARDED, 0);
            addClient(202, List.of(probe), plainManner(), 20 * SECOND);
            rest();
            if (refused.failure != FailureKind.CIRCUIT_OPEN || probe.status != 200) {
                world.violated(
                        "after " + breaker.failures() + " failures in a row " + refused + ", and later " + probe);
            }
        }

        private PlannedExchange plain(Kind kind, int upstream) {
            return plain(kind, upstream, 200);
        }

        private PlannedExchange plain(Kind kind, int upstream, int status) {
            PlannedExchange plan = new PlannedExchange(world.exchanges().size(), kind, upstream,
                    new Request("GET", false, false, Framing.NONE, 0, false, false, 0, Token.GOOD, 0, false),
                    new Answer(status, Framing.LENGTH, 10, false, 0, false, When.AFTER_BODY, 0, 1, 0, false, 0, false,
                            false),
                    Set.of());
            world.exchanges().add(plan);
            return plan;
        }

        private Client.Manner plainManner() {
            return new Client.Manner(1, 0, 64_000, 0, new Party.Reading(64_000, 0));
        }

        /** The gateway stops, and nothing of it is left. */
        private void playEnd() {
            long begun = time.nanoTime();
            CompletableFuture<Integer> ending = end == null ? gateway.drain() : end;
            CompletableFuture<Long> ended = ending.thenApply(_ -> time.nanoTime());
            rest();
            if (!drained && ended.isDone()
                    && ended.join() - begun > config.drain().delay().toNanos() + SECOND / 10) {
                world.violated("the gateway takes " + (ended.join() - begun) / 1_000_000
                        + " ms to its end, and nothing was running");
            }
            if (!ending.isDone()) {
                world.violated("the gateway does not come to its end");
            } else if (ending.isCompletedExceptionally()) {
                world.violated("the gateway's end failed: " + ending.exceptionNow());
            } else if (!drained && ending.join() != 0) {
                world.violated(ending.join() + " exchanges were cut, and none was running");
            }
            Collection<WireChannel> open = network.open();
            if (!open.isEmpty() || network.isListening()) {
                world.violated("the gateway has ended, and channels are open: " + open);
            }
            checkNothingHeld();
            long unpooled = UnpooledByteBufAllocator.DEFAULT.metric().usedHeapMemory();
            if (unpooled != unpooledBefore) {
                world.violated("the gateway has ended, and holds " + (unpooled - unpooledBefore)
                        + " bytes of collected bodies");
            }
        }
    }
}
