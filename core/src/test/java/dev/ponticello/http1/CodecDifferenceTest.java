package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecDifferenceTest {
    private static final Path SEEDS = Path.of("src", "test", "resources", "fuzz");

    @ParameterizedTest
    @EnumSource
    void someSeedNeedsIt(CodecDifference difference) throws IOException {
        Set<CodecDifference> others = EnumSet.complementOf(EnumSet.of(difference));
        assertThat(fails("RequestDifferenceFuzzTest", RequestDifferenceFuzzTest::explain, others)
                || fails("ResponseDifferenceFuzzTest", ResponseDifferenceFuzzTest::explain, others)).isTrue();
    }

    private static boolean fails(String name, BiConsumer<byte[], Set<CodecDifference>> test,
            Set<CodecDifference> known) throws IOException {
        try (Stream<Path> seeds = Files.list(SEEDS.resolve(name))) {
            return seeds.anyMatch(
                    seed -> catchThrowable(() -> test.accept(read(seed), known)) instanceof AssertionError);
        }
    }

    private static byte[] read(Path seed) {
        try {
            return Files.readAllBytes(seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRecordTellsWhy(CodecDifference difference) throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "decisions", "0013-differences-to-nettys-codec.md")))
                .contains("| `" + difference + "` |");
    }
}
