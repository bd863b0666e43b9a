package dev.ponticello.listener;

import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.PacedReads;
import dev.ponticello.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        ServerTls tls = current.tls();
        boolean welcome = caps.enter(peer);
        if (welcome) {
            channel.closeFuture().addListener(_ -> caps.leave(peer));
        }
        if (tls == null) {
            ClientConnection connection = begin(loop, current, channel, peer, null);
            if (!welcome) {
                connection.refuseOneTooMany();
            } else if (current.http2() != null) {
                channel.pipeline().addFirst(new PrefaceHandler(() -> {
                    connection.giveUp();
                    channel.pipeline().remove(connection.handler());
                    beginHttp2(loop, current, channel, peer, null);
                }));
            }
        } else if (welcome) {
            TlsHandshake.begin(loop, tls, current.tlsHandshakeNanos(), channel, connections,
                    (secure, client, protocol) -> {
                        if (Listener.HTTP2.equals(protocol) && current.http2() != null) {
                            beginHttp2(loop, current, secure, peer, client);
                        } else {
                            begin(loop, current, secure, peer, client);
                        }
                    });
        } else {
            channel.close(); // a handshake, only to say so, is what those who come too often are after
        }
    }

    private void beginHttp2(LoopContext loop, ListenerSettings current, Channel channel, PeerAddress peer,
            @Nullable TlsClient tls) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false); // a client of HTTP/2 ends its streams, not its side
        LiveConnections connections = loop.get(LiveConnections.SLOT);
        MultiplexedClient client = new MultiplexedClient(loop, current, snapshots, peer, tls, connections,
                Objects.requireNonNull(current.http2()));
        channel.pipeline().addLast(client.handler());
        connections.add(client);
    }

    /** Makes the connection of a client that speaks HTTP/1.1. */
    private ClientConnection begin(LoopContext loop, ListenerSettings current, Channel channel, PeerAddress peer,
            @Nullable TlsClient tls) {
        LiveConnections connections = loop.get(LiveConnections.SLOT);
        ClientConnection connection = new ClientConnection(loop, current, snapshots, peer, tls, connections);
        channel.pipeline().addLast(connection.handler());
        connections.add(connection);
        return connection;
    }
}
