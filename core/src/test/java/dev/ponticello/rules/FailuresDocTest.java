package dev.ponticello.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.outcome.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of failures that people read is the one in the code. */
class FailuresDocTest {
    @Test
    void theDocumentHasARowForEachKindAndNoOther() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "failures.md")).stream()
                .filter(line -> line.startsWith("| `")).toList();
        assertThat(rows).isEqualTo(Arrays.stream(FailureKind.values()).map(FailuresDocTest::row).toList());
    }

    private static String row(FailureKind kind) {
        return "| `" + kind.slug() + "` | " + kind.side().label() + " | " + kind.stage().label() + " | "
                + (kind.status() == 0 ? "cut" : Integer.toString(kind.status())) + " | "
                + kind.grpcStatus().code() + " `" + kind.grpcStatus() + "` | " + kind.retry().label() + " | `"
                + kind.errorType() + "` | " + kind.sentence() + " |";
    }
}
