package dev.ponticello.app;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;

/** Starts the gateway of core. */
final class CoreStarter implements GatewayStarter {

    @Override
    public void compile(GatewayConfig config, Problems problems) {}

    @Override
    public StartedGateway start(GatewayConfig config) throws StartFailure {
        throw new StartFailure("this build has no gateway", new UnsupportedOperationException("start"));
    }
}
