package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of the whole process.
 *
 * @param connections client connections open at once; 0 is auto: 45 % of the file descriptors
 * @param connectionsPerAddress client connections from one address; null is off, the default
 * @param buffers bytes of bodies that wait for peers that are slow to take them; when there are more, a body is read on
 *        only when all that was read of it has been taken; default 64MiB
 */
public record ProcessLimits(int connections, @Nullable Integer connectionsPerAddress, long buffers) {

    public static final ProcessLimits DEFAULTS = new ProcessLimits(0, null, 64 << 20);

    public ProcessLimits {
        Checks.atLeastOrAuto("connections", connections, 1);
        Checks.atLeastOrOff("connections-per-address", connectionsPerAddress, 1);
        Checks.size("buffers", buffers, 1 << 20, 1L << 40);
    }
}
