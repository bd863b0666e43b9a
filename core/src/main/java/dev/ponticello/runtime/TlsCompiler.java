package dev.ponticello.runtime;

import dev.ponticello.config.EndpointConfig;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.Problems;
import dev.ponticello.config.UpstreamConfig;
import dev.ponticello.listener.Listener;
import dev.ponticello.tls.ClientTls;
import dev.ponticello.tls.ServerTls;
import dev.ponticello.tls.Tls;
import dev.ponticello.tls.TlsMaker;
import dev.ponticello.upstream.UpstreamFactory;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the TLS of one config, or takes over that of the config before where nothing about it has changed. */
final class TlsCompiler {
    private final TlsMaker maker;
    private final LiveState live;
    private final Problems problems;
    private final Set<Tls> made = new LinkedHashSet<>();

    TlsCompiler(TlsMaker maker, LiveState live, Problems problems) {
        this.maker = maker;
        this.live = live;
        this.problems = problems;
    }

    /** Null without TLS, or with problems. */
    @Nullable
    ServerTls server(ListenerConfig listener, String path) {
        ListenerTls config = listener.tls();
        if (config == null) {
            return null;
        }
        String address = listener.address().toString();
        // Several may have one address, where any port will do.
        Object name = live.nameAt("listener " + address);
        return keep(live.adopt(ServerLife.class, name, before -> new ServerLife(
                maker.server(address, config, Listener.protocols(listener), before == null ? null : before.tls, path,
                        problems))).tls);
    }

    /** Null without endpoints that have TLS, or with problems. */
    @Nullable
    ClientTls client(String name, UpstreamConfig upstream) {
        if (upstream.endpoints().stream().noneMatch(EndpointConfig::tls)) {
            return null;
        }
        return keep(live.adopt(ClientLife.class, name, before -> new ClientLife(maker.client(name, upstream.tls(),
                UpstreamFactory.protocols(upstream), before == null ? null : before.tls, "upstreams." + name + ".tls",
                problems))).tls);
    }

    /** What one listener has; none where there were problems. */
    private record ServerLife(@Nullable ServerTls tls) {}

    private record ClientLife(@Nullable ClientTls tls) {}

    private <T extends Tls> @Nullable T keep(@Nullable T tls) {
        if (tls != null) {
            made.add(tls);
        }
        return tls;
    }

    /** All that was made or taken over. */
    Set<Tls> made() {
        return made;
    }
}
