package dev.ponticello.config;

/**
 * What the gateway takes from an endpoint's answer; over any of them the client gets 502.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>name</th><th>default</th><th>range</th></tr>
 * <tr><td>head</td><td>64KiB</td><td>1KiB to 1MiB</td></tr>
 * <tr><td>headers</td><td>256</td><td>1 to 10000</td></tr>
 * <tr><td>informational</td><td>32</td><td>0 to 10000</td></tr>
 * </table>
 *
 * @param head status line and fields together, in bytes
 * @param headers fields of a head or of trailers
 * @param informational 1xx heads before the final one
 */
public record UpstreamLimits(long head, int headers, int informational) {

    public static final UpstreamLimits DEFAULTS = new UpstreamLimits(64 << 10, 256, 32);

    public UpstreamLimits {
        Checks.size("head", head, 1 << 10, 1 << 20);
        Checks.between("headers", headers, 1, 10_000);
        Checks.between("informational", informational, 0, 10_000);
    }

    /** A copy with another {@code head}. */
    public UpstreamLimits withHead(long head) {
        return new UpstreamLimits(head, headers, informational);
    }

    /** A copy with another {@code headers}. */
    public UpstreamLimits withHeaders(int headers) {
        return new UpstreamLimits(head, headers, informational);
    }

    /** A copy with another {@code informational}. */
    public UpstreamLimits withInformational(int informational) {
        return new UpstreamLimits(head, headers, informational);
    }
}
