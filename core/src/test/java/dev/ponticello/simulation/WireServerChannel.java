package dev.ponticello.simulation;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannelOption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where clients of the simulation connect. */
final class WireServerChannel extends AbstractServerChannel {
    private static final Set<ChannelOption<?>> TAKEN = Set.of(ChannelOption.SO_BACKLOG, ChannelOption.SO_REUSEADDR,
            UnixChannelOption.SO_REUSEPORT);

    private final WireNetwork network;
    private final ChannelConfig config;
    private @Nullable SocketAddress bound;
    private boolean open = true;

    WireServerChannel(WireNetwork network) {
        this.network = network;
        this.config = new DefaultChannelConfig(this) {
            @Override
            public <T> boolean setOption(ChannelOption<T> option, T value) {
                return TAKEN.contains(option) || super.setOption(option, value);
            }
        };
    }

    /** A client has come. */
    void accept(Wire.End end, @Nullable InetSocketAddress client) {
        pipeline().fireChannelRead(new WireChannel(network, this, end, client));
        pipeline().fireChannelReadComplete();
    }

    @Override
    protected void doBind(SocketAddress address) {
        bound = address;
        network.bound(this);
    }

    @Override
    protected void doClose() {
        open = false;
        network.unbound(this);
    }

    @Override
    protected void doBeginRead() {}

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && bound != null;
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
}
