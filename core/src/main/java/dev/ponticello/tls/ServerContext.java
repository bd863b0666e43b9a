package dev.ponticello.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.util.List;

/** What connections with one of a listener's certificates are made with. Immutable; any thread. */
public final class ServerContext {
    private final int index;
    private final SslContext context;
    private final List<String> names;

    ServerContext(int index, SslContext context, List<String> names) {
        this.index = index;
        this.context = context;
        this.names = List.copyOf(names);
    }

    /** Whether its certificate has the same place in the config as another's, which may have been read from the file at another time. */
    public boolean isFor(ServerContext other) {
        return index == other.index;
    }

    SslContext context() {
        return context;
    }

    List<String> names() {
        return names;
    }

    /** TLS for a client that has asked for this certificate. */
    TlsHandler newHandler(ByteBufAllocator allocator) {
        return TlsHandler.like(context.newHandler(allocator));
    }
}
