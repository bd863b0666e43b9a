package dev.ponticello.upstream;

import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.MessageSink;
import dev.ponticello.http.MessageSource;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * What carries one attempt on a connection to an endpoint: the whole connection, or one of its streams.
 *
 * <p>Its listener hears of one attempt at a time, and nothing after {@link #finish}, {@link #leave} or {@link #cancel}. On its loop only.
 */
public abstract sealed class UpstreamStream implements MessageSource, MessageSink
        permits ExclusiveStream, SharedStream {
    /** Who hears of the answer. */
    public interface Listener extends MessageReceiver {
        /** An interim head (1xx). */
        void onInformational(ResponseHead head);

        /** The final head; valid until the stream is finished. */
        void onResponseHead(ResponseHead head);

        /** The request's sink is writable again. */
        void onSinkWritable();

        /** The attempt has failed; the stream is gone. */
        void onStreamFailed(FailureKind kind);
    }

    public abstract Endpoint endpoint();

    /** Begins an attempt by writing the request's head. The endpoint's own authority where none is given. */
    public abstract void begin(Listener listener, RequestHead head, byte @Nullable [] authority, int authorityStart,
            int authorityEnd);

    /** Whether the connection had carried an attempt before this one, so that the endpoint may have closed it meanwhile; or it has said that it did nothing with this one. */
    public abstract boolean isReused();

    /** Whether bytes of the request were handed to the kernel, and the endpoint may have dealt with them. */
    public abstract boolean isHandedOver();

    /** How many bytes the endpoint's side has taken, of whatever shares the way with this attempt. */
    public abstract long takenBytes();

    /** Whether any byte of the answer has come. */
    public abstract boolean isAnswerBegun();

    /** The attempt is over and its answer whole. */
    public abstract void finish();

    /** A WebSocket is over on both sides, and what carried it: it closes in order, behind what was written. */
    public abstract void leave();

    /** The attempt is given up. */
    public abstract void cancel();
}
