package dev.ponticello.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {
    private final JsonBytes json = new JsonBytes();

    private String text() {
        return new String(json.copy(), StandardCharsets.ISO_8859_1);
    }

    private String string(String value) {
        json.clear();
        json.string(value);
        return text();
    }

    private String bytes(String latin1) {
        byte[] value = ("<<" + latin1 + ">>").getBytes(StandardCharsets.ISO_8859_1);
        json.clear();
        json.string(value, 2, value.length - 2);
        return text();
    }

    @Test
    void leavesVisibleAsciiAsItIs() {
        String visible = " !#$%&'()*+,-./0123456789:;<=>?@AZ[]^_`az{|}~";
        assertThat(string(visible)).isEqualTo("\"" + visible + "\"");
        assertThat(bytes(visible)).isEqualTo("\"" + visible + "\"");
    }

    @Test
    void escapesQuotesAndBackslashes() {
        assertThat(bytes("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
        assertThat(string("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
    }

    @Test
    void escapesWhatWouldBreakALineOrReachATerminal() {
        assertThat(bytes("a\r\n\t\0\u001b[31m\u007f")).isEqualTo("\"a\\u000d\\u000a\\u0009\\u0000\\u001b[31m\\u007f\"");
    }

    @Test
    void escapesBytesBeyondAscii() {
        assertThat(bytes("\u0080\u009b\u00e4\u00ff")).isEqualTo("\"\\u0080\\u009b\\u00e4\\u00ff\"");
    }

    @Test
    void escapesCharactersBeyondLatin1() {
        assertThat(string("\u2028\ud83d\ude00")).isEqualTo("\"\\u2028\\ud83d\\ude00\"");
    }

    @Test
    void writesNullForNothing() {
        json.string(null);
        assertThat(text()).isEqualTo("null");
    }

    @Test
    void cutsALongStringAndMarksIt() {
        assertThat(string("x".repeat(2048))).isEqualTo("\"" + "x".repeat(2048) + "\"");
        assertThat(string("x".repeat(2049))).isEqualTo("\"" + "x".repeat(2048) + "\\u2026\"");
        assertThat(bytes("x".repeat(2048))).isEqualTo("\"" + "x".repeat(2048) + "\"");
        assertThat(bytes("\n".repeat(60_000))).isEqualTo("\"" + "\\u000a".repeat(2048) + "\\u2026\"");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 9, 10, 99, 100, 1_000_000, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L,
        Long.MAX_VALUE})
    void writesNumbers(long value) {
        json.number(value);
        assertThat(text()).isEqualTo(Long.toString(value));
    }

    @ParameterizedTest
    @CsvSource({"0,000", "7,007", "42,042", "999,999"})
    void writesThreeDigits(long value, String expected) {
        json.threeDigits(value);
        assertThat(text()).isEqualTo(expected);
    }

    @Test
    void isReadBackAsItWas() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StringBuilder value = new StringBuilder();
            int length = random.nextInt(200);
            int bound = random.nextBoolean() ? 0x100 : 0x80;
            for (int i = 0; i < length; i++) {
                value.append((char) random.nextInt(bound));
            }
            String text = "{\"value\":" + bytes(value.toString()) + "}";
            assertThat(text).as("seed %d", seed).matches("[ -~]*");
            assertThat(Json.object(text)).as("seed %d", seed).containsEntry("value", value.toString());
            assertThat(string(value.toString())).as("seed %d", seed).isEqualTo(bytes(value.toString()));
        }
    }
}
