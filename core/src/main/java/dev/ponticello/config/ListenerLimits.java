package dev.ponticello.config;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a listener takes from a client. Sizes are in bytes.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>name</th><th>default</th><th>range</th><th>over it</th></tr>
 * <tr><td>head</td><td>64KiB</td><td>1KiB to 1MiB</td><td>431</td></tr>
 * <tr><td>headers</td><td>128</td><td>1 to 10000</td><td>431</td></tr>
 * <tr><td>target</td><td>8KiB</td><td>64B to head</td><td>414</td></tr>
 * <tr><td>body</td><td>off</td><td>&gt;= 0B</td><td>413</td></tr>
 * <tr><td>pipelined</td><td>32</td><td>1 to 10000</td><td>other connections get their turn</td></tr>
 * <tr><td>requests-per-connection</td><td>off</td><td>&gt;= 1</td><td>the connection closes after its answer</td></tr>
 * <tr><td>connection-age</td><td>off</td><td>&gt;= 1ms</td><td>as above, after the answer that runs</td></tr>
 * </table>
 *
 * @param head request line and fields together
 * @param headers fields of a head or of trailers
 * @param target the request target as it arrived
 * @param body a request's body; null is off
 * @param pipelined requests that one connection is served before others get their turn
 * @param requestsPerConnection null is off
 * @param connectionAge null is off
 */
public record ListenerLimits(long head, int headers, long target, @Nullable Long body, int pipelined,
        @Nullable Integer requestsPerConnection, @Nullable Duration connectionAge) {

    public static final ListenerLimits DEFAULTS = new ListenerLimits(64 << 10, 128, 8 << 10, null, 32, null, null);

    public ListenerLimits {
        Checks.size("head", head, 1 << 10, 1 << 20);
        Checks.between("headers", headers, 1, 10_000);
        Checks.size("target", target, 64, head);
        if (body != null) {
            Checks.size("body", body, 0, Long.MAX_VALUE);
        }
        Checks.between("pipelined", pipelined, 1, 10_000);
        Checks.atLeastOrOff("requests-per-connection", requestsPerConnection, 1);
        Checks.timerOrOff("connection-age", connectionAge);
    }

    /** A copy with another {@code head}. */
    public ListenerLimits withHead(long head) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code headers}. */
    public ListenerLimits withHeaders(int headers) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code target}. */
    public ListenerLimits withTarget(long target) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code body}. */
    public ListenerLimits withBody(@Nullable Long body) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code pipelined}. */
    public ListenerLimits withPipelined(int pipelined) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code requests-per-connection}. */
    public ListenerLimits withRequestsPerConnection(@Nullable Integer requestsPerConnection) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }

    /** A copy with another {@code connection-age}. */
    public ListenerLimits withConnectionAge(@Nullable Duration connectionAge) {
        return new ListenerLimits(head, headers, target, body, pipelined, requestsPerConnection, connectionAge);
    }
}
