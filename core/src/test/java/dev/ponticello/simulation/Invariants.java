package dev.ponticello.simulation;

import dev.ponticello.config.CircuitBreakerConfig;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.config.EndpointConfig;
import dev.ponticello.exchange.TaskCounts;
import dev.ponticello.loop.BufferBudget;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.TimerCounts;
import dev.ponticello.upstream.Upstream;
import dev.ponticello.upstream.UpstreamCounts;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

/** What must hold after every event. */
final class Invariants {
    /** When so much waits to be written, the relay pauses. */
    private static final long HIGH_WATER = 64 * 1024;
    /** A coder gathers so much of what cannot be made smaller, and gives it at once. */
    private static final long CODED_AT_ONCE = 16 * 1024;

    /** What comes about by itself, and must in some seeds. */
    enum Seen {
        SPENT_BUFFERS
    }

    private final World world;
    private final List<Edition> served;
    private final OwnCode own;
    private final Witness witness;
    private final EventLoops loops;
    private final CountingAllocator allocator;
    private final long unpooledBefore = unpooledBytes();
    private long openings;

    /** @param served the editions that have been served so far; it grows with each reload */
    Invariants(World world, List<Edition> served, OwnCode own, Witness witness, EventLoops loops,
            CountingAllocator allocator) {
        this.world = world;
        this.served = served;
        this.own = own;
        this.witness = witness;
        this.loops = loops;
        this.allocator = allocator;
    }

    void check() {
        int channels = 0;
        long pending = 0;
        long readAhead = 0;
        for (WireChannel channel : world.network().open()) {
            // The piece that crossed the mark may be what one read brought, and have another behind it that was under way.
            long most = HIGH_WATER + 2L * channel.mostRead() + 8 * 1024;
            long bytes = channel.pendingBytes();
            if (bytes > most && (bytes > most + CODED_AT_ONCE || !mayBeCoded())) {
                world.violated(bytes + " bytes wait for " + channel.peer() + " (expected: at most " + most + ")");
            }
            if (bytes >= HIGH_WATER) {
                world.happens(Hostile.ROW_57_BACK_PRESSURE);
            }
            pending += bytes;
            readAhead += 3L * channel.mostRead() + 2 * 1024;
            channels++;
        }
        // What waits may be in memory twice, as a small piece can keep all that was read with it.
        long most = 2 * pending + readAhead + world.network().readUnasked();
        if (allocator.bytes() > most && allocator.content() > most) {
            world.violated(allocator.content() + " bytes are held (expected: at most " + most + ") by "
                    + world.network().open());
        }
        if (witness.running() > channels) {
            world.violated(witness.running() + " exchanges run on " + channels + " connections");
        }
        for (LoopContext loop : loops.contexts()) {
            if (loop.get(BufferBudget.SLOT).heldBytes() < 0) {
                world.violated("more is counted as taken than has waited");
            }
            if (loop.get(BufferBudget.SLOT).isSpent()) {
                world.happens(Seen.SPENT_BUFFERS);
            }
        }
        checkTasks();
        if (witness.running() == 0) {
            checkProbes();
        }
        if (openings != world.network().openings()) {
            openings = world.network().openings();
            checkCaps();
        }
        if (channels == 0) {
            checkNothingHeld();
        }
    }

    private boolean mayBeCoded() {
        return served.stream().flatMap(edition -> edition.config().policies().stream())
                .anyMatch(CompressionConfig.class::isInstance);
    }

    /** A lower bound ends no task. */
    private void checkTasks() {
        int counted = TaskCounts.running(loops.contexts().getFirst());
        int most = served.stream().mapToInt(edition -> edition.config().limits().tasks()).max().orElseThrow();
        if (counted != own.tasks() || counted > most) {
            world.violated(counted + " tasks are counted, and " + own.tasks() + " are at work (expected: at most "
                    + most + ")");
        }
    }

    private void checkProbes() {
        witness.upstreams().forEach((upstream, edition) -> {
            int free = UpstreamCounts.freeProbes(upstream, world.time().nanoTime());
            CircuitBreakerConfig breaker = edition.breaker(upstream.name());
            if (breaker != null && free >= 0 && free != breaker.probes()) {
                world.violated("no exchange runs, and the breaker of " + upstream.name() + " has " + free
                        + " probes to give (expected: " + breaker.probes() + ")");
            }
        });
    }

    private void checkCaps() {
        // No reload brings an upstream or an endpoint that was not there at first.
        served.getFirst().config().upstreams().forEach((name, upstream) -> {
            long cap = cap(name);
            for (EndpointConfig endpoint : upstream.endpoints()) {
                InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
                long open = world.network().open().stream().filter(channel -> address.equals(channel.peer())).count();
                if (open > cap) {
                    world.violated(open + " connections to " + address + " (expected: at most " + cap + ")");
                }
            }
        });
    }

    /** A lower cap ends no connection that is in use; and one connection each loop may always have. */
    private long cap(String upstream) {
        long cap = 0;
        for (Edition edition : served) {
            int max = Objects.requireNonNull(edition.config().upstreams().get(upstream)).connections().max();
            cap = Math.max(cap, max == 0 ? Integer.MAX_VALUE : max);
        }
        return cap + loops.contexts().size() - 1;
    }

    void checkNothingHeld() {
        if (allocator.buffers() != 0 || allocator.bytes() != 0) {
            world.violated("no connection is open, and " + allocator.buffers() + " buffers with " + allocator.bytes()
                    + " bytes are held");
        }
        for (LoopContext loop : loops.contexts()) {
            if (loop.get(BufferBudget.SLOT).heldBytes() != 0) {
                world.violated("no connection is open, and " + loop.get(BufferBudget.SLOT).heldBytes()
                        + " bytes are counted as waiting");
            }
            if (TimerCounts.held(loop) != 0) {
                world.violated("no connection is open, and " + TimerCounts.held(loop) + " timeouts are held");
            }
        }
        if (witness.running() != 0) {
            world.violated("no connection is open, and " + witness.running() + " exchanges run");
        }
        for (Upstream upstream : witness.upstreams().keySet()) {
            if (UpstreamCounts.connections(upstream) != 0 || UpstreamCounts.waiting(upstream) != 0) {
                world.violated("no connection is open, and " + upstream.name() + " counts "
                        + UpstreamCounts.connections(upstream) + ", and " + UpstreamCounts.waiting(upstream)
                        + " who wait");
            }
        }
        long unpooled = unpooledBytes() - unpooledBefore;
        if (unpooled != 0) {
            world.violated("no connection is open, and " + unpooled + " bytes of collected bodies are held");
        }
    }

    private static long unpooledBytes() {
        return UnpooledByteBufAllocator.DEFAULT.metric().usedHeapMemory();
    }
}
