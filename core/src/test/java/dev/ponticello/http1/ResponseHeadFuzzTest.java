package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.testing.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Any bytes as the head of a response. */
class ResponseHeadFuzzTest extends FuzzTest {
    private final ResponseReader large = new ResponseReader(SlowReader.LARGE, SlowReader.LARGE, Method.GET);

    @Override
    protected void test(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        large.reset();
        if (SlowReader.checkResponse(new String(input, StandardCharsets.ISO_8859_1), random, large)) {
            assertHasNoBodyForHead(large.head, input);
            assertWrittenToAClientAsItIs(large.head);
        }
        assertKeepsWithin(1 + random.nextInt(300), 1 + random.nextInt(6), input, random);
    }

    private static void assertKeepsWithin(int headLimit, int fieldLimit, byte[] input, Random random) {
        ResponseReader reader = new ResponseReader(headLimit, fieldLimit, Method.GET);
        String result = Pieces.cutAt(input, reader);
        int[] cuts = random.ints(random.nextInt(5), 0, input.length + 1).sorted().toArray();
        assertThat(Pieces.cutAt(input, new ResponseReader(headLimit, fieldLimit, Method.GET), cuts)).isEqualTo(result);
        assertThat(reader.taken()).isLessThanOrEqualTo(headLimit);
        if (reader.isWhole()) {
            assertThat(reader.head.headers().slots()).isLessThanOrEqualTo(fieldLimit);
        }
    }

    private static void assertHasNoBodyForHead(ResponseHead forGet, byte[] input) {
        ResponseReader reader = new ResponseReader(SlowReader.LARGE, SlowReader.LARGE, Method.HEAD);
        Pieces.cutAt(input, reader);
        assertThat(reader.isWhole()).isTrue();
        assertThat(reader.head.bodyLength()).isZero();
        assertThat(reader.head.headers()).hasToString(forGet.headers().toString());
    }

    private static void assertWrittenToAClientAsItIs(ResponseHead head) {
        boolean chunked = head.bodyLength() < 0;
        head.headers().remove(HeaderName.TRANSFER_ENCODING);
        ByteBuf out = Unpooled.buffer();
        HeadWriter.writeResponse(out, head, chunked, HeadWriter.Persistence.IMPLIED);

        ResponseReader again = new ResponseReader(2 * SlowReader.LARGE, SlowReader.LARGE, Method.GET);
        assertThat(again.read(out)).isTrue();
        assertThat(again.isWhole()).as("%s: %s", again.parser.fault(), head.headers()).isTrue();
        assertThat(out.isReadable()).isFalse();
        assertThat(again.head.status()).isEqualTo(head.status());
        assertThat(again.head.bodyLength()).isEqualTo(chunked ? BodyLength.CHUNKED : head.bodyLength());
        again.head.headers().remove(HeaderName.TRANSFER_ENCODING);
        assertThat(again.head.headers()).hasToString(head.headers().toString());
    }
}
