package dev.ponticello.testing;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A body of any size that nobody holds: its bytes follow from a seed and their place, so that each side makes or checks
 * them as they pass.
 *
 * @param size in bytes
 */
public record BigBody(long size, long seed) {
    private static final int BLOCK_BYTES = 64 * 1024;

    /** Sends the bytes as they are, for a body with Content-Length. Each block of 64 KiB has a deadline of its own. */
    public void sendTo(RawConnection peer) {
        byte[] block = new byte[BLOCK_BYTES];
        for (long at = 0; at < size; at += BLOCK_BYTES) {
            int part = (int) Math.min(BLOCK_BYTES, size - at);
            fill(block, part, at);
            peer.send(block, 0, part);
        }
    }

    /** Sends the bytes as chunks, and the last chunk. */
    public void sendChunkedTo(RawConnection peer, int chunkSize) {
        for (long at = 0; at < size; at += chunkSize) {
            byte[] chunk = new byte[(int) Math.min(chunkSize, size - at)];
            fill(chunk, chunk.length, at);
            peer.sendChunk(chunk);
        }
        peer.sendLastChunk();
    }

    /** A sink that fails at the first byte that is not this body's. */
    public Verifier verifier() {
        return new Verifier();
    }

    private void fill(byte[] block, int count, long position) {
        long word = word(position >>> 3);
        for (int i = 0; i < count; i++) {
            int inWord = (int) (position + i) & 7;
            if (inWord == 0) {
                word = word((position + i) >>> 3);
            }
            block[i] = (byte) (word >>> (inWord << 3));
        }
    }

    /** The mixing function of SplitMix64: no two places of a body look alike. */
    private long word(long index) {
        long z = seed + index * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Checks the body as it comes, in constant memory. One thread writes; any thread may ask how much came. */
    public final class Verifier extends OutputStream {
        private final AtomicLong received = new AtomicLong();
        private byte[] expected = new byte[0];

        private Verifier() {}

        @Override
        public void write(int octet) {
            write(new byte[]{(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            long position = received.get();
            if (count > size - position) {
                throw new AssertionError("body: over %d bytes (expected: %d)".formatted(position + count - 1, size));
            }
            if (expected.length < count) {
                expected = new byte[count];
            }
            fill(expected, count, position);
            int wrong = Arrays.mismatch(bytes, from, from + count, expected, 0, count);
            if (wrong >= 0) {
                throw new AssertionError("body byte %d: %#x (expected: %#x)"
                        .formatted(position + wrong, bytes[from + wrong], expected[wrong]));
            }
            received.addAndGet(count);
        }

        /** How many bytes came so far, all of them right. */
        public long received() {
            return received.get();
        }

        /** Fails unless the whole body has come. */
        public void assertWhole() {
            if (received.get() != size) {
                throw new AssertionError("body: %d bytes (expected: %d)".formatted(received.get(), size));
            }
        }
    }
}
