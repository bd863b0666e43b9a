package dev.ponticello.app;

import dev.ponticello.Gateway;
import dev.ponticello.InvalidConfigException;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.http.PeerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Starts the gateway of core. */
final class CoreStarter implements GatewayStarter {

    @Override
    public void compile(GatewayConfig config, Problems problems) {
        Gateway.check(config, problems);
    }

    @Override
    public StartedGateway start(GatewayConfig config) throws StartFailure {
        try {
            return new Started(Gateway.start(config));
        } catch (IOException | InvalidConfigException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private record Started(Gateway gateway) implements StartedGateway {
        @Override
        public String transport() {
            return gateway.transport();
        }

        @Override
        public List<String> listeners() {
            return gateway.listeners().stream().map(Started::text).toList();
        }

        private static String text(InetSocketAddress address) {
            String literal = PeerAddress.of(address.getAddress()).toString();
            return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + address.getPort();
        }

        @Override
        public void reload(GatewayConfig config, Problems problems) {
            gateway.reload(config, problems);
        }

        @Override
        public void end() {
            gateway.close();
        }

        @Override
        public boolean drain() throws InterruptedException {
            CompletableFuture<Integer> cut = gateway.drain();
            try {
                return cut.get() == 0;
            } catch (ExecutionException e) {
                throw new IllegalStateException("draining failed", e);
            }
        }
    }
}
