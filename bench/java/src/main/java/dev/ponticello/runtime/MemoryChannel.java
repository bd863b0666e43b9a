package dev.ponticello.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection of the gateway without a peer: a benchmark delivers what arrives, and takes note of how much was written. */
final class MemoryChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    private static final int READ_BYTES = 2048;

    private final ChannelConfig config = new DefaultChannelConfig(this) {
        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            return option.equals(ChannelOption.TCP_NODELAY) || option.equals(ChannelOption.SO_LINGER)
                    || super.setOption(option, value);
        }
    };
    private boolean open = true;
    private boolean connected;
    private boolean reading;
    private int written;

    /** @param parent that has accepted it; null if it is to be connected */
    MemoryChannel(@Nullable Channel parent) {
        super(parent);
        connected = parent != null;
    }

    /** Lets bytes arrive, in a buffer like that of a transport. */
    void deliver(byte[] bytes) {
        if (!reading) {
            throw new IllegalStateException("the gateway does not read");
        }
        reading = false;
        ByteBuf read = alloc().ioBuffer(READ_BYTES);
        read.writeBytes(bytes);
        pipeline().fireChannelRead(read);
        pipeline().fireChannelReadComplete();
    }

    /** How many bytes were written since it was asked last. */
    int takeWritten() {
        int taken = written;
        written = 0;
        return taken;
    }

    @Override
    protected void doBeginRead() {
        reading = true;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object message = out.current(); message != null; message = out.current()) {
            written += ((ByteBuf) message).readableBytes();
            out.remove();
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
                connected = true;
                promise.setSuccess();
                pipeline().fireChannelActive();
            }
        };
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return ADDRESS;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return ADDRESS;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("bind");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        open = false;
        connected = false;
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
        return connected;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
