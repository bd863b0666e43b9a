package dev.ponticello.runtime;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.EventLoops;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Starts gateways on loops of a test's own. */
public final class SimulatedGateway {
    private SimulatedGateway() {}

    /**
     * Starts one; where a config asks for an access log, it gets a witness.
     *
     * @param taskThreads runs own code
     */
    public static RunningGateway start(GatewayConfig config, EventLoops loops, Chance chance,
            Supplier<Policy> witnesses, Executor taskThreads) throws IOException {
        return RunningGateway.start(config, loops, new PolicyMaker(chance, _ -> witnesses.get(), OwnPolicy::make),
                Runnable::run, taskThreads);
    }
}
