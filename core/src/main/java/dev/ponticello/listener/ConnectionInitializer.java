package dev.ponticello.listener;

import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http2.Http2Limits;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.PacedReads;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** Makes a client's connection out of what was accepted, within the caps. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private final EventLoops loops;
    private final Supplier<ListenerSettings> settings;
    private final Supplier<Snapshot> snapshots;
    private final ConnectionCaps caps;

    ConnectionInitializer(EventLoops loops, Supplier<ListenerSettings> settings, Supplier<Snapshot> snapshots,
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
        LoopContext loop = loops.contextOf(channel.eventLoop());
        loops.sockets().prepare(channel);
        channel.config().setRecvByteBufAllocator(loop.get(PacedReads.SLOT));
        LiveConnections connections = loop.get(LiveConnections.SLOT);
        ListenerSettings current = settings.get();
        if (current.allowHalfClose()) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        ClientConnection connection = new ClientConnection(loop, current, snapshots, peer, connections);
        channel.pipeline().addLast(connection.handler());
        connections.add(connection);
        if (!caps.enter(peer)) {
            connection.refuseOneTooMany();
            return;
        }
        channel.closeFuture().addListener(_ -> caps.leave(peer));
        Http2Limits limits = current.http2();
        if (limits != null) {
            channel.pipeline().addFirst(new PrefaceHandler(() -> {
                connection.giveUp();
                MultiplexedClient client = new MultiplexedClient(loop, current, snapshots, peer, connections, limits);
                channel.pipeline().replace(connection.handler(), null, client.handler());
                connections.add(client);
            }));
        }
    }
}
