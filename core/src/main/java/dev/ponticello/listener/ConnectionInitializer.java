package dev.ponticello.listener;

import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.outcome.FailureKind;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes a client's connection out of what was accepted, within the caps. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private final EventLoops loops;
    private final ListenerSettings settings;
    private final Supplier<Snapshot> snapshots;
    private final ConnectionCaps caps;

    ConnectionInitializer(EventLoops loops, ListenerSettings settings, Supplier<Snapshot> snapshots,
            ConnectionCaps caps) {
        this.loops = loops;
        this.settings = settings;
        this.snapshots = snapshots;
        this.caps = caps;
    }

    @Override
    protected void initChannel(Channel channel) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        if (remote == null) {
            channel.close(); // it was gone before it was looked at
            return;
        }
        PeerAddress peer = PeerAddress.of(remote.getAddress());
        if (!caps.enter(peer)) {
            channel.pipeline().addLast(new OneTooMany());
            return;
        }
        channel.closeFuture().addListener(_ -> caps.leave(peer));
        LoopContext loop = loops.contextOf(channel.eventLoop());
        LiveConnections connections = loop.get(LiveConnections.SLOT);
        ClientConnection connection = new ClientConnection(loop, settings, snapshots, peer, connections);
        channel.pipeline().addLast(connection.handler());
        connections.add(connection);
    }

    /** Answers a connection beyond the caps with 503 without reading anything, and closes it. */
    private static final class OneTooMany extends ChannelInboundHandlerAdapter {
        private static final byte[] ANSWER = answer();

        private static byte[] answer() {
            FailureKind kind = FailureKind.CONNECTIONS_EXCEEDED;
            String body = "{\"error\":\"" + kind.sentence() + "\"}";
            return ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\nRetry-After: 1\r\nProxy-Status: ponticello; error="
                    + kind.errorType() + "; details=\"" + kind.slug() + "\"\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(ANSWER)).addListener(_ -> {
                if (ctx.channel() instanceof DuplexChannel duplex && ctx.channel().isActive()) {
                    // Closing at once would send a reset, because the request is unread, and may destroy the answer.
                    duplex.shutdownOutput();
                }
            });
            ctx.channel().eventLoop().schedule(() -> ctx.close(), 1, TimeUnit.SECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
