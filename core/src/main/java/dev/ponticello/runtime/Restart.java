package dev.ponticello.runtime;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a running gateway cannot change: its transport, its loops, and where its listeners are bound. */
final class Restart {
    private static final String HINT = "needs a restart";

    private Restart() {}

    /** Adds a problem for each thing of a config that needs a restart; without any, gives the config with its listeners in the order of those that are served. */
    static GatewayConfig fit(GatewayConfig config, GatewayConfig served, Problems problems) {
        if (config.transport() != served.transport()) {
            problems.error("transport", word(config.transport()), word(served.transport()) + ", as at the start", HINT);
        }
        if (config.loops() != served.loops()) {
            problems.error("loops", word(config.loops()), word(served.loops()) + ", as at the start", HINT);
        }
        return config.withListeners(listeners(config, served, problems));
    }

    private static List<ListenerConfig> listeners(GatewayConfig config, GatewayConfig served, Problems problems) {
        Map<String, ListenerConfig> unbound = new LinkedHashMap<>();
        for (int i = 0; i < config.listeners().size(); i++) {
            unbound.put("listeners[" + i + "].address", config.listeners().get(i));
        }
        List<ListenerConfig> bound = new ArrayList<>();
        for (ListenerConfig listener : served.listeners()) {
            Optional<Map.Entry<String, ListenerConfig>> same = unbound.entrySet().stream()
                    .filter(entry -> entry.getValue().address().equals(listener.address())).findFirst();
            if (same.isPresent()) {
                bound.add(same.get().getValue());
                unbound.remove(same.get().getKey());
            } else {
                problems.error("listeners", listener.address() + " is missing", "the addresses of the start", HINT);
            }
        }
        unbound.forEach((path, listener) -> problems.error(path, listener.address() + " is new",
                "the addresses of the start", HINT));
        return bound;
    }

    private static String word(GatewayConfig.Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    private static String word(int loops) {
        return loops == 0 ? "auto" : Integer.toString(loops);
    }
}
