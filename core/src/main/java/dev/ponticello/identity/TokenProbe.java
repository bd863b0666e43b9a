package dev.ponticello.identity;

import java.util.Arrays;

/**
 * The exact bytes of a token, as a key of the cache of verified tokens. A loop makes one and passes it to every
 * {@link TokenVerifier#verify}: pointed at the bytes of a request, it finds the cached token without a copy. The cache
 * itself holds probes that own their bytes and never change.
 *
 * <p>One loop; not shared.
 */
public final class TokenProbe {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;
    private int hash;

    void pointAt(byte[] bytes, int from, int to, int hash) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.hash = hash;
    }

    /** Lets go of the request's bytes, so that an idle loop does not hold them. */
    void release() {
        pointAt(NOTHING, 0, 0, 0);
    }

    /** A key that owns its bytes. */
    TokenProbe copy() {
        TokenProbe copy = new TokenProbe();
        copy.pointAt(Arrays.copyOfRange(bytes, from, to), 0, to - from, hash);
        return copy;
    }

    int length() {
        return to - from;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenProbe probe
                && hash == probe.hash
                && Arrays.equals(bytes, from, to, probe.bytes, probe.from, probe.to);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
