package dev.ponticello.runtime;

import dev.ponticello.loop.Sockets;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One client and one endpoint that are none: the benchmark speaks for both. */
final class MemorySockets implements Sockets {
    private @Nullable Listening server;
    private @Nullable MemoryChannel endpoint;

    /** A client connects. */
    MemoryChannel accept() {
        Listening listening = server;
        if (listening == null) {
            throw new IllegalStateException("nobody listens");
        }
        MemoryChannel client = new MemoryChannel(listening);
        listening.pipeline().fireChannelRead(client);
        listening.pipeline().fireChannelReadComplete();
        return client;
    }

    /** The gateway's last connection to an endpoint. */
    MemoryChannel endpoint() {
        MemoryChannel connected = endpoint;
        if (connected == null) {
            throw new IllegalStateException("the gateway has not connected");
        }
        return connected;
    }

    @Override
    public String label() {
        return "memory";
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return () -> {
            Listening listening = new Listening();
            server = listening;
            return listening;
        };
    }

    @Override
    public ChannelFactory<? extends Channel> channels() {
        return () -> {
            MemoryChannel connected = new MemoryChannel(null);
            endpoint = connected;
            return connected;
        };
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannels() {
        throw new UnsupportedOperationException("datagrams");
    }

    @Override
    public ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public boolean acceptsOnEveryLoop() {
        return false;
    }

    private static final class Listening extends AbstractServerChannel {
        private final ChannelConfig config = new DefaultChannelConfig(this) {
            @Override
            public <T> boolean setOption(ChannelOption<T> option, T value) {
                return option.equals(ChannelOption.SO_BACKLOG) || option.equals(ChannelOption.SO_REUSEADDR)
                        || super.setOption(option, value);
            }
        };
        private @Nullable SocketAddress bound;
        private boolean open = true;

        @Override
        protected void doBind(SocketAddress address) {
            bound = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
        }

        @Override
        protected void doBeginRead() {}

        @Override
        protected void doClose() {
            open = false;
        }

        @Override
        protected boolean isCompatible(EventLoop loop) {
            return true;
        }

        @Override
        protected @Nullable SocketAddress localAddress0() {
            return bound;
        }

        @Override
        public ChannelConfig config() {
            return config;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean isActive() {
            return open && bound != null;
        }
    }
}
