package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Any bytes as a chunked body. */
class ChunkedBodyFuzzTest extends FuzzTest {
    private final ChunkedReader large = new ChunkedReader(SlowReader.LARGE, SlowReader.LARGE);

    @Override
    protected void test(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        large.reset();
        if (SlowReader.checkBody(new String(input, StandardCharsets.ISO_8859_1), random, large)) {
            assertWrittenAndReadAgain(large, random);
        }
        int trailerLimit = 1 + random.nextInt(60);
        int fieldLimit = 1 + random.nextInt(4);
        ChunkedReader small = new ChunkedReader(trailerLimit, fieldLimit);
        String result = Pieces.cutAt(input, small);
        int[] cuts = random.ints(random.nextInt(5), 0, input.length + 1).sorted().toArray();
        assertThat(Pieces.cutAt(input, new ChunkedReader(trailerLimit, fieldLimit), cuts)).isEqualTo(result);
        assertThat(large.data()).startsWith(small.data());
    }

    private static void assertWrittenAndReadAgain(ChunkedReader read, Random random) {
        ByteBuf out = Unpooled.buffer();
        String data = read.data();
        for (int at = 0; at < data.length();) {
            int size = 1 + random.nextInt(data.length() - at);
            ChunkedWriter.begin(out, size);
            out.writeCharSequence(data.substring(at, at + size), StandardCharsets.ISO_8859_1);
            ChunkedWriter.end(out);
            at += size;
        }
        ChunkedWriter.last(out, read.decoder.trailers());
        ChunkedReader again = new ChunkedReader(SlowReader.LARGE, SlowReader.LARGE);
        assertThat(again.read(out)).isTrue();
        assertThat(again.decoder.isEnded()).isTrue();
        assertThat(out.isReadable()).isFalse();
        assertThat(again.data()).isEqualTo(data);
        assertThat(String.valueOf(again.decoder.trailers())).isEqualTo(String.valueOf(read.decoder.trailers()));
    }
}
