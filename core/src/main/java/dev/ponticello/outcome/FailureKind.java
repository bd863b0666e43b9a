package dev.ponticello.outcome;

import static dev.ponticello.outcome.Retry.IDEMPOTENT;
import static dev.ponticello.outcome.Retry.NEVER;
import static dev.ponticello.outcome.Retry.SAFE;
import static dev.ponticello.outcome.Side.CLIENT;
import static dev.ponticello.outcome.Side.GATEWAY;
import static dev.ponticello.outcome.Side.UPSTREAM;

import java.util.Locale;

/**
 * Every way in which an exchange can fail: the only table of errors.
 *
 * <p>One row feeds the answer, the log line and {@code docs/failures.md}. The slug ({@code connect-refused}) is stable: people and programs rely on it. The error type is one of those registered
 * for {@code Proxy-Status} (RFC 9209 §2.3). Status 0 means that no answer is possible any more.
 */
public enum FailureKind {
    REQUEST_MALFORMED(CLIENT, Stage.RECEIVE, 400, GrpcStatus.INTERNAL, NEVER, "http_request_error",
            "The request is malformed"),
    PATH_REFUSED(CLIENT, Stage.RECEIVE, 400, GrpcStatus.INTERNAL, NEVER, "http_request_error",
            "The request path is ambiguous"),
    REQUEST_HEAD_TIMEOUT(CLIENT, Stage.RECEIVE, 408, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "http_request_error",
            "The request head took too long to arrive"),
    TARGET_TOO_LONG(CLIENT, Stage.RECEIVE, 414, GrpcStatus.RESOURCE_EXHAUSTED, NEVER, "http_request_error",
            "The request target is too long"),
    EXPECTATION_UNKNOWN(CLIENT, Stage.RECEIVE, 417, GrpcStatus.INTERNAL, NEVER, "http_request_error",
            "The expectation is not supported (expected: 100-continue)"),
    MISDIRECTED(CLIENT, Stage.RECEIVE, 421, GrpcStatus.UNAVAILABLE, NEVER, "http_request_error",
            "The request is for another host than its connection"),
    HEAD_TOO_LARGE(CLIENT, Stage.RECEIVE, 431, GrpcStatus.RESOURCE_EXHAUSTED, NEVER, "http_request_error",
            "The request head is too large"),
    METHOD_UNSUPPORTED(CLIENT, Stage.RECEIVE, 501, GrpcStatus.UNIMPLEMENTED, NEVER, "http_request_error",
            "The method is not supported"),
    VERSION_UNSUPPORTED(CLIENT, Stage.RECEIVE, 505, GrpcStatus.UNIMPLEMENTED, NEVER, "http_request_error",
            "The HTTP version is not supported (expected: HTTP/1.1 or HTTP/1.0)"),
    CONNECTIONS_EXCEEDED(GATEWAY, Stage.RECEIVE, 503, GrpcStatus.UNAVAILABLE, NEVER, "connection_limit_reached",
            "Too many connections"),

    REQUEST_BODY_MALFORMED(CLIENT, Stage.SEND, 400, GrpcStatus.INTERNAL, NEVER, "http_request_error",
            "The request body is malformed"),
    REQUEST_BODY_TIMEOUT(CLIENT, Stage.SEND, 408, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "http_request_error",
            "The request body took too long to arrive"),
    REQUEST_BODY_TOO_LARGE(CLIENT, Stage.SEND, 413, GrpcStatus.RESOURCE_EXHAUSTED, NEVER, "http_request_error",
            "The request body is too large"),

    NOT_FOUND(GATEWAY, Stage.ADMIT, 404, GrpcStatus.UNIMPLEMENTED, NEVER, "destination_not_found", "Not found"),
    METHOD_NOT_ALLOWED(GATEWAY, Stage.ADMIT, 405, GrpcStatus.UNIMPLEMENTED, NEVER, "http_request_error",
            "Method not allowed"),
    RATE_LIMITED(GATEWAY, Stage.ADMIT, 429, GrpcStatus.RESOURCE_EXHAUSTED, NEVER, "http_request_denied",
            "Rate limit exceeded"),
    TOKEN_MISSING(GATEWAY, Stage.ADMIT, 401, GrpcStatus.UNAUTHENTICATED, NEVER, "http_request_denied",
            "Missing Bearer token"),
    TOKEN_INVALID(GATEWAY, Stage.ADMIT, 401, GrpcStatus.UNAUTHENTICATED, NEVER, "http_request_denied",
            "Invalid or expired token"),
    FORBIDDEN(GATEWAY, Stage.ADMIT, 403, GrpcStatus.PERMISSION_DENIED, NEVER, "http_request_denied", "Forbidden"),
    ANSWER_REFUSED(CLIENT, Stage.ADMIT, 400, GrpcStatus.INVALID_ARGUMENT, NEVER, "http_request_error",
            "The request body is not what was expected"),
    POLICY_TIMEOUT(GATEWAY, Stage.ADMIT, 503, GrpcStatus.UNAVAILABLE, NEVER, "proxy_internal_response",
            "A check of the request took too long"),
    HANDLER_TIMEOUT(GATEWAY, Stage.ADMIT, 504, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "proxy_internal_response",
            "The handler of the request took too long"),
    TASKS_EXCEEDED(GATEWAY, Stage.ADMIT, 503, GrpcStatus.UNAVAILABLE, NEVER, "proxy_internal_response",
            "Too many requests are being handled"),

