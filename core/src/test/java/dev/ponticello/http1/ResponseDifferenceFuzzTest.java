package dev.ponticello.http1;

import dev.ponticello.testing.FuzzTest;
import java.util.EnumSet;
import java.util.Set;

/** Any bytes as what an endpoint answers to GET: as {@link RequestDifferenceFuzzTest}. */
class ResponseDifferenceFuzzTest extends FuzzTest {
    @Override
    protected String guides() {
        return "dev.ponticello.**:io.netty.handler.codec.http.*";
    }

    @Override
    protected void test(byte[] input) {
        explain(input, EnumSet.allOf(CodecDifference.class));
    }

    static void explain(byte[] input, Set<CodecDifference> known) {
        CodecDifference.explain(input, CodecReading.ofResponsesByOurs(input), CodecReading.ofResponsesByNetty(input),
                1, known);
    }
}
