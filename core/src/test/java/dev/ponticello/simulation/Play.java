package dev.ponticello.simulation;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.runtime.RunningGateway;
import dev.ponticello.runtime.SimulatedGateway;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.PlannedExchange.Answer;
import dev.ponticello.simulation.PlannedExchange.Kind;
import dev.ponticello.simulation.PlannedExchange.Request;
import dev.ponticello.simulation.PlannedExchange.Token;
import dev.ponticello.simulation.PlannedExchange.Twist;
import dev.ponticello.simulation.PlannedExchange.When;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One seed, from the start of its gateway to the end. */
final class Play {
    private static final long SECOND = 1_000_000_000;
    private static final int MOST_EVENTS = 3_000_000;
    /** Within such a time a busy loop takes several events in one turn. */
    private static final long ONE_TURN_NANOS = 100_000;

    /** Something that happens to the gateway in the middle of everything. */
    enum Incident {
        RELOAD,
        /** With a config that is not to be had. */
        REFUSED_RELOAD,
        DRAIN
    }

    /** In some seeds so few bytes may wait on a loop that one slow peer is one too many, until a reload allows more. */
    private static final long FEW_BYTES = 1024;

    private final SimulatedTime time;
    private final Dice dice;
    private final Dice turns;
    private final Weather weather;
    private final Scenery scenery;
    private final List<Edition> served = new ArrayList<>();
    private final WireNetwork network;
    private final World world;
    private final OwnCode own;
    private final Witness witness;
    /** What is compiled now. */
    private Edition coming;
    private final ManualLoops loops;
    private final EventLoops eventLoops;
    private final Invariants invariants;
    private final RunningGateway gateway;
    private final List<EndpointHost> endpoints = new ArrayList<>();
    private int events;
    /** The gateway's end, when it was told to stop before everything was answered. */
    private @Nullable CompletableFuture<Integer> end;

    Play(long seed, @Nullable Consumer<String> trace, SimulatedTime time, CountingAllocator allocator,
            ManualLoops oneLoop,
            ManualLoops twoLoops) throws IOException {
        this.time = time;
        dice = new Dice(seed);
        turns = dice.others();
        weather = new Weather(dice.others());
        Scenery drawn = new Scenery(dice.others(), weather);
        scenery = drawn;
        network = new WireNetwork(time, dice.others(), allocator, drawn::channelStyle, drawn::wireStyle);
        world = new World(time, dice.others(), weather, network, scenery.listener(), trace);
        own = new OwnCode(world, dice.others(), dice.percent(50));
        coming = scenery.first(own);
        served.add(coming);
        GatewayConfig config = coming.config();
        if (world.isTracing()) {
            world.trace("seed " + seed + ", weather " + weather + ", " + config);
        }
        witness = new Witness(world);
        loops = dice.percent(75) ? oneLoop : twoLoops;
        loops.rewind();
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
        invariants = new Invariants(world, served, own, witness, eventLoops, allocator);
        Problems problems = new Problems();
        ConfigCheck.check(config, problems);
        if (problems.hasErrors()) {
            throw new IllegalStateException("config: " + problems);
        }
        gateway = SimulatedGateway.start(config, eventLoops, chance, () -> witness.policy(coming), own);
        if (seed % 4 == 0) {
            BufferBudget.divide(eventLoops.contexts(), FEW_BYTES * eventLoops.contexts().size());
        }
    }

    /** What is served now. */
    private Edition edition() {
        return served.getLast();
    }

    private GatewayConfig config() {
        return edition().config();
    }

    /** What has happened, and how often. */
    Map<Enum<?>, Integer> happened() {
        return world.happened();
    }

