package dev.ponticello.identity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/**
 * A hash of tokens that costs the same for every length: of the last 32 bytes, which in a good token are 192 bits of
 * its signature and so differ between any two. Only good tokens are cached, so whoever cannot sign cannot make two
 * entries meet; and because the hash is multiplied by random numbers of its own (multilinear hashing, strongly
 * universal), neither can one who gets many good tokens and picks.
 */
final class TailHash {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int TAIL_BYTES = 32;

    private final long[] factors;

    /** A hash whose factors nobody can tell beforehand if they cannot tell the chance. */
    TailHash(RandomGenerator chance) {
        this.factors = chance.longs(TAIL_BYTES / Integer.BYTES + 1).toArray();
    }

    /** The hash of the range, 0 for one that is shorter than any good token's signature. */
    int of(byte[] bytes, int from, int to) {
        if (to - from < TAIL_BYTES) {
            return 0;
        }
        long sum = factors[0];
        for (int i = 1, at = to - TAIL_BYTES; at < to; i++, at += Integer.BYTES) {
            sum += factors[i] * ((int) INT.get(bytes, at) & 0xFFFF_FFFFL);
        }
        return (int) (sum >>> 32);
    }
}
