package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTextTest {
    /** RFC 9110 §5.6.2. */
    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    @Test
    void namesHoldTheCharactersOfATokenOnly() {
        for (int c = 0; c < 256; c++) {
            boolean token = TOKEN.indexOf(c) >= 0;
            assertThat(FieldText.NORMAL_NAME[c] != 0).as("byte %d", c).isEqualTo(token);
            assertThat(FieldText.isToken("a" + (char) c)).as("byte %d", c).isEqualTo(token);
        }
    }

    @Test
    void theNormalFormIsLowerCaseAndFoldsUnderscoreAndDotIntoHyphen() {
        for (int i = 0; i < TOKEN.length(); i++) {
            char c = TOKEN.charAt(i);
            char normal = c == '_' || c == '.' ? '-' : Character.toLowerCase(c);
            assertThat((char) FieldText.NORMAL_NAME[c]).isEqualTo(normal);
        }
    }

    @Test
    void arrivingValuesHoldNoControlCharacterButTab() {
        for (int c = 0; c < 256; c++) {
            boolean good = c == '\t' || c == ' ' || (c > 0x20 && c != 0x7F);
            assertThat(FieldText.VALUE[c]).as("byte %d", c).isEqualTo(good);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "é", "\u0130", "a\u0000", "(a)"})
    void isNoToken(String text) {
        assertThat(FieldText.isToken(text)).isFalse();
    }

    @Test
    void writesVisibleAscii() {
        String all = "\t !\"#$%&'()*+,-./0189:;<=>?@AZ[\\]^_`az{|}~";
        assertThat(FieldText.valueBytes(all)).isEqualTo(all.getBytes(StandardCharsets.US_ASCII));
        assertThat(FieldText.valueBytes("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"13,U+000D", "10,U+000A", "0,U+0000", "31,U+001F", "127,U+007F", "128,U+0080", "228,U+00E4",
        "266,U+010A", "8232,U+2028"})
    void writesNothingThatCouldEndALine(int character, String shown) {
        assertThatThrownBy(() -> FieldText.valueBytes("ab" + (char) character + "c"))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("field value: character " + shown
                        + " at index 2 (expected: visible ASCII, spaces or tabs)");
    }
}
