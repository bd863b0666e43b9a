package dev.ponticello.outcome;

/** How a call of gRPC ends: the numbers that gRPC has names for. */
public enum GrpcStatus {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    /** Its number in {@code grpc-status}: 0 for {@link #OK}. */
    @SuppressWarnings("EnumOrdinal") // gRPC numbers them in this order
    public int code() {
        return ordinal();
    }
}
