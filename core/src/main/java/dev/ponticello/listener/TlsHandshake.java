package dev.ponticello.listener;

import dev.ponticello.http.ClientCertificate;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Timeout;
import dev.ponticello.tls.ClientHello;
import dev.ponticello.tls.ServerContext;
import dev.ponticello.tls.ServerTls;
import dev.ponticello.tls.TlsHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the place of a client's connection until its TLS handshake is done; then the connection takes its place. Bounds the time: from the accepting to the end of the handshake.
 *
 * <p>What fails here is the client's own doing, and no exchange: it is closed, and heard of at level debug.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter implements ClientHello.Listener {
    /** Who goes on. */
    interface Owner {
        /** The handshake is done. */
        void onSecure(Channel channel, TlsClient client, @Nullable String protocol);
    }

    private static final Logger LOG = System.getLogger(TlsHandshake.class.getName());

    private final LoopContext loop;
    private final ServerTls tls;
    private final Owner owner;
    private final LiveConnections connections;
    private final Channel channel;
    private final Timeout timeout = new Timeout() {
        @Override
        protected void expired() {
            LOG.log(Level.DEBUG, "TLS handshake took too long: {0}", channel);
            channel.close();
        }
    };
    private @Nullable ServerContext context;
    private @Nullable TlsHandler handler;
    private boolean named;

    private TlsHandshake(LoopContext loop, ServerTls tls, Channel channel, LiveConnections connections, Owner owner) {
        this.loop = loop;
        this.tls = tls;
        this.channel = channel;
        this.connections = connections;
        this.owner = owner;
    }

    /** Begins, with an empty pipeline. */
    static void begin(LoopContext loop, ServerTls tls, long nanos, Channel channel, LiveConnections connections,
            Owner owner) {
        TlsHandshake handshake = new TlsHandshake(loop, tls, channel, connections, owner);
        channel.pipeline().addLast(new ClientHello(tls, handshake), handshake);
        loop.timers().arm(handshake.timeout, nanos);
        connections.addHandshake(channel);
    }

    @Override
    public void onChosen(ServerContext chosen, @Nullable String name, TlsHandler made) {
        context = chosen;
        named = name != null;
        handler = made;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        TlsHandler secure = handler;
        if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess() && secure != null) {
            end();
            X509Certificate shown = certificate(secure);
            if (shown != null && shown.getNotAfter().toInstant().toEpochMilli() < loop.clock().wallMillis()) {
                channel.close(); // it was valid when the session began that is resumed here
                return;
            }
            TlsClient client = new TlsClient(tls, Objects.requireNonNull(context), named,
                    shown == null ? null : ClientCertificate.of(shown));
            owner.onSecure(channel, client, secure.applicationProtocol());
            ctx.pipeline().remove(this);
        }
    }

    private static @Nullable X509Certificate certificate(TlsHandler handler) {
        if (!handler.engine().getNeedClientAuth() && !handler.engine().getWantClientAuth()) {
            return null;
        }
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            return chain.length == 0 ? null : (X509Certificate) chain[0];
        } catch (SSLPeerUnverifiedException e) {
            return null; // it has shown none, and need not
        }
    }

    private void end() {
        loop.timers().release(timeout);
        connections.removeHandshake(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.log(Level.DEBUG, "TLS handshake failed: {0}: {1}", channel, cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }
}
