package dev.ponticello.exchange;

import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.grpc.GrpcTimeout;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange that is a call of gRPC has beyond HTTP: how long its client waits for the end, and the status that its answer ends with. Says nothing of an exchange that is none. One object for all
 * exchanges of a driver, one after the other.
 */
final class GrpcCall {
    private boolean call;
    private long timeoutNanos = GrpcTimeout.NONE;
    private boolean answered;
    private int status;

    void begin(RequestHead head) {
        call = GrpcFields.isCall(head);
        timeoutNanos = GrpcTimeout.NONE;
        answered = false;
        status = GrpcFields.NO_STATUS;
    }

    /** Whether the exchange is a call of gRPC. */
    boolean is() {
        return call;
    }

    // ---- the deadline

    /** Reads how long the client waits; false if it says so in no way that gRPC knows. */
    boolean readTimeout(RequestHead head) {
        if (call) {
            timeoutNanos = GrpcTimeout.nanos(head.headers());
        }
        return timeoutNanos != GrpcTimeout.MALFORMED;
    }

    /** Whether the client has set a deadline. */
    boolean hasTimeout() {
        return timeoutNanos >= 0;
    }

    /** How long the client waits from the beginning of the exchange on; only where it {@link #hasTimeout()}. */
    long timeoutNanos() {
        return timeoutNanos;
    }

    // ---- the answer

    /** Takes note of the head of the endpoint's answer: one in another language than gRPC's is judged by HTTP. */
    void answer(ResponseHead head) {
        answered = call && head.status() == 200 && GrpcFields.isMessage(head.headers());
        if (answered) {
            status = GrpcFields.status(head.headers());
        }
    }

    /** Whether the endpoint's answer is one of gRPC, which ends with a status. */
    boolean isAnswered() {
        return answered;
    }

    /** The status that the endpoint's answer has ended with: that of its trailers, or of its head where that is all. */
    int endStatus(@Nullable Headers trailers) {
        return trailers == null ? status : GrpcFields.status(trailers);
    }
}
