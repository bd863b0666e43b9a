package dev.ponticello;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.runtime.RunningGateway;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The running whole: listeners, loops, and the config that they serve.
 *
 * <p>One for each program, usually; two do not know each other. Every method may be called on any thread.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Gateway.class.getName());

    private final RunningGateway running;

    private Gateway(RunningGateway running) {
        this.running = running;
    }

    /** Builds a config in Java; with every default as long as nothing else is said. */
    public static GatewayBuilder builder() {
        return new GatewayBuilder();
    }

    /**
     * Starts a gateway. When this returns, its listeners accept.
     *
     * @throws InvalidConfigException if something is wrong with the config; nothing was bound
     * @throws IOException if a listener cannot be bound, or the transport that the config forces is not to be had; nothing stays bound
     */
    public static Gateway start(GatewayConfig config) throws IOException, InvalidConfigException {
        Problems problems = check(config);
        if (problems.hasErrors()) {
            throw new InvalidConfigException(problems);
        }
        return new Gateway(RunningGateway.start(config));
    }

    /** Everything that is wrong with a config, or dangerous, or easily overlooked; nothing is bound and no file is opened. */
    public static Problems check(GatewayConfig config) {
        Problems problems = new Problems();
        check(config, problems);
        return problems;
    }

    /** The same, added to problems that know where the config was written. */
    public static void check(GatewayConfig config, Problems problems) {
        RunningGateway.check(config, problems);
    }

    /**
     * Serves another config in place of the one that is served, all or nothing. When this returns, every request that begins is served by it; those that have begun end as they began.
     *
     * <p>What lives outlasts it: connections, circuits, the counts of limits, verified tokens (see docs/config.md). Where listeners are bound, {@code transport} and {@code loops} cannot change. Calls of
     * several threads take their turns, and the config of the last one stays. Not to be called on a loop, as it waits.
     *
     * @throws InvalidConfigException if something is wrong with the config, needs a restart, or if the gateway is stopping; the config before goes on, and every problem has been logged
     */
    public void reload(GatewayConfig config) throws InvalidConfigException {
        Problems problems = new Problems();
        if (!reload(config, problems)) {
            LOG.log(Level.WARNING, "Not reloaded, the config before goes on:\n" + problems.toString().stripTrailing());
            throw new InvalidConfigException(problems);
        }
    }

    /**
     * The same for problems that know where the config was written; nothing is logged.
     *
     * @return false if the problems have errors; then the config before goes on
     */
    public boolean reload(GatewayConfig config, Problems problems) {
        return running.reload(config, problems);
    }

    /** Where the listeners are bound, in the order of the first config; a port that the config left open is the one that was chosen. */
    public List<InetSocketAddress> listeners() {
        return running.listeners();
    }

    /** How sockets are driven: {@code io_uring}, {@code epoll}, {@code nio}. */
    public String transport() {
        return running.transport();
    }

    /**
     * Stops in order: accepts for {@code drain.delay} more, then closes the listeners and lets what runs end within {@code drain.timeout}.
     *
     * @return how many exchanges had to be cut
     */
    public CompletableFuture<Integer> drain() {
        return running.drain();
    }

    /** Stops at once; what runs is cut. */
    @Override
    public void close() {
        running.close();
    }
}
