package dev.ponticello.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;

/** One of Netty's handlers, but for how it registers what it handles. */
abstract class DelegatingIoHandler implements IoHandler {
    final IoHandler handler;

    DelegatingIoHandler(IoHandler handler) {
        this.handler = handler;
    }

    @Override
    public final void initialize() {
        handler.initialize();
    }

    @Override
    public final int run(IoHandlerContext context) {
        return handler.run(context);
    }

    @Override
    public final void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    @Override
    public final void destroy() {
        handler.destroy();
    }

    @Override
    public final void wakeup() {
        handler.wakeup();
    }

    @Override
    public final boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }
}