    CIRCUIT_OPEN(GATEWAY, Stage.SELECT, 503, GrpcStatus.UNAVAILABLE, NEVER, "destination_unavailable",
            "Service unavailable"),
    CONNECTIONS_TO_ENDPOINT_EXCEEDED(GATEWAY, Stage.CONNECT, 503, GrpcStatus.UNAVAILABLE, SAFE,
            "connection_limit_reached",
            "All connections to the service are in use"),
    SOCKET_REFUSED(GATEWAY, Stage.CONNECT, 503, GrpcStatus.UNAVAILABLE, SAFE, "proxy_internal_error",
            "The gateway cannot open another connection"),
    NAME_UNRESOLVED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "dns_error",
            "The name of the service could not be resolved"),
    CONNECT_REFUSED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "connection_refused",
            "The service refused the connection"),
    CONNECT_FAILED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "destination_ip_unroutable",
            "The service could not be reached"),
    CONNECT_TIMEOUT(UPSTREAM, Stage.CONNECT, 504, GrpcStatus.DEADLINE_EXCEEDED, SAFE, "connection_timeout",
            "The service took too long to accept a connection"),
    TLS_HANDSHAKE_FAILED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "tls_protocol_error",
            "The TLS handshake with the service failed"),
    CERTIFICATE_REFUSED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "tls_certificate_error",
            "The certificate of the service is not trusted"),
    TLS_ALERT(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "tls_alert_received",
            "The service refused the TLS handshake"),
    HTTP2_UNSUPPORTED(UPSTREAM, Stage.CONNECT, 502, GrpcStatus.UNAVAILABLE, SAFE, "http_upgrade_failed",
            "The service does not speak HTTP/2"),

    ENDPOINT_NOT_READING(UPSTREAM, Stage.SEND, 504, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "connection_write_timeout",
            "The service took too long to read the request"),
    CONNECTION_LOST(UPSTREAM, Stage.AWAIT, 502, GrpcStatus.UNAVAILABLE, IDEMPOTENT, "connection_terminated",
            "The service closed the connection before it answered"),
    RESPONSE_TIMEOUT(UPSTREAM, Stage.AWAIT, 504, GrpcStatus.DEADLINE_EXCEEDED, IDEMPOTENT, "http_response_timeout",
            "The service took too long to answer"),
    RESPONSE_MALFORMED(UPSTREAM, Stage.AWAIT, 502, GrpcStatus.UNAVAILABLE, NEVER, "http_protocol_error",
            "The answer of the service is malformed"),
    RESPONSE_HEAD_TOO_LARGE(UPSTREAM, Stage.AWAIT, 502, GrpcStatus.UNAVAILABLE, NEVER,
            "http_response_header_section_size",
            "The head of the service's answer is too large"),
    TOTAL_TIMEOUT(UPSTREAM, Stage.AWAIT, 504, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "http_response_timeout",
            "The exchange took too long"),
    DEADLINE_EXCEEDED(CLIENT, Stage.AWAIT, 504, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "http_response_timeout",
            "The deadline of the client has passed"),

    RESPONSE_CUT(UPSTREAM, Stage.RELAY, 0, GrpcStatus.UNAVAILABLE, NEVER, "http_response_incomplete",
            "The service's answer ended early"),
    RESPONSE_IDLE(UPSTREAM, Stage.RELAY, 0, GrpcStatus.DEADLINE_EXCEEDED, NEVER, "connection_read_timeout",
            "The service stopped sending its answer"),
    RESPONSE_BODY_MALFORMED(UPSTREAM, Stage.RELAY, 0, GrpcStatus.UNAVAILABLE, NEVER, "http_protocol_error",
            "The body of the service's answer is malformed"),
    RESPONSE_NOT_TAKEN(CLIENT, Stage.RELAY, 0, GrpcStatus.CANCELLED, NEVER, "connection_write_timeout",
            "The client stopped reading its answer"),
    CLIENT_GONE(CLIENT, Stage.RELAY, 0, GrpcStatus.CANCELLED, NEVER, "connection_terminated",
            "The client left before its answer was whole"),

    DRAIN_CUT(GATEWAY, Stage.RELAY, 503, GrpcStatus.UNAVAILABLE, NEVER, "proxy_internal_response",
            "The gateway is stopping"),
    INTERNAL(GATEWAY, Stage.CONCLUDE, 500, GrpcStatus.INTERNAL, NEVER, "proxy_internal_error",
            "Internal error of the gateway");

    private final Side side;
    private final Stage stage;
    private final int status;
    private final GrpcStatus grpcStatus;
    private final Retry retry;
    private final String errorType;
    private final String sentence;
    private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');

    FailureKind(Side side, Stage stage, int status, GrpcStatus grpcStatus, Retry retry, String errorType,
            String sentence) {
        this.side = side;
        this.stage = stage;
        this.status = status;
        this.grpcStatus = grpcStatus;
        this.retry = retry;
        this.errorType = errorType;
        this.sentence = sentence;
    }

    /** Who caused it. */
    public Side side() {
        return side;
    }

    /** The stage in which it usually happens; a failure of the request's body happens in SEND, AWAIT or RELAY. */
    public Stage stage() {
        return stage;
    }

    /** The status that the client gets, or 0 if its answer has begun or it is gone. */
    public int status() {
        return status;
    }

    /** The status that a client of gRPC gets in its place, also where its answer has begun. */
    public GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** When the attempt may be made again. */
    public Retry retry() {
        return retry;
    }

    /** The registered error type for {@code Proxy-Status} (RFC 9209 §2.3). */
    public String errorType() {
        return errorType;
    }

    /** One plain sentence for people. */
    public String sentence() {
        return sentence;
    }

    /** The stable reason: {@code connect-refused}. */
    public String slug() {
        return slug;
    }
}
