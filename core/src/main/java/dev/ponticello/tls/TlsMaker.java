package dev.ponticello.tls;

import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.Problems;
import dev.ponticello.config.UpstreamTls;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the TLS of one gateway's listeners and upstreams. By one thread at a time. */
public final class TlsMaker {
    private final Clock clock;
    private final Chance chance;
    private final Supplier<SslProvider> provider;
    /** Made with the first listener that has TLS: without any, the library need not be there. */
    private @Nullable TicketKeys tickets;

    /**
     * For one gateway.
     */
    public TlsMaker(Clock clock, Chance chance) {
        this(clock, chance, Contexts::provider);
    }

    TlsMaker(Clock clock, Chance chance, Supplier<SslProvider> provider) {
        this.clock = clock;
        this.chance = chance;
        this.provider = provider;
    }

    /**
     * The TLS of a listener; what was made before, if it is the same.
     *
     * @param protocols what clients may agree on by ALPN (RFC 7301), the preferred first
     * @param path where the config is written; problems are told there
     * @return null if there are problems
     */
    public @Nullable ServerTls server(String listener, ListenerTls config, List<String> protocols,
            @Nullable ServerTls before, String path, Problems problems) {
        return before != null && before.isOf(config, protocols) ? before
                : ServerTls.open(listener, config, protocols, provider.get(), tickets(), path, clock.wallMillis(),
                        problems);
    }

    /**
     * The same for an upstream.
     *
     * @param protocols what endpoints may choose from by ALPN, the preferred first; with none they are not asked
     */
    public @Nullable ClientTls client(String upstream, UpstreamTls config, List<String> protocols,
            @Nullable ClientTls before, String path, Problems problems) {
        return before != null && before.isOf(config, protocols) ? before
                : ClientTls.open(upstream, config, protocols, provider.get(), path, clock.wallMillis(), problems);
    }

    private TicketKeys tickets() {
        TicketKeys keys = tickets;
        if (keys == null) {
            keys = new TicketKeys(chance, clock.nanoTime());
            tickets = keys;
        }
        return keys;
    }

    /** Gives new keys for tickets to these, if it is time. */
    public void rotateTickets(Iterable<Tls> all) {
        if (tickets().rotate(clock.nanoTime())) {
            all.forEach(Tls::useTickets);
        }
    }
}
