package dev.ponticello.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one connection: Netty's handler, with the manners that the connections behind it know from a plain socket.
 *
 * <ul>
 * <li>The peer's {@code close_notify} closes, as its FIN does.
 * <li>A connection that is given up, or that is to end with a reset, ends without a {@code close_notify}: the peer must not take what it has for the whole (RFC 8446 §6.1).
 * <li>One reading of the socket may bring several records: asking for more because one of them cannot be used yet waits until all have come.
 * <li>What is wrong with a record is an {@link java.io.IOException}, like all else that is wrong with a peer.
 * </ul>
 */
public final class TlsHandler extends SslHandler {
    private static final long CLOSE_NOTIFY_MILLIS = 1000;

    private boolean decoding;
    private boolean asked;

    private TlsHandler(SSLEngine engine) {
        super(engine);
        setHandshakeTimeoutMillis(0); // whoever has opened or accepted it bounds the time
        setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
    }

    /** Netty makes the engine that goes through all records of a reading at once only together with a handler of its own. */
    static TlsHandler like(SslHandler handler) {
        return new TlsHandler(handler.engine());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        sslCloseFuture().addListener(ended -> {
            if (ended.isSuccess()) {
                ctx.flush();
                ctx.channel().close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        decoding = true;
        asked = ctx.channel().config().isAutoRead();
        try {
            super.channelRead(ctx, message);
        } finally {
            decoding = false;
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) throws Exception {
        if (!decoding || !asked || ctx.channel().config().isAutoRead()) {
            super.read(ctx);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
        if (isCut(ctx.channel())) {
            ctx.close(promise);
        } else {
            super.close(ctx, promise);
        }
    }

    private static boolean isCut(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        @Nullable
        Integer linger = channel.config().getOption(ChannelOption.SO_LINGER);
        return (waiting != null && waiting.totalPendingWriteBytes() > 0) || (linger != null && linger == 0);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        super.exceptionCaught(ctx,
                cause instanceof DecoderException && cause.getCause() instanceof SSLException wrong ? wrong : cause);
    }
}
