package dev.ponticello.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One event loop, and how it connects. */
final class Connections {
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("load", true),
            EpollIoHandler.newFactory()).next();
    private final InetSocketAddress address;

    Connections(int port) {
        this.address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    EventLoop loop() {
        return loop;
    }

    /** Connects, and tells the listener of it and of all answers, on the loop. */
    void open(AnswerReader.Listener listener) {
        new Bootstrap().group(loop).channel(EpollSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new AnswerReader(listener));
                    }
                }).connect(address).addListener(connected -> {
                    if (!connected.isSuccess()) {
                        listener.failed(connected.cause());
                    }
                });
    }
}
