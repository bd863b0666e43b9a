package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of the whole process.
 *
 * @param connections client connections open at once; 0 is auto: 45 % of the file descriptors
 * @param connectionsPerAddress client connections from one address; null is off, the default
 */
public record ProcessLimits(int connections, @Nullable Integer connectionsPerAddress) {

    public static final ProcessLimits DEFAULTS = new ProcessLimits(0, null);

    public ProcessLimits {
        Checks.atLeastOrAuto("connections", connections, 1);
        Checks.atLeastOrOff("connections-per-address", connectionsPerAddress, 1);
    }
}
