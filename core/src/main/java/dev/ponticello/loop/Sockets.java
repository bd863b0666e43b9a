package dev.ponticello.loop;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;

/** Where channels come from: the {@link Transport}s of the machine, or a simulation's own. */
public interface Sockets {
    /** The name in configs and logs: {@code io_uring}. */
    String label();

    ChannelFactory<? extends ServerChannel> serverChannels();

    ChannelFactory<? extends Channel> channels();

    ChannelFactory<? extends DatagramChannel> datagramChannels();

    /** Where the buffers of these sockets come from, and those of whoever makes bytes for them. */
    ByteBufAllocator allocator();

    /** Sets what every connection has in common; done already for those of {@link #channels()}. */
    default void prepare(Channel channel) {}

    /** Whether each loop can bind a socket of its own to one address (SO_REUSEPORT), so that the loop that accepts is the loop that serves. */
    boolean acceptsOnEveryLoop();
}
