package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {

    private static final Map<String, String> VARIABLES = Map.of("NAME", "value", "EMPTY", "", "NESTED", "${NAME}",
            "_a1",
            "$1\\");
    private static final Map<String, byte[]> FILES = Map.of(
            "/etc/p/one", "text\n".getBytes(StandardCharsets.UTF_8),
            "/etc/p/two", "text\r\n\r\n".getBytes(StandardCharsets.UTF_8),
            "/run/none", "text ".getBytes(StandardCharsets.UTF_8),
            "/run/latin1", new byte[]{'a', (byte) 0xe9},
            "/run/large", new byte[(1 << 20) + 1]);

    private final Substitution substitution = new Substitution(
            new Environment(VARIABLES::get, SubstitutionTest::read, Path.of("/etc/p")));

    private static byte[] read(Path path) throws IOException {
        byte[] bytes = FILES.get(path.toString());
        if (bytes == null) {
            if (path.endsWith("locked")) {
                throw new IOException("locked");
            }
            throw new NoSuchFileException(path.toString());
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"${NAME}, value", "a${NAME}b${NAME}, avaluebvalue", "${EMPTY}x, x",
        "${NAME:-d}, value", "${NONE:-d}, d", "${EMPTY:-d}, d", "x${NONE:-}, x", "${NONE:-http://a:80}, http://a:80",
        "$${NAME}, ${NAME}", "$$NAME $NAME $, $$NAME $NAME $", "${NESTED}, ${NAME}", "${_a1}, $1\\",
        "$$${NAME}, $${NAME}", "plain, plain"})
    void resolves(String text, String expected) {
        assertThat(substitution.resolve(text)).isEqualTo(expected);
    }

    @Test
    void dropsOneTrailingLineEndOfAFile() {
        assertThat(substitution.resolve("${file:one}")).isEqualTo("text");
        assertThat(substitution.resolve("${file:two}")).isEqualTo("text\r\n");
        assertThat(substitution.resolve("${file:/run/none}")).isEqualTo("text ");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', value = {
        "${NONE} | environment variable NONE is not set (expected: a value, or a default: ${NONE:-default})",
        "${NAME | '${NAME' (expected: ${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${)",
        "${} | '${}' (expected: ${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${)",
        "${a-b} | '${a-b}' (expected: ${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${)",
        "${1A} | '${1A}' (expected: ${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${)",
        "${file:gone} | file 'gone' does not exist (expected: a file at /etc/p/gone)",
        "${file:locked} | file 'locked' cannot be read: locked (expected: a file at /etc/p/locked)",
        "${file:/run/latin1} | file '/run/latin1' is not UTF-8 (expected: a text in UTF-8)",
        "${file:/run/large} | file '/run/large' has 1048577 bytes (expected: at most 1MiB)"})
    void refuses(String text, String message) {
        assertThatThrownBy(() -> substitution.resolve(text)).hasMessage(": " + message);
    }
}
