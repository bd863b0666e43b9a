package dev.ponticello.upstream;

import dev.ponticello.tls.ClientTls;
import dev.ponticello.tls.TlsFailure;
import dev.ponticello.tls.TlsHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Stands in the place of a connection's handler until the TLS handshake is done and the endpoint has chosen the protocol. */
final class TlsOpening extends ChannelInboundHandlerAdapter {
    private final EndpointPool pool;
    private final ClientTls tls;
    private final ChannelHandler handler;
    private final EndpointPool.Opening opening;
    @SuppressWarnings("NullAway.Init") // set when the handler is added, before any event
    private TlsHandler secure;

    TlsOpening(EndpointPool pool, ClientTls tls, ChannelHandler handler, EndpointPool.Opening opening) {
        this.pool = pool;
        this.tls = tls;
        this.handler = handler;
        this.opening = opening;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Endpoint endpoint = pool.endpoint();
        secure = tls.newHandler(ctx.alloc(), endpoint.host(), endpoint.port());
        ctx.pipeline().addBefore(ctx.name(), null, secure);
    }

    /** It is connected: from here on a failure is one of the handshake. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        secure.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                ctx.close();
                opening.onFailed(TlsFailure.kindOf(done.cause()));
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
            boolean http2 = ApplicationProtocolNames.HTTP_2.equals(secure.applicationProtocol());
            ChannelPipeline pipeline = ctx.pipeline();
            pipeline.remove(this);
            pool.endpoint().chose(http2);
            if (http2 == pool.isHttp2()) {
                pipeline.addLast(handler);
                opening.onOpened();
            } else {
                opening.onOtherProtocol(pipeline.channel());
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // the handshake has failed, which was told
    }
}
