package dev.ponticello.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Keeps a channel of Netty's in its epoll set while it waits for nothing.
 *
 * <p>Netty 4.2.18 takes a channel that waits for nothing out of the set (paused, its peer's FIN seen, all written), and forgets that it did: the next thing to wait for fails, and with it the channel. So
 * instead of nothing such a channel waits for changes of what epoll always tells, errors and the end, edge-triggered, so that it is told once and not without end.
 */
record EpollMembership(IoRegistration registration) implements IoRegistration {
    /** Makes handlers whose channels stay in the set. */
    static IoHandlerFactory on(IoHandlerFactory factory) {
        return executor -> new DelegatingIoHandler(factory.newHandler(executor)) {
            @Override
            public IoRegistration register(IoHandle handle) throws Exception {
                return new EpollMembership(handler.register(handle));
            }
        };
    }

    @Override
    public long submit(IoOps ops) {
        return registration.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
    public <T> T attachment() {
        return registration.attachment();
    }

    @Override
    public boolean isValid() {
        return registration.isValid();
    }

    @Override
    public boolean cancel() {
        return registration.cancel();
    }
}
