package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChunkedWriterTest {
    private static String written(Consumer<ByteBuf> writing) {
        ByteBuf out = Unpooled.buffer();
        writing.accept(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void writesTheSizeInHexadecimal() {
        for (int shift = 0; shift < 31; shift++) {
            for (int size : new int[]{1 << shift, (1 << shift) + 1, (int) ((2L << shift) - 1)}) {
                assertThat(written(out -> ChunkedWriter.begin(out, size)))
                        .isEqualTo(Integer.toHexString(size) + "\r\n");
            }
        }
    }

    @Test
    void writesNoMoreThanItSays() {
        assertThat(written(out -> ChunkedWriter.begin(out, Integer.MAX_VALUE))).hasSize(ChunkedWriter.MAX_BEGIN);
        assertThat(written(ChunkedWriter::end)).isEqualTo("\r\n").hasSize(ChunkedWriter.END);
        assertThat(written(out -> ChunkedWriter.last(out, null))).isEqualTo("0\r\n\r\n").hasSize(ChunkedWriter.LAST);
    }

    @Test
    void refusesASizeThatWouldEndTheBody() {
        assertThatThrownBy(() -> ChunkedWriter.begin(Unpooled.buffer(), 0))
                .hasMessage("chunk size: 0 (expected: >= 1)");
        assertThatThrownBy(() -> ChunkedWriter.begin(Unpooled.buffer(), -1))
                .hasMessage("chunk size: -1 (expected: >= 1)");
    }

    @Test
    void writesWhatTheDecoderReads() {
        Headers trailers = new Headers();
        trailers.add(HeaderName.of("X-Sum"), "7");
        trailers.add(HeaderName.of("X-Gone"), "8");
        trailers.remove(HeaderName.of("x-gone"));
        String body = written(out -> {
            ChunkedWriter.begin(out, 17);
            out.writeBytes(Pieces.bytes("seventeen bytes  "));
            ChunkedWriter.end(out);
            ChunkedWriter.last(out, trailers);
        });
        assertThat(body).isEqualTo("11\r\nseventeen bytes  \r\n0\r\nX-Sum: 7\r\n\r\n");
        assertThat(Pieces.cutEveryWay(body, ChunkedReader::new))
                .isEqualTo("data=seventeen bytes   taken=" + body.length() + " trailers=X-Sum: 7\n");
    }
}
