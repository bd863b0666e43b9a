package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of the whole process.
 *
 * @param connections client connections open at once; 0 is auto: 45 % of the file descriptors
 * @param connectionsPerAddress client connections from one address; null is off, the default
 * @param buffers bytes of bodies that wait for peers that are slow to take them; when there are more, a body is read on
 *        only when all that was read of it has been taken; default 64MiB
 * @param tasks own handlers, and checks of own policies, at work at once; beyond, an exchange gets 503; default 1000
 */
public record ProcessLimits(int connections, @Nullable Integer connectionsPerAddress, long buffers, int tasks) {

    public static final ProcessLimits DEFAULTS = new ProcessLimits(0, null, 64 << 20, 1000);

    public ProcessLimits {
        Checks.atLeastOrAuto("connections", connections, 1);
        Checks.atLeastOrOff("connections-per-address", connectionsPerAddress, 1);
        Checks.size("buffers", buffers, 1 << 20, 1L << 40);
        Checks.between("tasks", tasks, 1, 1_000_000);
    }

    /** Bounds of connections, with every other default. */
    public ProcessLimits(int connections, @Nullable Integer connectionsPerAddress) {
        this(connections, connectionsPerAddress, DEFAULTS.buffers, DEFAULTS.tasks);
    }

    /** A copy with another {@code connections}. */
    public ProcessLimits withConnections(int connections) {
        return new ProcessLimits(connections, connectionsPerAddress, buffers, tasks);
    }

    /** A copy with another {@code connections-per-address}. */
    public ProcessLimits withConnectionsPerAddress(@Nullable Integer connectionsPerAddress) {
        return new ProcessLimits(connections, connectionsPerAddress, buffers, tasks);
    }

    /** A copy with another {@code buffers}. */
    public ProcessLimits withBuffers(long buffers) {
        return new ProcessLimits(connections, connectionsPerAddress, buffers, tasks);
    }

    /** A copy with another {@code tasks}. */
    public ProcessLimits withTasks(int tasks) {
        return new ProcessLimits(connections, connectionsPerAddress, buffers, tasks);
    }
}
