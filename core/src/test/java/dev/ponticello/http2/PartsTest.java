package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final Parts parts = new Parts();

    private ByteBuf add(String text) {
        ByteBuf part = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        parts.add(part, UnpooledByteBufAllocator.DEFAULT);
        return part;
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (ByteBuf part = parts.poll(); part != null; part = parts.poll()) {
            all.add(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return all;
    }

    @Test
    void copiesSmallPartsTogetherAndKeepsLargeOnes() {
        String large = "x".repeat(1025);
        assertThat(add("a").refCnt()).isZero();
        add("b");
        assertThat(add(large).refCnt()).isOne();
        add("c");
        add("d".repeat(1023));
        add("e");
        assertThat(all()).containsExactly("ab", large, "c" + "d".repeat(1023), "e");
        assertThat(parts.isEmpty()).isTrue();
    }

    @Test
    void addsNothingToAPartThatWasHandedOver() {
        add("a");
        assertThat(all()).containsExactly("a");
        add("b");
        assertThat(all()).containsExactly("b");
    }

    @Test
    void addsToAPartOfWhichSomeWasSent() {
        add("abc");
        ByteBuf first = parts.peek();
        assertThat(first == null ? null : first.readCharSequence(2, StandardCharsets.US_ASCII)).hasToString("ab");
        add("d");
        assertThat(all()).containsExactly("cd");
    }
}
