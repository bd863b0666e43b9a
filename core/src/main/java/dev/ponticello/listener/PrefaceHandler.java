package dev.ponticello.listener;

import dev.ponticello.http2.Preface;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a cleartext connection: a client that knows that the gateway speaks HTTP/2 begins with its preface (RFC 9113 §3.3), which no request of HTTP/1.1 begins with.
 * Then it is gone from the pipeline.
 */
final class PrefaceHandler extends ChannelInboundHandlerAdapter {
    private final Runnable toHttp2;
    private @Nullable ByteBuf first;

    /** @param toHttp2 puts the handler of HTTP/2 behind this one, in place of that of HTTP/1.1 */
    PrefaceHandler(Runnable toHttp2) {
        this.toHttp2 = toHttp2;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = first;
        if (before != null) {
            before.writeBytes(in);
            in.release();
            in = before;
        }
        if (Preface.isBegun(in) && in.readableBytes() < Preface.ENOUGH) {
            if (before == null) {
                // As many bytes as a whole look takes, whatever comes in one read.
                first = ctx.alloc().buffer(256).writeBytes(in);
                in.release();
            }
            return;
        }
        first = null;
        if (Preface.isBegun(in)) {
            toHttp2.run();
        }
        ctx.fireChannelRead(in);
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (first != null) {
            first.release();
            first = null;
        }
    }
}
