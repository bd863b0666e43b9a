package dev.ponticello.runtime;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.EventLoops;
import java.io.IOException;

/** Starts gateways on loops of a test's own. */
public final class SimulatedGateway {
    private SimulatedGateway() {}

    /** Starts one; where its config asks for an access log, the witness stands. */
    public static RunningGateway start(GatewayConfig config, EventLoops loops, Chance chance, Policy witness)
            throws IOException {
        return RunningGateway.start(config, loops, new PolicyMaker(chance, _ -> witness, OwnPolicy::make),
                Runnable::run);
    }
}
