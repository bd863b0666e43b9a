package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadWriterTest {
    @Test
    void writesEveryLineThatIsStillThere() {
        // every way to remove some of four lines
        for (int removed = 0; removed < 16; removed++) {
            Headers headers = new Headers();
            IntStream.range(0, 4).forEach(i -> headers.add(HeaderName.of("N" + i), "v" + i));
            StringBuilder expected = new StringBuilder();
            for (int slot = 0; slot < 4; slot++) {
                if ((removed >> slot & 1) == 1) {
                    headers.removeSlot(slot);
                } else {
                    expected.append("N" + slot + ": v" + slot + "\r\n");
                }
            }
            ByteBuf out = Unpooled.buffer();
            HeadWriter.writeFields(out, headers);
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected.toString());
        }
    }
}
