package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Gives bytes to a reader in pieces: the reader must come to the same result however they are cut. */
final class Pieces {
    /** A parser or decoder under test. */
    interface Reader {
        /** Reads on. Returns whether it is done: the message is whole or refused. */
        boolean read(ByteBuf in);

        /** All that can be known of the result, as text. */
        String result();
    }

    private Pieces() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The result for this text whole, having tested that every cut in two and the single bytes give the same. */
    static String cutEveryWay(String text, Supplier<? extends Reader> readers) {
        byte[] bytes = bytes(text);
        String whole = cutAt(bytes, readers.get());
        for (int cut = 1; cut < bytes.length; cut++) {
            assertThat(cutAt(bytes, readers.get(), cut)).as("cut at %d: %s", cut, text).isEqualTo(whole);
        }
        assertThat(inSingleBytes(bytes, readers.get())).as("byte by byte: %s", text).isEqualTo(whole);
        return whole;
    }

    static String inSingleBytes(byte[] bytes, Reader reader) {
        int[] cuts = new int[Math.max(0, bytes.length - 1)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        return cutAt(bytes, reader, cuts);
    }

    /** The result for bytes cut at these places, in rising order. */
    static String cutAt(byte[] bytes, Reader reader, int... cuts) {
        // On the heap and not pooled: paranoid leak detection would record every access. The count is checked instead.
        ByteBuf in = Unpooled.buffer(bytes.length + 1);
        try {
            boolean done = false;
            int from = 0;
            for (int i = 0; i <= cuts.length && !done; i++) {
                int to = i < cuts.length ? cuts[i] : bytes.length;
                in.writeBytes(bytes, from, to - from);
                done = reader.read(in);
                if (!done) {
                    assertThat(in.readableBytes()).as("bytes not taken, though more are needed").isZero();
                }
                from = to;
            }
            return done ? reader.result() : "needs more; " + reader.result();
        } finally {
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
        }
    }

    /** After how many bytes, given one by one, the reader is done; -1 if it is not. */
    static int doneAfter(String text, Reader reader) {
        byte[] bytes = bytes(text);
        ByteBuf in = Unpooled.buffer(bytes.length + 1);
        try {
            for (int count = 1; count <= bytes.length; count++) {
                in.writeByte(bytes[count - 1]);
                if (reader.read(in)) {
                    return count;
                }
            }
            return -1;
        } finally {
            in.release();
        }
    }
}
