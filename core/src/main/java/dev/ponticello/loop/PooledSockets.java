package dev.ponticello.loop;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;

/** The sockets of a transport, with their buffers from one pool. */
record PooledSockets(Transport transport, ByteBufAllocator allocator) implements Sockets {
    @Override
    public String label() {
        return transport.label();
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return transport.serverChannels();
    }

    @Override
    public ChannelFactory<? extends Channel> channels() {
        ChannelFactory<? extends Channel> channels = transport.channels();
        return () -> {
            Channel channel = channels.newChannel();
            channel.config().setAllocator(allocator);
            return channel;
        };
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannels() {
        return transport.datagramChannels();
    }

    @Override
    public void prepare(Channel channel) {
        transport.prepare(channel);
        channel.config().setAllocator(allocator);
    }

    @Override
    public boolean acceptsOnEveryLoop() {
        return transport.acceptsOnEveryLoop();
    }
}
