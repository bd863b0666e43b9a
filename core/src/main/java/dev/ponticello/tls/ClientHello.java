package dev.ponticello.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads the first message of a client (RFC 8446 §4.1.2), within a bound, and lets the certificate be chosen by the name in it. */
public final class ClientHello extends AbstractSniHandler<ServerContext> {
    /** Who hears which certificate was chosen. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The client has said which name it asks for.
         *
         * @param name in lower case; null without one (RFC 6066 §3)
         */
        void onChosen(ServerContext context, @Nullable String name, TlsHandler handler);
    }

    /** The largest record has as many bytes. */
    private static final int MOST_BYTES = 16 * 1024;

    private final ServerTls tls;
    private final Listener listener;

    public ClientHello(ServerTls tls, Listener listener) {
        super(MOST_BYTES, 0);
        this.tls = tls;
        this.listener = listener;
    }

    @Override
    protected Future<ServerContext> lookup(ChannelHandlerContext ctx, @Nullable String name) {
        return ctx.executor().newSucceededFuture(tls.forName(name));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String name, Future<ServerContext> chosen) {
        ServerContext context = chosen.getNow();
        TlsHandler handler = context.newHandler(ctx.alloc());
        listener.onChosen(context, name, handler);
        ctx.pipeline().replace(this, null, handler);
    }
}
