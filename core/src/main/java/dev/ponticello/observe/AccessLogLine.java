package dev.ponticello.observe;

import static dev.ponticello.observe.JsonBytes.ascii;

import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Route;
import dev.ponticello.http.RequestHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.outcome.Stage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes an exchange as one line of JSON. For one loop, which uses its buffer again and again.
 *
 * <table>
 * <caption>Its members, in this order; always all of them</caption>
 * <tr><th>name</th><th>meaning</th></tr>
 * <tr><td>{@code time}</td><td>when the request's head was complete, RFC 3339, UTC, with milliseconds</td></tr>
 * <tr><td>{@code client}</td><td>the client's address</td></tr>
 * <tr><td>{@code method}, {@code path}, {@code protocol}</td><td>of the request; the path canonical and without its query, which may hold secrets. Null for a head that was refused before it was
 * read whole, the path also where it was refused itself</td></tr>
 * <tr><td>{@code route}</td><td>its pattern, or null</td></tr>
 * <tr><td>{@code upstream}, {@code endpoint}</td><td>of the last attempt, or null</td></tr>
 * <tr><td>{@code status}</td><td>what the client got, or null if it got none</td></tr>
 * <tr><td>{@code grpc_status}</td><td>the number that a call of gRPC has ended with, by its endpoint or by the gateway, or null</td></tr>
 * <tr><td>{@code outcome}</td><td>{@link Outcome#label()}</td></tr>
 * <tr><td>{@code reason}, {@code side}, {@code stage}</td><td>what failed, who caused it and where it failed, or null</td></tr>
 * <tr><td>{@code attempts}</td><td>how many tries were made</td></tr>
 * <tr><td>{@code request_bytes}, {@code response_bytes}</td><td>of the bodies</td></tr>
 * <tr><td>{@code request_id}</td><td>{@link Exchange#REQUEST_ID}, or null</td></tr>
 * <tr><td>{@code duration_us}</td><td>microseconds from the head to the end</td></tr>
 * <tr><td>{@code stages_us}</td><td>an object: microseconds for each stage that took any</td></tr>
 * </table>
 */
final class AccessLogLine {
    private static final byte[] TIME = ascii("{\"time\":\"");
    private static final byte[] CLIENT = ascii("Z\",\"client\":");
    private static final byte[] METHOD = ascii(",\"method\":");
    private static final byte[] PATH = ascii(",\"path\":");
    private static final byte[] PROTOCOL = ascii(",\"protocol\":");
    private static final byte[] ROUTE = ascii(",\"route\":");
    private static final byte[] UPSTREAM = ascii(",\"upstream\":");
    private static final byte[] ENDPOINT = ascii(",\"endpoint\":");
    private static final byte[] STATUS = ascii(",\"status\":");
    private static final byte[] GRPC_STATUS = ascii(",\"grpc_status\":");
    private static final byte[] OUTCOME = ascii(",\"outcome\":");
    private static final byte[] REASON = ascii(",\"reason\":");
    private static final byte[] SIDE = ascii(",\"side\":");
    private static final byte[] STAGE = ascii(",\"stage\":");
    private static final byte[] ATTEMPTS = ascii(",\"attempts\":");
    private static final byte[] REQUEST_BYTES = ascii(",\"request_bytes\":");
    private static final byte[] RESPONSE_BYTES = ascii(",\"response_bytes\":");
    private static final byte[] REQUEST_ID = ascii(",\"request_id\":");
    private static final byte[] DURATION = ascii(",\"duration_us\":");
    private static final byte[] STAGES = ascii(",\"stages_us\":{");
    private static final byte[] END = ascii("}}\n");
    private static final byte[] NULL = ascii("null");
    private static final Stage[] ALL_STAGES = Stage.values();
    /** {@code 2026-07-12T10:00:00}, in an instant's text that ends there in {@code Z}. */
    private static final int TO_SECONDS = 19;

    private final JsonBytes json = new JsonBytes();
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    /** The line of an exchange that has ended, with its line break. */
    byte[] of(Exchange exchange, Outcome outcome) {
        json.clear();
        json.raw(TIME);
        time(exchange.startedMillis());
        json.raw(CLIENT);
        byte[] client = exchange.clientAddress().textBytes();
        json.string(client, 0, client.length);
        request(exchange.request());
        answer(exchange, outcome);
        failure(exchange.failure(), exchange.failureStage());
        counts(exchange);
        json.raw(END);
        return json.copy();
    }

    private void time(long millis) {
        long now = Math.floorDiv(millis, 1000L);
        if (now != second) {
            second = now;
            secondText = ascii(Instant.ofEpochSecond(now).toString().substring(0, TO_SECONDS));
        }
        json.raw(secondText);
        json.raw('.');
        json.threeDigits(Math.floorMod(millis, 1000L));
    }

    private void request(RequestHead head) {
        boolean read = head.targetEnd() > head.targetStart();
        json.raw(METHOD);
        json.string(read ? head.method().toString() : null);
        json.raw(PATH);
        if (head.pathEnd() > head.pathStart()) {
            json.string(head.pathBytes(), head.pathStart(), head.pathEnd());
        } else {
            json.raw(NULL);
        }
        json.raw(PROTOCOL);
        json.string(read ? protocol(head) : null);
    }

    private static String protocol(RequestHead head) {
        if (head.majorVersion() == 2) {
            return "HTTP/2";
        }
        return head.minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    private void answer(Exchange exchange, Outcome outcome) {
        json.raw(ROUTE);
        Route route = exchange.route();
        json.string(route == null || route.name().isEmpty() ? null : route.name());
        json.raw(UPSTREAM);
        json.string(exchange.upstreamName());
        json.raw(ENDPOINT);
        json.string(exchange.endpointName());
        json.raw(STATUS);
        if (exchange.status() == 0) {
            json.raw(NULL);
        } else {
            json.number(exchange.status());
        }
        json.raw(GRPC_STATUS);
        if (exchange.grpcStatus() == Exchange.NO_GRPC_STATUS) {
            json.raw(NULL);
        } else {
            json.number(exchange.grpcStatus());
        }
        json.raw(OUTCOME);
        json.string(outcome.label());
    }

    private void failure(@Nullable FailureKind kind, @Nullable Stage stage) {
        json.raw(REASON);
        json.string(kind == null ? null : kind.slug());
        json.raw(SIDE);
        json.string(kind == null ? null : kind.side().label());
        json.raw(STAGE);
        json.string(stage == null ? null : stage.label());
    }

    private void counts(Exchange exchange) {
        json.raw(ATTEMPTS);
        json.number(exchange.attempts());
        json.raw(REQUEST_BYTES);
        json.number(exchange.requestBytes());
        json.raw(RESPONSE_BYTES);
        json.number(exchange.responseBytes());
        json.raw(REQUEST_ID);
        json.string(exchange.get(Exchange.REQUEST_ID));
        long nanos = 0;
        for (Stage stage : ALL_STAGES) {
            nanos += exchange.spentNanos(stage);
        }
        json.raw(DURATION);
        json.number(nanos / 1000);
        json.raw(STAGES);
        boolean first = true;
        for (Stage stage : ALL_STAGES) {
            long micros = exchange.spentNanos(stage) / 1000;
            if (micros > 0) {
                if (!first) {
                    json.raw(',');
                }
                first = false;
                json.string(stage.label());
                json.raw(':');
                json.number(micros);
            }
        }
    }
}
