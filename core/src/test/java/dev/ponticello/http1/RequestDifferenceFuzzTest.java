package dev.ponticello.http1;

import dev.ponticello.testing.FuzzTest;
import java.util.EnumSet;
import java.util.Set;

/** Any bytes as what a client sends: our codec refuses them, or reads in them what Netty's reads, but for {@link CodecDifference}s. */
class RequestDifferenceFuzzTest extends FuzzTest {
    @Override
    protected String guides() {
        return "dev.ponticello.**:io.netty.handler.codec.http.*";
    }

    @Override
    protected void test(byte[] input) {
        explain(input, EnumSet.allOf(CodecDifference.class));
    }

    static void explain(byte[] input, Set<CodecDifference> known) {
        CodecDifference.explain(input, CodecReading.ofRequestsByOurs(input), CodecReading.ofRequestsByNetty(input),
                Integer.MAX_VALUE, known);
    }
}
