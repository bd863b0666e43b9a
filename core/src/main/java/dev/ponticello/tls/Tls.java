package dev.ponticello.tls;

import dev.ponticello.config.Problems;
import org.jspecify.annotations.Nullable;

/** The TLS of a listener or of an upstream, made of files. What is made of them is read by loops; all else is done by one thread at a time. */
public sealed interface Tls extends AutoCloseable permits ServerTls, ClientTls {
    /** Whether one of the files is another than the one that was read. */
    boolean haveFilesChanged();

    /**
     * Reads the files anew, and serves new connections by them.
     *
     * @return ends what was made of the files before, when no loop can be about to use it any more; null if there are problems, and then nothing has changed
     */
    @Nullable
    Runnable reload(long nowMillis, Problems problems);

    /** Takes the gateway's newest keys of tickets. */
    void useTickets();

    /** Lets go of it; what runs goes on. */
    @Override
    void close();
}
