package dev.ponticello.runtime;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;

/** An event loop that the thread which made it drives. */
final class ManualLoop extends ManualIoEventLoop {
    ManualLoop() {
        super(Thread.currentThread(), _ -> new NoIo());
    }

    /** Runs what is due, and what that brings about, until there is nothing left. */
    void runAll() {
        while (runNow() > 0) {
            // again
        }
    }

    /** The channels of a benchmark ask nothing of the machine. */
    private static final class NoIo implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException("a handle (expected: only channels in memory)");
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return false;
        }
    }
}