    /** What was not as it must be, or null. */
    @Nullable
    String run() {
        addEndpoints();
        addClients();
        for (int incidents = dice.number(0, 0, 1, 2, 6); incidents > 0; incidents--) {
            Incident incident = dice.oneOf(Incident.RELOAD, Incident.RELOAD, Incident.REFUSED_RELOAD);
            time.after(dice.between(0L, SECOND), () -> happen(incident));
        }
        if (dice.percent(10)) {
            time.after(dice.between(0L, SECOND), () -> happen(Incident.DRAIN));
        }
        rest();
        if (!network.open().isEmpty() && world.violation() == null) {
            world.violated("nothing will ever happen again, and open are " + network.open());
        }
        if (end == null && witness.open() != 1 && world.violation() == null) {
            world.violated("nothing runs, and " + (witness.open() - 1) + " configs that were served are not closed");
        }
        if (end == null && own.open() != 1 && world.violation() == null) {
            world.violated("nothing runs, and " + own.open() + " own policies are open (expected: the one of now)");
        }
        new Judge(world, served, end != null).judge();
        if (end == null && world.violation() == null) {
            playAfterwards();
        }
        if (end == null && world.violation() == null) {
            playEnd();
        }
        if (world.violation() == null) {
            checkEnded();
        }
        return world.violation();
    }

    // ---- who takes part

