package dev.ponticello.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
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
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How sockets are driven on this machine, best first. */
@SuppressWarnings("ImmutableEnumChecker") // what the constants hold makes things and keeps none
public enum Transport implements Sockets {
    /** Linux's io_uring, where the kernel has it and does not forbid it. */
    IO_URING("io_uring", Transport::hasIoUring, IoUringIoHandler::newFactory, IoUringServerSocketChannel::new,
            IoUringSocketChannel::new, IoUringDatagramChannel::new, true),
    /** Linux's epoll. */
    EPOLL("epoll", Epoll::isAvailable, EpollIoHandler::newFactory, EpollServerSocketChannel::new,
            EpollSocketChannel::new, EpollDatagramChannel::new, true),
    /** The JDK's selector, everywhere. It does not see a client leave while nothing is read from it, and has one acceptor for all loops. */
    NIO("nio", () -> true, NioIoHandler::newFactory, NioServerSocketChannel::new, NioSocketChannel::new,
            NioDatagramChannel::new, false);

    private final String label;
    private final BooleanSupplier available;
    private final Supplier<IoHandlerFactory> ioHandlers;
    private final ChannelFactory<? extends ServerChannel> serverChannels;
    private final ChannelFactory<? extends Channel> channels;
    private final ChannelFactory<? extends DatagramChannel> datagramChannels;
    private final boolean acceptsOnEveryLoop;

    Transport(String label, BooleanSupplier available, Supplier<IoHandlerFactory> ioHandlers,
            ChannelFactory<? extends ServerChannel> serverChannels, ChannelFactory<? extends Channel> channels,
            ChannelFactory<? extends DatagramChannel> datagramChannels, boolean acceptsOnEveryLoop) {
        this.label = label;
        this.available = available;
        this.ioHandlers = ioHandlers;
        this.serverChannels = serverChannels;
        this.channels = channels;
        this.datagramChannels = datagramChannels;
        this.acceptsOnEveryLoop = acceptsOnEveryLoop;
    }

    private static boolean hasIoUring() {
        // Both are faults of Netty 4.2.18. A multishot accept is armed again at once after it failed, whatever auto-read says:
        // without file descriptors the loop would spin. And a multishot poll tells only of what is new, so that a reset that
        // came right behind the data is not seen. Whoever sets the properties themselves keeps their choice.
        turnOffUnlessSet("io.netty.iouring.acceptMultiShotEnabled");
        turnOffUnlessSet("io.netty.iouring.pollAddMultishotEnabled");
        // Some sandboxes let the library load and forbid the system call itself; the library's own check makes a ring and so tells both.
        return IoUring.isAvailable();
    }

    /** Turns something of Netty off; it looks once, when its io_uring classes are loaded. */
    private static void turnOffUnlessSet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "false");
        }
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

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return serverChannels;
    }

    @Override
    public ChannelFactory<? extends Channel> channels() {
        return channels;
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
