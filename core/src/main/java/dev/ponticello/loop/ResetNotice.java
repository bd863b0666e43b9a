package dev.ponticello.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;

/**
 * Lets Netty's io_uring channels notice a reset that comes right behind data.
 *
 * <p>Their polls tell only of what is new. When the poll for data has told of the data and of the reset behind it, Netty 4.2.18 reads the data, hears that the socket is empty, and waits for a poll that
 * never comes. So this stands between ring and channel: a poll that tells of an error is told once more after each reading that still brought data, until a reading has brought the error.
 *
 * <p>Polls that are armed once for each reading show the reset too, and cost a fifteenth of an exchange (decision 7).
 */
final class ResetNotice implements IoUringIoHandle {
    // <poll.h> and <linux/io_uring.h>, the same on every architecture that Netty has a library for
    private static final byte OP_POLL_ADD = 6;
    private static final byte OP_RECV = 27;
    private static final int POLLIN = 1;
    private static final int POLLERR = 8;
    /** The poll goes on. */
    private static final int CQE_F_MORE = 2;

    private final IoUringIoHandle channel;
    private boolean broken;
    private long pollData;

    private ResetNotice(IoUringIoHandle channel) {
        this.channel = channel;
    }

    /** Makes handlers that notice. */
    static IoHandlerFactory on(IoHandlerFactory factory) {
        return executor -> new DelegatingIoHandler(factory.newHandler(executor)) {
            @Override
            public IoRegistration register(IoHandle handle) throws Exception {
                return handler.register(handle instanceof IoUringIoHandle channel ? new ResetNotice(channel) : handle);
            }
        };
    }

    @Override
    public void handle(IoRegistration registration, IoEvent ioEvent) {
        IoUringIoEvent event = (IoUringIoEvent) ioEvent;
        byte op = event.opcode();
        int result = event.res();
        if (op == OP_POLL_ADD && result > 0 && (result & POLLERR) != 0) {
            broken = true;
            pollData = event.userData();
        }
        channel.handle(registration, event);
        if (broken && op == OP_RECV && result > 0 && registration.isValid()) {
            channel.handle(registration, new IoUringIoEvent(POLLIN, CQE_F_MORE, OP_POLL_ADD, pollData));
        }
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }
}