    private void addEndpoints() {
        int number = 0;
        for (Map.Entry<String, UpstreamConfig> upstream : config().upstreams().entrySet()) {
            for (EndpointConfig endpoint : upstream.getValue().endpoints()) {
                EndpointHost host = new EndpointHost(world, dice.others(),
                        "endpoint " + upstream.getKey() + "." + endpoints.size(), endpoint.authority(),
                        endpoint.path(), number, scenery.reading(), scenery.piece());
                endpoints.add(host);
                network.add(new InetSocketAddress(endpoint.host(), endpoint.port()), host);
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
                new InetSocketAddress(
                        number % 3 == 2 ? "2001:db8::" + Integer.toHexString(number) : "192.0.2." + (1 + number % 3),
                        40_000 + number),
                manner, plans);
        time.after(afterNanos, client::connect);
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
        invariants.check();
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

    private void happen(Incident incident) {
        world.happens(incident);
        world.trace("the gateway meets " + incident);
        switch (incident) {
            case RELOAD -> {
                coming = scenery.next(edition(), own);
                Problems problems = new Problems();
                boolean done = gateway.reload(coming.config(), problems);
                if (done) {
                    served.add(coming);
                }
                if (world.isTracing()) {
                    world.trace((done ? "serves " : "does not serve ") + coming);
                }
                if (done == (end != null)) {
                    world.violated("a reload " + (done ? "while the gateway ends" : "has failed: " + problems));
                }
            }
            case REFUSED_RELOAD -> {
                int open = witness.open() + own.open();
                Problems problems = new Problems();
                if (gateway.reload(scenery.refused(edition(), own), problems) || !problems.hasErrors()
                        || witness.open() + own.open() != open) {
                    world.violated("a config that is not to be had has left something: " + problems);
                }
                world.happens(Hostile.ROW_63_CONFIG_REFUSED);
            }
            case DRAIN -> {
                long mayAccept = time.nanoTime() + config().drain().delay().toNanos();
                end = gateway.drain();
                end.thenRun(() -> checkHurry(mayAccept));
            }
        }
    }

    /** Clients that have nothing to wait for are told at once that the gateway ends, and have two seconds to leave. */
    private void checkHurry(long mayAcceptNanos) {
        long idle = time.nanoTime() - Math.max(mayAcceptNanos, witness.concludedNanos());
        if (weather.isCalm() && idle > 3 * SECOND) {
            world.violated("the gateway has waited " + idle / 1_000_000 + " ms for nothing before it ended");
        }
    }

    // ---- what must hold afterwards

    /** When the storm is over, all is as it was before it: everybody is served. */
    private void playAfterwards() {
        weather.clear();
        int first = world.exchanges().size();
        int number = 100;
        for (int i = 0; i < config().upstreams().size(); i++) {
            addClient(++number, List.of(plain(Kind.FORWARDED, i), plain(Kind.FORWARDED, i)), plainManner(),
                    (61 + 10 * i) * SECOND);
        }
        int atOnce = Math.min(3, config().limits().connections());
        addClient(++number, List.of(plain(Kind.OWN, 0, OwnCode.Manner.CHECKS), plain(Kind.HANDLER, 0)), plainManner(),
                120 * SECOND);
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
        CircuitBreakerConfig breaker = edition().breaker("u0");
        if (breaker != null && edition().limit() == null) {
            playBreaker(breaker, edition().leadsTo().indexOf(0));
        }
    }

    /** How many connections two requests to each upstream take, one after the other. */
    private int mayOpen() {
        int most = 1; // for what own code lets through
        for (UpstreamConfig upstream : config().upstreams().values()) {
            Integer requests = upstream.connections().maxRequests();
            most += upstream.endpoints().size() > 1 || eventLoops.contexts().size() > 1
                    || (requests != null && requests == 1) ? 2 : 1;
        }
        return most;
    }

    /** An upstream that only fails is not asked any more, and asked again when its time is over. */
    private void playBreaker(CircuitBreakerConfig breaker, int path) {
        List<PlannedExchange> plans = new ArrayList<>();
        for (int i = 0; i < breaker.failures(); i++) {
            plans.add(plain(Kind.FORWARDED, path, 500, OwnCode.Manner.PASSES));
        }
        PlannedExchange refused = plain(Kind.FORWARDED, path);
        plans.add(refused);
        addClient(201, plans, plainManner(), 0);
        PlannedExchange probe = plain(Kind.FORWARDED, path);
        addClient(202, List.of(probe), plainManner(), 20 * SECOND);
        rest();
        if (refused.failure != FailureKind.CIRCUIT_OPEN || probe.status != 200) {
            world.violated(
                    "after " + breaker.failures() + " failures in a row " + refused + ", and later " + probe);
        }
    }

    private PlannedExchange plain(Kind kind, int path) {
        return plain(kind, path, OwnCode.Manner.PASSES);
    }

    private PlannedExchange plain(Kind kind, int path, OwnCode.Manner manner) {
        return plain(kind, path, 200, manner);
    }

    private PlannedExchange plain(Kind kind, int path, int status, OwnCode.Manner manner) {
        PlannedExchange plan = new PlannedExchange(world.exchanges().size(), kind, path,
                new Request("GET", false, false, Framing.NONE, 0, false, false, 0, Token.GOOD, 0, false),
                new Answer(status, Framing.LENGTH, 10, false, 0, false, When.AFTER_BODY, 0, 1, 0, false, 0, false,
                        false, false),
                Set.of(), new Twist(null, null, manner));
        world.exchanges().add(plan);
        return plan;
    }

    private static Client.Manner plainManner() {
        return new Client.Manner(1, 0, 64_000, 0, new Party.Reading(64_000, 0));
    }

    /** The gateway stops, and nobody holds it up. */
    private void playEnd() {
        long begun = time.nanoTime();
        end = gateway.drain();
        CompletableFuture<Long> ended = end.thenApply(_ -> time.nanoTime());
        rest();
        if (ended.isDone() && ended.join() - begun > config().drain().delay().toNanos() + SECOND / 10) {
            world.violated("the gateway takes " + (ended.join() - begun) / 1_000_000
                    + " ms to its end, and nothing was running");
        }
        if (ended.isDone() && end.join() != 0) {
            world.violated(end.join() + " exchanges were cut, and none was running");
        }
    }

    private void checkEnded() {
        if (end == null || !end.isDone() || end.isCompletedExceptionally()) {
            world.violated("the gateway does not come to its end: " + end);
        }
        if (!network.open().isEmpty() || network.isListening()) {
            world.violated("the gateway has ended, and channels are open: " + network.open());
        }
        if (witness.open() != 0 || own.open() != 0) {
            world.violated("the gateway has ended, and " + witness.open() + " configs and " + own.open()
                    + " own policies are not closed");
        }
        invariants.checkNothingHeld();
    }
}
