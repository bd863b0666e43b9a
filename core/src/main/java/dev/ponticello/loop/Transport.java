package dev.ponticello.loop;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How sockets are driven on this machine, best first. */
@SuppressWarnings("ImmutableEnumChecker") // what the constants hold makes things and keeps none
public enum Transport implements Sockets {
    /** Linux's io_uring, where the kernel has it and does not forbid it. */
    IO_URING("io_uring", Transport::hasIoUring, () -> ResetNotice.on(IoUringIoHandler.newFactory()),
            IoUringServerSocketChannel::new, IoUringSocketChannel::new, IoUringDatagramChannel::new, true,
            IoUringChannelOption.TCP_NOTSENT_LOWAT),
    /** Linux's epoll. */
    EPOLL("epoll", Epoll::isAvailable, () -> EpollMembership.on(EpollIoHandler.newFactory()),
            EpollServerSocketChannel::new,
            EpollSocketChannel::new, EpollDatagramChannel::new, true, EpollChannelOption.TCP_NOTSENT_LOWAT),
    /**
     * The JDK's selector, everywhere. It does not see a client leave while nothing is read from it, has one acceptor for all loops, and does not see a slow peer take bytes before a large part of what the
     * kernel holds for it is taken.
     */
    NIO("nio", () -> true, NioIoHandler::newFactory, NioServerSocketChannel::new, NioSocketChannel::new,
            NioDatagramChannel::new, false, null);

    private static final Map<Integer, ByteBufAllocator> POOLS = new ConcurrentHashMap<>();

    /** What the kernel takes before it must be sent. Of its megabytes otherwise nothing is heard for minutes while a slow peer takes them, as if it took none. */
    private static final long UNSENT_BYTES = 128 * 1024;
    private static final String ACCEPT_MULTISHOT = "io.netty.iouring.acceptMultiShotEnabled";

    private final String label;
    private final BooleanSupplier available;
    private final Supplier<IoHandlerFactory> ioHandlers;
    private final ChannelFactory<? extends ServerChannel> serverChannels;
    private final ChannelFactory<? extends Channel> channels;
    private final ChannelFactory<? extends DatagramChannel> datagramChannels;
    private final boolean acceptsOnEveryLoop;
    private final @Nullable ChannelOption<Long> unsentBound;

    Transport(String label, BooleanSupplier available, Supplier<IoHandlerFactory> ioHandlers,
            ChannelFactory<? extends ServerChannel> serverChannels, ChannelFactory<? extends Channel> channels,
            ChannelFactory<? extends DatagramChannel> datagramChannels, boolean acceptsOnEveryLoop,
            @Nullable ChannelOption<Long> unsentBound) {
        this.label = label;
        this.available = available;
        this.ioHandlers = ioHandlers;
        this.serverChannels = serverChannels;
        this.channels = channels;
        this.datagramChannels = datagramChannels;
        this.acceptsOnEveryLoop = acceptsOnEveryLoop;
        this.unsentBound = unsentBound;
    }

    private static boolean hasIoUring() {
        // A fault of Netty 4.2.18: a multishot accept is armed again at once after it failed, whatever auto-read says: without
        // file descriptors the loop would spin. Netty looks once, when its io_uring classes are loaded; whoever sets the
        // property themselves keeps their choice.
        if (System.getProperty(ACCEPT_MULTISHOT) == null) {
            System.setProperty(ACCEPT_MULTISHOT, "false");
        }
        // Some sandboxes let the library load and forbid the system call itself; the library's own check makes a ring and so tells both.
        return IoUring.isAvailable();
    }

    /** The best that this machine has. */
    public static Transport best() {
        return available().getFirst();
    }

    /** All that this machine has, best first. */
    public static List<Transport> available() {
        return List.of(values()).stream().filter(Transport::isAvailable).toList();
    }

    public boolean isAvailable() {
        return available.getAsBoolean();
    }

    @Override
    public String label() {
        return label;
    }

    public IoHandlerFactory newIoHandlerFactory() {
        return ioHandlers.get();
    }

    /** The sockets for so many loops: their buffers come from a pool that has an arena for each. */
    Sockets pooled(int loops) {
        return new PooledSockets(this, POOLS.computeIfAbsent(loops, Transport::pool));
    }

    /**
     * Netty's pool with chunks of 1 MiB, one arena for each loop. Netty's default, the adaptive one, writes into its buffers by way of ByteBuffers, which costs (decision 8); and a loop that serves little
     * holds one chunk. The gateways of a process that have as many loops share a pool: one that ends could not give its memory back.
     */
    private static ByteBufAllocator pool(int loops) {
        return new PooledByteBufAllocator(true, 0, loops, 8192, 7, PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(), false);
    }

    /** Netty's own. */
    @Override
    public ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return serverChannels;
    }

    @Override
    public ChannelFactory<? extends Channel> channels() {
        return () -> {
            Channel channel = channels.newChannel();
            prepare(channel);
            return channel;
        };
    }

    @Override
    public void prepare(Channel channel) {
        ChannelOption<Long> option = unsentBound;
        if (option != null) {
            channel.config().setOption(option, UNSENT_BYTES);
        }
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannels() {
        return datagramChannels;
    }

    @Override
    public boolean acceptsOnEveryLoop() {
        return acceptsOnEveryLoop;
    }
}
