package dev.ponticello.upstream;

import dev.ponticello.outcome.FailureKind;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** An attempt's wish for a stream that the pool could not grant at once: it waits for a connection to be opened, or to become free. On its loop only. */
public final class StreamRequest {
    /** Who waits. */
    public interface Owner {
        /** A stream is there. */
        void onStream(UpstreamStream stream);

        /** None will come. */
        void onNoStream(FailureKind kind);
    }

    private final EndpointPool pool;
    private @Nullable Owner owner;
    private @Nullable Channel connecting;
    private boolean hasWaited;

    StreamRequest(EndpointPool pool, Owner owner) {
        this.pool = pool;
        this.owner = owner;
    }

    /** Whether it waits for a connection to become free, not for one to be opened. */
    public boolean isQueued() {
        return connecting == null && !pool.isOpening();
    }

    /** Whether it waits, or has waited before one was opened for it, for a connection to become free: the time that is over then is not the endpoint's. */
    public boolean hasQueued() {
        return hasWaited || isQueued();
    }

    void setWaited() {
        hasWaited = true;
    }

    void setConnecting(Channel channel) {
        connecting = channel;
    }

    /** Nobody waits any more: what is being opened is closed. */
    public void cancel() {
        if (owner == null) {
            return;
        }
        owner = null;
        if (connecting == null) {
            pool.withdraw(this);
        } else {
            if (connecting.isRegistered()) {
                connecting.close();
            }
        }
    }

    void grant(UpstreamStream stream) {
        Owner waiting = owner;
        owner = null;
        if (waiting != null) {
            waiting.onStream(stream);
        }
    }

    void refuse(FailureKind kind) {
        Owner waiting = owner;
        owner = null;
        if (waiting != null) {
            waiting.onNoStream(kind);
        }
    }
}
