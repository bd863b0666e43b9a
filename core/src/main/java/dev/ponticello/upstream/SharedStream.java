package dev.ponticello.upstream;

import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http2.FieldFault;
import dev.ponticello.http2.Http2ClientStream;
import dev.ponticello.http2.Loss;
import dev.ponticello.outcome.FailureKind;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A stream of an HTTP/2 connection to an endpoint; serves one attempt after the other. */
final class SharedStream extends UpstreamStream {
    private final SharedConnection connection;
    private final Http2ClientStream stream = new Http2ClientStream(new Events());
    private @Nullable Listener listener;
    private int informational;
    private boolean stale;
    private boolean unprocessed;

    SharedStream(SharedConnection connection) {
        this.connection = connection;
    }

    @Override
    public Endpoint endpoint() {
        return connection.pool().endpoint();
    }

    @Override
    public void begin(Listener hearing, RequestHead head, byte @Nullable [] authority, int authorityStart,
            int authorityEnd) {
        listener = hearing;
        informational = 0;
        stale = false;
        unprocessed = false;
        Endpoint endpoint = endpoint();
        if (authority == null) {
            byte[] own = endpoint.authority();
            connection.begin(stream, head, own, 0, own.length);
        } else {
            connection.begin(stream, head, authority, authorityStart, authorityEnd);
        }
    }

    @Override
    public boolean isReused() {
        return stale;
    }

    @Override
    public boolean isHandedOver() {
        return !unprocessed;
    }

    @Override
    public long takenBytes() {
        return stream.takenBytes();
    }

    @Override
    public boolean isAnswerBegun() {
        return stream.isAnswerBegun();
    }

    @Override
    public void finish() {
        cancel();
    }

    /** Resets the stream, if it has not ended. */
    @Override
    public void leave() {
        cancel();
    }

    @Override
    public void cancel() {
        listener = null;
        stream.close();
        connection.giveBack(this);
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public long pendingBytes() {
        return stream.pendingBytes();
    }

    @Override
    public void setTight(boolean tight) {
        stream.setTight(tight);
    }

    @Override
    public void data(ByteBuf data) {
        stream.data(data);
    }

    @Override
    public void end(@Nullable Headers trailers) {
        stream.end(trailers);
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void pause() {
        stream.pause();
    }

    @Override
    public void resume() {
        stream.resume();
    }

    private void fail(FailureKind kind) {
        Listener hearing = listener;
        cancel();
        if (hearing != null) {
            hearing.onStreamFailed(kind);
        }
    }

    /** What the stream tells, handed on to the attempt that it carries. */
    private final class Events implements Http2ClientStream.Events {
        @Override
        public void onInformational(ResponseHead head) {
            Listener hearing = listener;
            if (++informational > connection.pool().settings().informationalLimit()) {
                fail(FailureKind.RESPONSE_HEAD_TOO_LARGE);
            } else if (hearing != null) {
                hearing.onInformational(head);
            }
        }

        @Override
        public void onHead(ResponseHead head) {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onResponseHead(head);
            }
        }

        @Override
        public void onHeadRefused(FieldFault fault) {
            fail(fault.category() == FieldFault.Category.HEAD_TOO_LARGE ? FailureKind.RESPONSE_HEAD_TOO_LARGE
                    : FailureKind.RESPONSE_MALFORMED);
        }

        @Override
        public void onBodyRefused(FieldFault fault) {
            fail(FailureKind.RESPONSE_BODY_MALFORMED);
        }

        @Override
        public void onData(ByteBuf data) {
            Listener hearing = listener;
            if (hearing == null) {
                data.release();
            } else {
                hearing.onData(data);
            }
        }

        @Override
        public void onEnd(@Nullable Headers trailers) {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onEnd(trailers);
            }
        }

        @Override
        public void onReadComplete() {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onReadComplete();
            }
        }

        @Override
        public void onWritable() {
            Listener hearing = listener;
            if (hearing != null) {
                hearing.onSinkWritable();
            }
        }

        @Override
        public void onLost(Loss loss) {
            boolean headSeen = stream.isHeadSeen();
            unprocessed = loss == Loss.UNPROCESSED;
            // A kept connection that is closed under a request says nothing about the endpoint; a reset of this one stream does.
            stale = unprocessed || (loss == Loss.CONNECTION_CLOSED && connection.isReused());
            fail(switch (loss) {
                case RESET, UNPROCESSED, CONNECTION_CLOSED ->
                    headSeen ? FailureKind.RESPONSE_CUT : FailureKind.CONNECTION_LOST;
                case FAULT -> headSeen ? FailureKind.RESPONSE_BODY_MALFORMED : FailureKind.RESPONSE_MALFORMED;
                case CONNECTION_FAULT -> headSeen ? FailureKind.RESPONSE_CUT : FailureKind.RESPONSE_MALFORMED;
            });
        }
    }
}
