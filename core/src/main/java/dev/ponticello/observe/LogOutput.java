package dev.ponticello.observe;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** What a log is written to. On the writer's thread only. */
interface LogOutput extends Closeable {
    /** Where to write now. */
    WritableByteChannel channel(long nowNanos) throws IOException;

    /** What stands under the name may be another one now: writes there from now on. */
    default void reopen() {}

    /** Lets go of what was opened. */
    @Override
    void close() throws IOException;

    /** The standard output or error stream of the process, which stays open. */
    static LogOutput standard(FileDescriptor descriptor) {
        @SuppressWarnings("resource") // the stream of the process is not this log's to close
        WritableByteChannel channel = new FileOutputStream(descriptor).getChannel();
        return new LogOutput() {
            @Override
            public WritableByteChannel channel(long nowNanos) {
                return channel;
            }

            @Override
            public void close() {}
        };
    }
}
