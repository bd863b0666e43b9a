package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.RequestHead;
import dev.ponticello.routing.CanonicalPath;
import dev.ponticello.routing.PathOptions;
import dev.ponticello.testing.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Any bytes as the head of a request. */
class RequestHeadFuzzTest extends FuzzTest {
    private static final byte[] NO_BASE_PATH = {};
    private static final byte[] SOME_HOST = {'a'};

    private final RequestReader large = new RequestReader(SlowReader.LARGE, SlowReader.LARGE, SlowReader.LARGE);

    @Override
    protected void test(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        large.reset();
        if (SlowReader.checkRequest(new String(input, StandardCharsets.ISO_8859_1), random, large)) {
            assertWrittenToAnEndpointAsItIs(large.head);
        }
        assertKeepsWithin(1 + random.nextInt(300), 1 + random.nextInt(6), 1 + random.nextInt(40), input, random);
    }

    private static void assertKeepsWithin(int headLimit, int fieldLimit, int targetLimit, byte[] input,
            Random random) {
        RequestReader reader = new RequestReader(headLimit, fieldLimit, targetLimit);
        String result = Pieces.cutAt(input, reader);
        int[] cuts = random.ints(random.nextInt(5), 0, input.length + 1).sorted().toArray();
        assertThat(Pieces.cutAt(input, new RequestReader(headLimit, fieldLimit, targetLimit), cuts)).isEqualTo(result);
        assertThat(reader.taken()).isLessThanOrEqualTo(headLimit);
        if (reader.isWhole()) {
            assertThat(reader.head.headers().slots()).isLessThanOrEqualTo(fieldLimit);
            assertThat(reader.head.targetEnd() - reader.head.targetStart()).isLessThanOrEqualTo(targetLimit);
        }
    }

    /** What the fields that the gateway takes out said is in the head; all else is written as it came. */
    private static void assertWrittenToAnEndpointAsItIs(RequestHead head) {
        CanonicalPath path = new CanonicalPath();
        int pathEnd = head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1;
        boolean star = head.target().equals("*");
        if (!star && path.read(head.headers().bytes(), head.targetStart(), pathEnd, PathOptions.STRICT) != null) {
            return;
        }
        if (star) {
            head.setPathInHeaders(head.targetStart(), pathEnd);
        } else {
            head.setPath(path.bytes(), path.from(), path.to());
        }
        head.headers().remove(HeaderName.HOST);
        head.headers().remove(HeaderName.TRANSFER_ENCODING);
        String host = head.host();
        byte[] authority = host == null ? SOME_HOST : head.headers().bytes();
        ByteBuf out = Unpooled.buffer();
        HeadWriter.writeRequest(out, head, NO_BASE_PATH, authority, host == null ? 0 : head.hostStart(),
                host == null ? SOME_HOST.length : head.hostEnd());

        RequestReader again = new RequestReader(2 * SlowReader.LARGE, SlowReader.LARGE, SlowReader.LARGE);
        assertThat(again.read(out)).isTrue();
        assertThat(again.isWhole()).as("%s: %s", again.parser.fault(), head).isTrue();
        assertThat(out.isReadable()).isFalse();
        assertThat(again.head.method()).isEqualTo(head.method());
        assertThat(again.head.target())
                .isEqualTo(head.query() == null ? head.path() : head.path() + "?" + head.query());
        assertThat(again.head.host()).isEqualTo(host == null ? "a" : host);
        assertThat(again.head.bodyLength()).isEqualTo(head.bodyLength());
        again.head.headers().remove(HeaderName.HOST);
        again.head.headers().remove(HeaderName.TRANSFER_ENCODING);
        assertThat(again.head.headers()).hasToString(head.headers().toString());
    }
}
